package infra

import (
	"fmt"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
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
	name := databaseName(environment)
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
	if err := newLatestView(scope, database, name, columns); err != nil {
		return fmt.Errorf("view %s: %w", latestView, err)
	}
	workgroup := newQueryWorkgroup(scope, props)
	if err := newNamedQueries(scope, workgroup, database); err != nil {
		return err
	}
	output(stack, "Workgroup", "The Athena workgroup to ask in", workgroup.Ref())
	output(stack, "QueryDatabase", "The database to ask, with tables "+countsTable+" and "+checksTable+", and view "+latestView, database.Ref())
	return nil
}

// databaseName names an environment's database. A name with a hyphen would have to be
// quoted, with other quotes in DDL than in queries.
func databaseName(environment string) string {
	return "tally_" + strings.ReplaceAll(environment, "-", "_")
}
