package job

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Format is how objects hold records.
type Format string

// The formats.
const (
	JSONLines Format = "jsonl" // objects of JSON, one after the other, such as one on each line
	JSON      Format = "json"  // lists of objects of JSON; see Source.Records
	CSVLines  Format = "csv"
)

// OnError says what a run does with an object or a record that it cannot read.
type OnError string

// The values of OnError.
const (
	OnErrorFail OnError = "fail" // the run fails
	OnErrorSkip OnError = "skip" // the object or record is left out, and the record says how many were
)

// CSV says how CSV is written.
type CSV struct {
	// Header says that the first line of each object names the columns; true, if nil. If it
	// is false, Columns name them.
	Header    *bool    `yaml:"header" json:",omitempty"`
	Columns   []string `yaml:"columns" json:",omitempty" example:"[id, status]"`
	Delimiter string   `yaml:"delimiter" json:",omitzero"` // a character, or the word tab or space; a comma, if empty
	Quotes    Quotes   `yaml:"quotes" json:",omitzero"`    // strict, if empty
	Comment   string   `yaml:"comment" json:",omitzero"`   // a character that begins lines which are no records
	Extra     Extra    `yaml:"extra" json:",omitzero"`     // fail, if empty
}

// Extra says what becomes of a record with more fields than there are columns.
type Extra string

// The values of Extra.
const (
	ExtraFail   Extra = "fail"   // it cannot be read
	ExtraIgnore Extra = "ignore" // the fields after the last column are left out
)

// Quotes is how CSV quotes fields.
type Quotes string

// The ways to quote.
const (
	QuotesStrict  Quotes = "strict"  // as RFC 4180 says
	QuotesLenient Quotes = "lenient" // as strict, and " inside a field without quotes is a character
	QuotesNone    Quotes = "none"    // " is always a character, and a line is a record
)

// How a tab and a blank may be written as delimiters: in a YAML file nobody would see them.
const (
	tab   = "tab"
	space = "space"
)

// HasHeader tells whether the first line names the columns.
func (c CSV) HasHeader() bool { return c.Header == nil || *c.Header }

// Comma is the delimiter; the default is a comma.
func (c CSV) Comma() rune {
	switch c.Delimiter {
	case "":
		return ','
	case tab:
		return '\t'
	case space:
		return ' '
	}
	delimiter, _ := utf8.DecodeRuneInString(c.Delimiter)
	return delimiter
}

// ReadsRecords tells whether the records in objects count, instead of the objects.
func (s Source) ReadsRecords() bool { return s.Format != "" }

// Skips tells whether a run leaves out what it cannot read.
func (s Source) Skips() bool { return s.OnError == OnErrorSkip }

var bucketKind = sourceKind{
	kind: KindBucket,
	has: func(s Source) bool {
		return s.Bucket != "" || s.Prefix != "" || s.Prefixes != nil || s.PrefixTimezone != "" || s.Format != "" || s.Records != "" || s.CSV != nil || s.OnError != ""
	},
	key:     func(s Source) string { return s.Bucket },
	keys:    "bucket and prefix",
	example: "{bucket: logs, prefix: orders/}",
	check:   (*Job).checkBucket,
	memory: func(j Job) (int, int) {
		if j.Distinct != "" {
			return memoryOfAll + memoryOfBucket + memoryOfDistinct, countInTable
		}
		return memoryOfAll + memoryOfBucket, countInBucket
	},
}

// checkBucket checks a source in a bucket and what of the job depends on it.
func (j *Job) checkBucket(report report) {
	source := &j.Source
	if source.Bucket == "" {
		report("source.bucket", "is missing; write bucket: logs")
	}
	switch source.PrefixZone = j.Zone; {
	case source.PrefixTimezone != "":
		source.PrefixZone = zone(source.PrefixTimezone)
	case source.Layout().column != nil:
		source.PrefixZone = time.UTC // by which AWS names folders
	}
	if csv := source.CSV; csv != nil && csv.Comment != "" && csv.Comment == string(csv.Comma()) {
		report("source.csv.comment", "is the delimiter, too; write another one")
	}
	if !slices.Contains(formats, any(source.Format)) && source.Format != "" {
		return // what fields there are depends on it
	}
	j.setTimes(report)
	j.checkPrefixes(report)
	j.checkBucketWindow(report)
	j.checkExpressions(report)
}
