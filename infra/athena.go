package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsathena"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
)

// NamedAthena is a database whose tables jobs count in through Athena, with the key that they
// name it by.
type NamedAthena struct {
	Key string
	settings.Athena
}

func (a NamedAthena) source() job.Source { return job.Source{Athena: a.Key} }

func (a NamedAthena) configure(config *contract.Config) (unknown int) {
	config.Athena[a.Key] = a.Connection()
	return 0
}

// newSourceWorkgroups adds the workgroups that sources are counted in, but for those that exist.
// The function needs them. Athena itself keeps the results for a day: no bucket holds them, and the
// counter needs no right to one (Athena user guide, "Managed query results").
func newSourceWorkgroups(scope constructs.Construct, sources []Source, function awslambda.Function) {
	scope = constructs.NewConstruct(scope, jsii.String("Workgroups"))
	for _, a := range only[NamedAthena](sources) {
		if a.Workgroup != "" {
			continue
		}
		workgroup := newWorkgroup(scope, a.Key, a.OwnWorkgroup, "What Tally counts in "+a.Key,
			awsathena.CfnWorkGroup_WorkGroupConfigurationProperty{
				BytesScannedCutoffPerQuery:       jsii.Number(float64(a.ScanLimitGB) * 1e9),
				PublishCloudWatchMetricsEnabled:  jsii.Bool(true),
				ManagedQueryResultsConfiguration: &awsathena.CfnWorkGroup_ManagedQueryResultsConfigurationProperty{Enabled: jsii.Bool(true)},
			})
		function.Node().DefaultChild().(awscdk.CfnResource).AddResourceDependency(workgroup, nil)
	}
}

// What the counter asks of a workgroup.
var queryActions = []string{
	"athena:GetQueryExecution", "athena:GetQueryResults", "athena:GetWorkGroup", "athena:StartQueryExecution", "athena:StopQueryExecution",
}

// allowCounting allows queries in the workgroup, and what Athena does for them with the counter's
// own rights: it looks up tables and reads their files.
func (a NamedAthena) allowCounting(stack awscdk.Stack) []awsiam.PolicyStatement {
	statements := []awsiam.PolicyStatement{allow("", queryActions, slashARN(stack, "athena", "workgroup/"+a.Connection().Workgroup))}
	if bucket := a.TableBucket(); bucket != "" {
		statements = append(statements, a.allowTableBucket(stack, bucket)...)
	} else {
		statements = append(statements, a.allowCatalog(stack)...)
		statements = append(statements, a.allowData(stack)...)
	}
	if a.LakeFormation { // has no narrower resource; the grants of Lake Formation decide
		statements = append(statements, allow("", []string{"lakeformation:GetDataAccess"}, jsii.String("*")))
	}
	return statements
}

