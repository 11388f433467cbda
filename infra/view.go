package infra

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2/awsglue"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

const latestView = "counts_latest"

// latestQuery takes all lines of each slot's highest revision and none of another one: a
// repair may have dropped a case. PARTITION BY has the date, which follows from the slot,
// for the planner: only conditions on those columns limit what the window function reads.
const latestQuery = `SELECT %s
FROM (
  SELECT *, max(revision) OVER (PARTITION BY "` + partitionColumn + `", job, scheduled_time) AS latest_revision
  FROM ` + countsTable + `
) AS revisions
WHERE revision = latest_revision`

// newLatestView adds the view that most questions are asked of.
func newLatestView(scope constructs.Construct, database awsglue.CfnDatabase, databaseName string, columns []column) {
	columns = append(slices.Clone(columns), plain(partitionColumn, "string", "varchar"))
	text := prestoView(databaseName, columns)
	awsglue.NewCfnTable(scope, jsii.String("CountsLatest"), &awsglue.CfnTableProps{
		CatalogId:    database.CatalogId(),
		DatabaseName: database.Ref(),
		TableInput: &awsglue.CfnTable_TableInputProperty{
			Name:             jsii.String(latestView),
			Description:      jsii.String("The latest revision of each slot; times are in UTC"),
			TableType:        jsii.String("VIRTUAL_VIEW"),
			Parameters:       map[string]string{"presto_view": "true", "comment": "Presto View"},
			ViewOriginalText: jsii.String(text),
			ViewExpandedText: jsii.String("/* Presto View */"),
			StorageDescriptor: &awsglue.CfnTable_StorageDescriptorProperty{
				Columns: glueColumns(columns, func(c column) string { return c.hive }),
				// Trino's reader of Glue tables wants one. A view does not use it.
				SerdeInfo: &awsglue.CfnTable_SerdeInfoProperty{Name: jsii.String("-"), SerializationLibrary: jsii.String("-")},
			},
		},
	})
}

// prestoView is a view as Athena stores it after CREATE VIEW: JSON in base64, in a
// comment. AWS does not document the form. It is that of Trino's Hive connector
// (ViewReaderUtil), which takes the view for stale if its columns have other types. Newer
// versions also want runAsInvoker and path (ConnectorViewDefinition).
func prestoView(databaseName string, columns []column) string {
	type prestoColumn struct {
		Name string `json:"name"`
		Type string `json:"type"`
	}
	view := struct {
		OriginalSQL string         `json:"originalSql"`
		Catalog     string         `json:"catalog"`
		Schema      string         `json:"schema"`
		Columns     []prestoColumn `json:"columns"`
		AsInvoker   bool           `json:"runAsInvoker"`
		Path        []string       `json:"path"`
	}{Catalog: "awsdatacatalog", Schema: databaseName, Path: []string{}}
	selected := make([]string, len(columns))
	for i, column := range columns {
		name := `"` + column.name + `"`
		selected[i] = name
		if shown := fmt.Sprintf(column.expression, name); shown != name {
			selected[i] = shown + " AS " + name
		}
		view.Columns = append(view.Columns, prestoColumn{column.name, column.presto})
	}
	view.OriginalSQL = fmt.Sprintf(latestQuery, strings.Join(selected, ",\n  "))
	text, _ := json.Marshal(view) // of texts, which cannot fail
	return "/* Presto View: " + base64.StdEncoding.EncodeToString(text) + " */"
}
