package local

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// athenaType is a type as Athena tells of it, and as Glue's tables name it.
type athenaType struct {
	name             string
	precision, scale int
	hive             string
}

// athenaTypes are by PostgreSQL's names. The precisions are those that others measured; Athena
// says float where Trino says real.
var athenaTypes = map[string]athenaType{
	"bool":        {"boolean", 0, 0, "boolean"},
	"tinyint":     {"tinyint", 3, 0, "tinyint"},
	"int2":        {"smallint", 5, 0, "smallint"},
	"int4":        {"integer", 10, 0, "int"},
	"int8":        {"bigint", 19, 0, "bigint"},
	"float4":      {"float", 17, 0, "float"},
	"float8":      {"double", 17, 0, "double"},
	"double":      {"double", 17, 0, "double"},
	"numeric":     {"decimal", 38, 0, "decimal"},
	"text":        {"varchar", 2147483647, 0, "string"},
	"varchar":     {"varchar", 2147483647, 0, "varchar"},
	"bpchar":      {"char", 1, 0, "char"},
	"bytea":       {"varbinary", 1073741824, 0, "binary"},
	"varbinary":   {"varbinary", 1073741824, 0, "binary"},
	"date":        {"date", 0, 0, "date"},
	"time":        {"time", 3, 0, "string"},
	"timestamp":   {"timestamp", 3, 0, "timestamp"},
	"timestamptz": {"timestamp with time zone", 3, 0, "timestamp"},
	"json":        {"json", 0, 0, "string"},
	"jsonb":       {"json", 0, 0, "string"},
	"array":       {"array", 0, 0, "array<string>"},
	"map":         {"map", 0, 0, "map<string,string>"},
	"row":         {"row", 0, 0, "struct<>"},
}

// typeOf adds what PostgreSQL keeps apart: the length of a varchar(10), the digits of a
// decimal(10,2). It is -1 for a varchar.
func typeOf(name string, modifier int) athenaType {
	t, known := athenaTypes[name]
	if !known {
		t = athenaType{name, 0, 0, name}
	}
	if modifier < 4 {
		return t
	}
	modifier -= 4
	switch name {
	case "varchar", "bpchar":
		t.precision = modifier
		t.hive = fmt.Sprintf("%s(%d)", t.hive, modifier)
	case "numeric":
		t.precision, t.scale = modifier>>16, modifier&0x7ff
		t.hive = fmt.Sprintf("decimal(%d,%d)", t.precision, t.scale)
	}
	return t
}

// athenaColumn is a column of a result.
type athenaColumn struct {
	CatalogName, SchemaName, TableName, Name, Label, Type string
	Precision, Scale                                      int
	Nullable                                              string
	CaseSensitive                                         bool
}

// columnsOf are the columns of a prepared query.
func columnsOf(ctx context.Context, conn *pgconn.PgConn, fields []pgconn.FieldDescription, sql translated, explains bool) ([]athenaColumn, error) {
	names, err := typeNames(ctx, conn, fields)
	if err != nil {
		return nil, err
	}
	labels := columnLabels(tokenize(sql.source))
	var columns []athenaColumn
	for i, field := range fields {
		t := typeOf(names[i], int(field.TypeModifier))
		label := field.Name
		switch {
		case explains:
			label = "Query Plan"
		case len(labels) == len(fields):
			label = labels[i]
		}
		columns = append(columns, athenaColumn{
			CatalogName: "hive", Name: label, Label: label, Type: t.name, Precision: t.precision, Scale: t.scale,
			Nullable: "UNKNOWN", CaseSensitive: t.name == "varchar" || t.name == "char",
		})
	}
	return columns, nil
}

// typeNames asks for the names of the fields' types. A result has no domains, so a field that
// is a table's column is asked for there.
func typeNames(ctx context.Context, conn *pgconn.PgConn, fields []pgconn.FieldDescription) ([]string, error) {
	var tables, numbers, types []string
	for _, field := range fields {
		tables = append(tables, fmt.Sprint(field.TableOID))
		numbers = append(numbers, fmt.Sprint(field.TableAttributeNumber))
		types = append(types, fmt.Sprint(field.DataTypeOID))
	}
	array := func(values []string) string { return "{" + strings.Join(values, ",") + "}" }
	rows, err := ask(ctx, conn, `
		SELECT CASE WHEN t.typcategory = 'A' THEN 'array' WHEN t.typtype = 'c' THEN 'row' ELSE t.typname END
		FROM unnest($1::oid[], $2::int2[], $3::oid[]) WITH ORDINALITY AS f(relation, number, type, place)
		LEFT JOIN pg_attribute AS a ON a.attrelid = f.relation AND a.attnum = f.number AND f.relation <> 0
		JOIN pg_type AS t ON t.oid = COALESCE(a.atttypid, f.type)
		ORDER BY f.place`, array(tables), array(numbers), array(types))
	var names []string
	for _, row := range rows {
		names = append(names, string(row[0]))
	}
	return names, err
}
