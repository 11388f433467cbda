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

// latestQuery keeps the lines of each slot's highest revision, all of them and no
// other: a repair may have dropped a case. The date follows from the slot, and is
// among what revisions are compared by for the planner's sake: conditions on those
// columns, and only those, limit what the window reads.
const latestQuery = `SELECT %s
FROM (
  SELECT *, max(revision) OVER (PARTITION BY "` + partitionColumn + `", job, scheduled_time) AS latest_revision
  FROM ` + countsTable + `
) AS revisions
WHERE revision = latest_revision`

// newLatestView adds the view that most questions are for.
func newLatestView(scope constructs.Construct, database awsglue.CfnDatabase, databaseName string, columns []column) error {
	columns = append(slices.Clone(columns), plain(partitionColumn, "string", "varchar"))
	text, err := prestoView(databaseName, columns)
	if err != nil {
		return err
	}
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
				Columns: glueColumns(columns, func(c column) string { return c.view.hive }),
				// Trino's reader of Glue tables insists on one; for a view it says nothing.
				SerdeInfo: &awsglue.CfnTable_SerdeInfoProperty{Name: jsii.String("-"), SerializationLibrary: jsii.String("-")},
			},
		},
	})
	return nil
}

// prestoView is a view as Athena itself stores it after CREATE VIEW: JSON in base64
// in a comment. AWS does not document the form; it is that of Trino's Hive connector
// (ViewReaderUtil), which finds the view stale if its columns have other types. Newer
// versions want runAsInvoker and path, too (ConnectorViewDefinition).
func prestoView(databaseName string, columns []column) (string, error) {
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
		if shown := fmt.Sprintf(column.view.expression, name); shown != name {
			selected[i] = shown + " AS " + name
		}
		view.Columns = append(view.Columns, prestoColumn{column.name, column.view.presto})
	}
	view.OriginalSQL = fmt.Sprintf(latestQuery, strings.Join(selected, ",\n  "))
	text, err := json.Marshal(view)
	if err != nil {
		return "", fmt.Errorf("encode: %w", err)
	}
	return "/* Presto View: " + base64.StdEncoding.EncodeToString(text) + " */", nil
}
