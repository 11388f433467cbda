package local

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// tableRequest is what Glue's GetTable takes here.
type tableRequest struct{ CatalogId, DatabaseName, Name string }

// glueColumns are the columns of a table or view, each with its place in the partition key.
// Partitions are no tables for Glue.
const glueColumns = `
	SELECT c.relkind::text, a.attname, CASE WHEN t.typcategory = 'A' THEN 'array' ELSE t.typname END, a.atttypmod,
		COALESCE(array_position(p.partattrs::int2[], a.attnum), -1)
	FROM pg_class AS c
	JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
	JOIN pg_type AS t ON t.oid = a.atttypid
	LEFT JOIN pg_partitioned_table AS p ON p.partrelid = c.oid
	WHERE c.relnamespace = to_regnamespace($1) AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
	ORDER BY a.attnum`

// getTable is GetTable of Glue.
//
// https://docs.aws.amazon.com/glue/latest/webapi/API_GetTable.html
func (a *Athena) getTable(ctx context.Context, request tableRequest) (any, error) {
	store, found := a.store(nameOf(catalogOf(request.CatalogId), request.DatabaseName))
	if !found {
		return nil, &apiError{Code: "EntityNotFoundException", Message: "Database " + request.DatabaseName + " not found."}
	}
	conn, err := store.connect(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Close(ctx)
	rows, err := ask(ctx, conn, glueColumns, pgx.Identifier{store.Schema}.Sanitize(), request.Name)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, &apiError{Code: "EntityNotFoundException", Message: "Table " + request.Name + " not found."}
	}
	parameters := store.Parameters[request.Name]
	if parameters == nil {
		parameters = map[string]string{}
	}
	// Iceberg keeps its partitions to itself.
	columns, keys := splitKeys(rows, parameters["table_type"] == "ICEBERG")
	kind, location := "EXTERNAL_TABLE", fmt.Sprintf("s3://lake/%s/%s/", request.DatabaseName, request.Name)
	if relation := string(rows[0][0]); relation == "v" || relation == "m" {
		kind, location = "VIRTUAL_VIEW", ""
	}
	return map[string]any{"Table": map[string]any{
		"Name": request.Name, "DatabaseName": request.DatabaseName, "CatalogId": accountID, "TableType": kind,
		"PartitionKeys": keys, "StorageDescriptor": map[string]any{"Columns": columns, "Location": location},
		"Parameters": parameters,
	}}, nil
}

// catalogOf is Athena's name of the catalog that Glue knows by an account, or by an account and
// the name of a nested catalog.
func catalogOf(id string) string {
	_, nested, _ := strings.Cut(id, ":")
	return nested
}

// splitKeys parts the columns of a table from those of its partition key, which stay in the
// key's order.
func splitKeys(rows [][][]byte, together bool) (columns, keys []map[string]string) {
	columns, keys = []map[string]string{}, []map[string]string{}
	byPlace := map[int]map[string]string{}
	for _, row := range rows {
		modifier, _ := strconv.Atoi(string(row[3])) // PostgreSQL's own numbers
		place, _ := strconv.Atoi(string(row[4]))
		column := map[string]string{"Name": string(row[1]), "Type": typeOf(string(row[2]), modifier).hive}
		if place >= 0 && !together {
			byPlace[place] = column
			continue
		}
		columns = append(columns, column)
	}
	for place := range len(byPlace) + 1 {
		if key := byPlace[place]; key != nil {
			keys = append(keys, key)
		}
	}
	return columns, keys
}
