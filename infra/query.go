package infra

import (
	"embed"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsathena"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsglue"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"tally/lambda/contract"
)

// newQuery adds what Athena needs to answer questions about the records. None of it
// holds data or depends on the jobs, so that new and retired jobs are seen at once. It
// allows nobody to ask: that is up to the account.
func newQuery(stack awscdk.Stack, props CounterProps) error {
	scope := constructs.NewConstruct(stack, jsii.String("Query"))
	columns, err := columnsOf[contract.Record]()
	if err != nil {
		return err
	}
	ofChecks, err := columnsOf[contract.CheckResult]()
	if err != nil {
		return err
	}
	environment := props.Environment.Name
	// A name with a hyphen would have to be quoted, with other quotes in DDL than in queries.
	name := "tally_" + strings.ReplaceAll(environment, "-", "_")
	database := awsglue.NewCfnDatabase(scope, jsii.String("Database"), &awsglue.CfnDatabaseProps{
		CatalogId: stack.Account(),
		DatabaseInput: &awsglue.CfnDatabase_DatabaseInputProperty{
			Name:        jsii.String(name),
			Description: jsii.String("What Tally counted in " + environment),
		},
	})
	newTable(scope, database, props.results, table{
		id: "Counts", name: countsTable, prefix: contract.RecordPrefix, columns: columns,
		description: "Every line of every record, as stored; " + latestView + " has the latest of each slot",
	})
	newTable(scope, database, props.results, table{
		id: "Checks", name: checksTable, prefix: contract.ChecksPrefix, columns: ofChecks,
		description: "The result of every check of every record, as stored",
	})
	newLatestView(scope, database, name, columns)
	workgroup := newQueryWorkgroup(scope, props)
	newNamedQueries(scope, workgroup, database)
	output(stack, "Workgroup", "The Athena workgroup to ask in", workgroup.Ref())
	output(stack, "QueryDatabase", "The database to ask, with tables "+countsTable+" and "+checksTable+", and view "+latestView, database.Ref())
	return nil
}

// queryFiles are the workgroup's saved queries, one a file. A file begins with comment
// lines, which say what it answers and what its parameters are. The SQL names no
// database: the saved query does.
//
//go:embed queries/*.sql
var queryFiles embed.FS

// newNamedQueries adds the saved queries. Reading what is embedded cannot fail.
func newNamedQueries(scope constructs.Construct, workgroup awsathena.CfnWorkGroup, database awsglue.CfnDatabase) {
	files, _ := queryFiles.ReadDir("queries")
	for _, file := range files {
		text, _ := queryFiles.ReadFile("queries/" + file.Name())
		name := strings.TrimSuffix(file.Name(), ".sql")
		awsathena.NewCfnNamedQuery(scope, jsii.String("Saved-"+name), &awsathena.CfnNamedQueryProps{
			Name:        jsii.String(name),
			Description: jsii.String(openingComment(string(text))),
			Database:    database.Ref(),
			WorkGroup:   workgroup.Ref(),
			QueryString: jsii.String(string(text)),
		})
	}
}

// openingComment is the text of the comment lines that a file begins with.
func openingComment(sql string) string {
	var words []string
	for line := range strings.Lines(sql) {
		comment, found := strings.CutPrefix(line, "--")
		if !found {
			break
		}
		words = append(words, strings.TrimSpace(comment))
	}
	return strings.Join(words, " ")
}