// allowCatalog allows looking up the database and its tables in Glue. A right to a table needs the
// same one to its database and to the catalog, and Athena looks for the database default, too
// (Athena user guide, "Configure access to databases and tables in the AWS Glue Data Catalog").
// Athena asks for its own right to a catalog that a query names (Step Functions developer guide,
// "IAM policies for Amazon Athena").
func (a NamedAthena) allowCatalog(stack awscdk.Stack) []awsiam.PolicyStatement {
	glue := []string{"glue:BatchGetPartition", "glue:GetDatabase", "glue:GetPartition", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"}
	return []awsiam.PolicyStatement{
		allow("", []string{"athena:GetDataCatalog"}, slashARN(stack, "athena", "datacatalog/"+a.Catalog)),
		allow("", glue, slashARN(stack, "glue", "catalog"), slashARN(stack, "glue", "database/"+a.Database), a.tables(stack)),
		allow("", []string{"glue:GetDatabase"}, slashARN(stack, "glue", "database/default")),
	}
}

// allowData allows reading the tables' files, through Athena only: the counter itself has no
// use for them (Athena user guide, "Control access to Amazon S3 from Athena").
func (a NamedAthena) allowData(stack awscdk.Stack) []awsiam.PolicyStatement {
	viaAthena := func() map[string]any {
		return map[string]any{"ForAnyValue:StringEquals": map[string]any{"aws:CalledVia": "athena.amazonaws.com"}}
	}
	var statements []awsiam.PolicyStatement
	for _, bucket := range a.DataBuckets() {
		statements = append(statements,
			allowIf(viaAthena(), "", []string{"s3:GetBucketLocation"}, bucketARN(stack, bucket.Name, "")),
			allowListing(stack, bucket.Name, bucket.Prefixes, viaAthena()),
			allowIf(viaAthena(), "", []string{"s3:GetObject"}, objectsBelow(stack, bucket.Name, bucket.Prefixes)...))
	}
	if a.KMSKeyARN != "" {
		statements = append(statements, allowKey(stack, a.KMSKeyARN, "s3", "kms:Decrypt"))
	}
	return statements
}

// allowTableBucket allows looking up and reading one namespace of a table bucket of S3 Tables,
// which is a database for Glue (Glue developer guide, "Integrating with Amazon S3 Tables",
// prerequisites). That of S3 Metadata is aws-s3 (S3 user guide, "Permissions for querying
// metadata tables").
func (a NamedAthena) allowTableBucket(stack awscdk.Stack, bucket string) []awsiam.PolicyStatement {
	arn := slashARN(stack, "s3tables", "bucket/"+bucket)
	namespace := map[string]any{"StringEquals": map[string]any{"s3tables:namespace": a.Database}}
	statements := []awsiam.PolicyStatement{
		allow("", []string{"athena:GetDataCatalog"}, slashARN(stack, "athena", "datacatalog/s3tablescatalog"), slashARN(stack, "athena", "datacatalog/"+a.Catalog)),
		allow("", []string{"glue:GetCatalog", "glue:GetDatabase", "glue:GetTable", "glue:GetTables"},
			slashARN(stack, "glue", "catalog"), slashARN(stack, "glue", "catalog/s3tablescatalog"), slashARN(stack, "glue", "catalog/"+a.Catalog),
			slashARN(stack, "glue", "database/"+a.Catalog+"/"+a.Database), a.tables(stack)),
		allow("", []string{"s3tables:GetNamespace", "s3tables:GetTableBucket"}, arn),
		allowIf(namespace, "", []string{"s3tables:GetTable", "s3tables:GetTableData", "s3tables:GetTableMetadataLocation"}, arn, a.tablesOf(stack, bucket)),
	}
	if a.KMSKeyARN != "" {
		for _, service := range []string{"s3", "s3tables"} {
			statements = append(statements, allowKey(stack, a.KMSKeyARN, service, "kms:Decrypt"))
		}
	}
	return statements
}

// tables are the tables of the database, as Glue names them.
func (a NamedAthena) tables(stack awscdk.Stack) *string {
	path := a.Database + "/*"
	if a.TableBucket() != "" {
		path = a.Catalog + "/" + path
	}
	return slashARN(stack, "glue", "table/"+path)
}

// tablesOf are those of a table bucket, whose ids nobody knows before.
func (a NamedAthena) tablesOf(stack awscdk.Stack, bucket string) *string {
	return slashARN(stack, "s3tables", "bucket/"+bucket+"/table/*")
}

func (a NamedAthena) acknowledge(stack awscdk.Stack, role awsiam.Role) {
	acknowledge(role, wildcardRule,
		"A job may count a view, which reads other tables of its database: which ones is known only then. Reading what Glue says of them is allowed, and of one database only.",
		findings(stack, a.tables(stack))...)
	for _, bucket := range a.DataBuckets() {
		acknowledge(role, wildcardRule,
			"Athena reads the files of a table, and which there are is known only then. Nothing but s3:GetObject is allowed, to Athena only, and only below what the environment names as data.",
			findings(stack, objectsBelow(stack, bucket.Name, bucket.Prefixes)...)...)
	}
	if bucket := a.TableBucket(); bucket != "" {
		acknowledge(role, wildcardRule,
			"S3 Tables names a table by an id that it gives itself. Only reading is allowed, and only in the namespace that the condition names.",
			findings(stack, a.tablesOf(stack, bucket))...)
	}
	if a.LakeFormation {
		acknowledge(role, wildcardRule,
			"lakeformation:GetDataAccess has no narrower resource. What it gives access to is what somebody granted this role in Lake Formation.",
			"Resource::*")
	}
}
