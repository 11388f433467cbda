package infra

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awsglue"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

const (
	countsTable = "counts"
	checksTable = "checks"

	// partitionColumn is the folder level of a key: the slot's date in UTC.
	// Queries have to quote it.
	partitionColumn = "date"

	// firstDate is the first date that Athena looks for. A query without a condition on
	// the date lists every date from there until tomorrow.
	firstDate = "2020-01-01"
)

// table is a table of the lines of all objects with a prefix, as they are stored, with every
// revision.
type table struct {
	id                        string // of the construct
	name, description, prefix string
	columns                   []column
}

func newTable(scope constructs.Construct, database awsglue.CfnDatabase, results awss3.IBucket, t table) {
	location := results.S3UrlForObject(jsii.String(t.prefix))
	awsglue.NewCfnTable(scope, jsii.String(t.id), &awsglue.CfnTableProps{
		CatalogId:    database.CatalogId(),
		DatabaseName: database.Ref(),
		TableInput: &awsglue.CfnTable_TableInputProperty{
			Name:          jsii.String(t.name),
			Description:   jsii.String(t.description),
			TableType:     jsii.String("EXTERNAL_TABLE"),
			Parameters:    projection(*location),
			PartitionKeys: []any{glueColumn(partitionColumn, "string")},
			StorageDescriptor: &awsglue.CfnTable_StorageDescriptorProperty{
				Location:     location,
				Columns:      glueColumns(t.columns, func(c column) string { return c.table }),
				InputFormat:  jsii.String("org.apache.hadoop.mapred.TextInputFormat"),
				OutputFormat: jsii.String("org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"),
				SerdeInfo:    &awsglue.CfnTable_SerdeInfoProperty{SerializationLibrary: jsii.String(jsonSerDe)},
			},
		},
	})
}

// jsonSerDe reads the lines. OpenX's SerDe makes all keys lower-case by default, those of
// groups too, and may return other values than are stored (Athena user guide, "OpenX JSON
// SerDe", considerations and limitations).
const jsonSerDe = "org.apache.hive.hcatalog.data.JsonSerDe"

// projection makes Athena compute the partitions, so that nobody has to add one each day
// (Athena user guide, "Supported types for partition projection"). NOW is in UTC, as the
// dates are.
func projection(location string) map[string]string {
	const property = "projection." + partitionColumn
	return map[string]string{
		"EXTERNAL":                  "TRUE",
		"classification":            "json",
		"projection.enabled":        "true",
		property + ".type":          "date",
		property + ".format":        "yyyy-MM-dd",
		property + ".range":         firstDate + ",NOW+1DAY",
		property + ".interval":      "1",
		property + ".interval.unit": "DAYS",
		"storage.location.template": location + partitionColumn + "=${" + partitionColumn + "}/",
	}
}

func glueColumns(columns []column, typeOf func(column) string) []any {
	all := make([]any, len(columns))
	for i, column := range columns {
		all[i] = glueColumn(column.name, typeOf(column))
	}
	return all
}

func glueColumn(name, hive string) *awsglue.CfnTable_ColumnProperty {
	return &awsglue.CfnTable_ColumnProperty{Name: jsii.String(name), Type: jsii.String(hive)}
}
