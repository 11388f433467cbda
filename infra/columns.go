package infra

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"tally/lambda/contract"
)

// column is a field of a record, or of a check's result, in Athena. The table has it as it is
// stored, the view as people want it.
type column struct {
	name         string
	table        string // type in the table, in Hive's words
	hive, presto string // type in the view, in the two languages that Glue wants
	expression   string // value in the view, from the stored column %s
}

// columnsOf are the columns of a line, in the order of its fields. They are made from the Go
// type that a function encodes, so that no field can be forgotten.
func columnsOf[Line any]() ([]column, error) {
	line := reflect.TypeFor[Line]()
	var columns []column
	for i := range line.NumField() {
		field := line.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		made, err := columnOf(name, field.Type)
		if err != nil {
			return nil, fmt.Errorf("field %s of a %s: %w", field.Name, line.Name(), err)
		}
		columns = append(columns, made)
	}
	return columns, nil
}

// columnOf chooses a column's types. A pointer is a nullable column, as all are.
func columnOf(name string, of reflect.Type) (column, error) {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	switch {
	case of == reflect.TypeFor[time.Time]():
		return instant(name), nil
	case of == reflect.TypeFor[contract.Groups]():
		return plain(name, "map<string,string>", "map(varchar,varchar)"), nil
	case of == reflect.TypeFor[[]string](), of == reflect.TypeFor[[]time.Time]():
		return plain(name, "array<string>", "array(varchar)"), nil
	case of.Kind() == reflect.String:
		return plain(name, "string", "varchar"), nil
	case of.Kind() == reflect.Int, of.Kind() == reflect.Int64:
		return plain(name, "bigint", "bigint"), nil
	case of.Kind() == reflect.Float64:
		return plain(name, "double", "double"), nil
	case of.Kind() == reflect.Bool:
		return plain(name, "boolean", "boolean"), nil
	}
	return column{}, fmt.Errorf("no column type for %s", of)
}

// plain is a column that the view shows as it is stored.
func plain(name, hive, presto string) column {
	return column{name: name, table: hive, hive: hive, presto: presto, expression: "%s"}
}

// instant is a time. The table has its text, RFC 3339 with Z: to read a timestamp, a JSON
// SerDe needs patterns for seconds with and without a fraction (Athena user guide, "Hive
// JSON SerDe"). The view makes it a timestamp in UTC, because Glue has no type for one
// with a zone, and Athena refuses it.
func instant(name string) column {
	return column{name: name, table: "string", hive: "timestamp", presto: "timestamp",
		expression: "CAST(from_iso8601_timestamp(%s) AS timestamp)"}
}
