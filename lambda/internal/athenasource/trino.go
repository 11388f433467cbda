package athenasource

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// trino is the SQL of Athena's engine version 3.
//
// https://docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html
type trino struct{}

var _ statement.Dialect = trino{}

// CountIf implements [statement.Dialect].
func (trino) CountIf(condition, distinct string) string {
	counted := "*"
	if distinct != "" {
		counted = "DISTINCT " + distinct
	}
	return "COUNT(" + counted + ") FILTER (WHERE " + condition + ")"
}

// NotTrue implements [statement.Dialect]. Trino has no IS TRUE.
func (trino) NotTrue(condition string) string { return "NOT COALESCE(" + condition + ", FALSE)" }

// WithTotals implements [statement.Dialect]. Grouping sets take columns, no expressions.
func (trino) WithTotals(by []statement.Group, numbers []string, what string) (columns []string, text string, scans int) {
	var sets []string
	for _, group := range by {
		sets = append(sets, group.Column)
	}
	columns = slices.Concat([]string{"CASE GROUPING(" + sets[0] + ") WHEN 0 THEN 0 ELSE 1 END"}, statement.Texts(by), numbers)
	return columns, statement.Selecting(columns) + what + "\nGROUP BY GROUPING SETS ((" + strings.Join(sets, ", ") + "), ())", 1
}

// quote quotes an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// quoteText is a text as a literal.
func quoteText(value string) string { return "'" + strings.ReplaceAll(value, "'", "''") + "'" }

// windowType is how a column is compared with a bound of the window.
type windowType struct {
	statement.ColumnType
	word string // before the text of a bound
}

// windowTypes are those of columns that are no texts.
var windowTypes = map[string]windowType{
	"timestamp with time zone": {statement.ColumnType{Kind: statement.Instant, Layout: time.DateTime + " UTC"}, "TIMESTAMP "},
	"timestamp":                {statement.ColumnType{Kind: statement.WallClock, Layout: time.DateTime}, "TIMESTAMP "},
	"date":                     {statement.ColumnType{Kind: statement.Date, Layout: time.DateOnly}, "DATE "},
	"integer":                  {statement.ColumnType{Kind: statement.Integer}, ""},
	"bigint":                   {statement.ColumnType{Kind: statement.Integer}, ""},
}

// literal is a bound in SQL.
func (t windowType) literal(at time.Time, counted job.Job) (string, error) {
	bound, err := t.Bound(at, counted)
	if text, ok := bound.(string); ok {
		return t.word + quoteText(text), err
	}
	return fmt.Sprint(bound), err
}

// between is the condition that a column of a type lies in a window.
func between(column, columnType string, window count.Window, counted job.Job) (string, error) {
	if columnType == "varchar" { // a char has blanks at its end
		return betweenTexts(column, window, counted)
	}
	known, found := windowTypes[columnType]
	if !found {
		return "", count.Permanentf("its type is %s; a window needs one of %s, varchar", columnType, strings.Join(slices.Sorted(maps.Keys(windowTypes)), ", "))
	}
	from, err := known.literal(window.From, counted)
	if err != nil {
		return "", err
	}
	to, err := known.literal(window.To, counted)
	return inRange(column, from, to), err
}

func inRange(value, from, to string) string {
	return value + " >= " + from + " AND " + value + " < " + to
}

func isText(columnType string) bool { return columnType == "varchar" || columnType == "char" }

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
