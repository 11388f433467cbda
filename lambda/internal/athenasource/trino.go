package athenasource

import (
	"fmt"
	"strings"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// trino is the SQL of Athena's engine version 3.
//
// https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html
type trino struct{ statement.Standard }

var _ statement.Dialect = trino{}

// NotTrue implements [statement.Dialect]. Trino has no IS TRUE.
func (trino) NotTrue(condition string) string { return "NOT COALESCE(" + condition + ", FALSE)" }

// quote quotes an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText is a text as a literal.
func quoteText(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// windowTypes write bounds as literals: a layout is one of SQL around one of package time.
var windowTypes = statement.ColumnTypes{
	"timestamp with time zone": {Kind: statement.Instant, Layout: "TIMESTAMP '" + time.DateTime + " UTC'"},
	"timestamp":                {Kind: statement.WallClock, Layout: "TIMESTAMP '" + time.DateTime + "'"},
	"date":                     {Kind: statement.Date, Layout: "DATE '" + time.DateOnly + "'"},
	"integer":                  {Kind: statement.Integer},
	"bigint":                   {Kind: statement.Integer},
	"varchar":                  {}, // see betweenTexts
}

// between is the condition that a column of a type lies in a window.
func between(column, columnType string, window count.Window, counted job.Job) (string, error) {
	if columnType == "varchar" { // a char has blanks at its end
		return betweenTexts(column, window, counted)
	}
	_, bounds, err := windowTypes.Bounds(columnType, window, counted)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%[1]s >= %[2]v AND %[1]s < %[3]v", column, bounds[0], bounds[1]), nil
}

const (
	// withZone is a pattern of times in ISO 8601 that say their zone.
	withZone = `T.*(Z|[+-]\d\d(:?\d\d)?)$`
	// noZone begins the error of a time that does not, though it must.
	noZone = "no time zone: "
)

// betweenTexts is between for texts in ISO 8601. Those without a zone are times of the job's
// column_timezone, as in other sources; without that they end the query.
func betweenTexts(column string, window count.Window, counted job.Job) (string, error) {
	if counted.Window.ColumnType != "" {
		return "", count.Permanentf("it holds texts, not %s; leave column_type out of job %s", counted.Window.ColumnType, counted.Name)
	}
	read := "from_iso8601_timestamp(" + column + ")"
	zoned, err := between(read, "timestamp with time zone", window, counted)
	if err != nil {
		return "", err
	}
	unzoned := "from_iso8601_timestamp(" + quoteText(noZone) + " || " + column + ") IS NOT NULL"
	if counted.Window.ColumnZone != nil {
		if unzoned, err = between("CAST("+read+" AS timestamp)", "timestamp", window, counted); err != nil {
			return "", err
		}
	}
	return "CASE WHEN regexp_like(" + column + ", " + quoteText(withZone) + ") THEN " + zoned + " ELSE " + unzoned + " END", nil
}

// groupText is a column of a type as text; empty for a type without one.
func groupText(column, columnType string) string {
	switch columnType {
	case "array", "map", "row", "json":
		return ""
	case "varbinary":
		return "LOWER(TO_HEX(" + column + "))"
	}
	return "CAST(" + column + " AS varchar)"
}
