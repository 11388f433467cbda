package job

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/expression"
)

// RecordLayout says how the records of a source are written: what the job says, or what is known of
// the logs that its format names.
type RecordLayout struct {
	Format  Format // JSONLines, JSON or CSVLines
	Records string // of JSON: the path of the list of records; see Source.Records
	CSV     CSV
	// The rest is about well-known logs.
	Null string // the text of a field without a value; empty if there is none
	// LastRawQuoted is the index of the last field in quotes, if quotes in them are not escaped; 0
	// if they are.
	LastRawQuoted int
	W3C           bool // a comment "#Fields: …" names the columns
	Optional      int  // how many columns at the end older records lack
	logs          bool
	column        Columns // has the time of a record
	unit          ColumnType
	zone          string // of times without one; empty if they have one
}

// delivery is how long after a time its record may be in a folder of that time: well-known
// logs are put into the folder of when they are delivered.
const delivery = time.Hour

// Layout is how the source's records are written.
func (s Source) Layout() RecordLayout {
	if known, ok := wellKnown()[s.Format]; ok {
		return known
	}
	layout := RecordLayout{Format: s.Format, Records: s.Records}
	if s.CSV != nil {
		layout.CSV = *s.CSV
	}
	return layout
}

// IsJSON tells whether records are objects of JSON.
func (l RecordLayout) IsJSON() bool { return l.Format == JSON || l.Format == JSONLines }

// Path is where the list of records is in a text of JSON; empty for the text itself.
func (l RecordLayout) Path() []string {
	if l.Records == "" {
		return nil
	}
	return strings.Split(l.Records, ".")
}

// kind is what the source's expressions are about.
func (s Source) kind() expression.Kind {
	switch layout := s.Layout(); {
	case !s.ReadsRecords():
		return expression.Objects
	case layout.IsJSON():
		return expression.JSON
	case layout.logs:
		return expression.Logs
	}
	return expression.CSV
}

// columns are those of records whose columns are known; nil if they are not, or if the file
// names one of them twice.
func (s Source) columns() []string {
	layout := s.Layout()
	if layout.Format != CSVLines || layout.W3C || layout.CSV.HasHeader() {
		return nil
	}
	columns := layout.CSV.Columns
	if len(slices.Compact(slices.Sorted(slices.Values(columns)))) < len(columns) {
		return nil
	}
	return columns
}

// setTimes gives a window over well-known logs what is known of their times, unless it names
// another column.
func (j *Job) setTimes(report report) {
	layout, window := j.Source.Layout(), j.Window
	if window == nil || layout.column == nil || len(window.Column) > 0 && !slices.Equal(window.Column, layout.column) {
		return
	}
	window.refuse(report, fmt.Sprintf("is known of format %s; leave it out", j.Source.Format), "column_type", "column_timezone", "column_format")
	window.Column, window.ColumnType, window.ColumnTimezone = layout.column, layout.unit, layout.zone
}
