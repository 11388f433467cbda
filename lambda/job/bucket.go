package job

import (
	"slices"
	"unicode/utf8"
)

// Format is how objects hold records.
type Format string

// The formats.
const (
	JSONLines Format = "jsonl" // an object of JSON on each line
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
	Delimiter string   `yaml:"delimiter" json:",omitzero"` // a character or the word tab; a comma, if empty
	Quotes    Quotes   `yaml:"quotes" json:",omitzero"`    // strict, if empty
}

// Quotes is how CSV quotes fields.
type Quotes string

// The ways to quote.
const (
	QuotesStrict  Quotes = "strict"  // as RFC 4180 says
	QuotesLenient Quotes = "lenient" // as strict, and " inside a field without quotes is a character
	QuotesNone    Quotes = "none"    // " is always a character, and a line is a record
)

// tab is how a tab is written as a delimiter: in a YAML file nobody would see it.
const tab = "tab"

// HasHeader tells whether the first line names the columns.
func (c *CSV) HasHeader() bool { return c == nil || c.Header == nil || *c.Header }

// Comma is the delimiter; the default is a comma.
func (c *CSV) Comma() rune {
	if c == nil || c.Delimiter == "" {
		return ','
	}
	if c.Delimiter == tab {
		return '\t'
	}
	delimiter, _ := utf8.DecodeRuneInString(c.Delimiter)
	return delimiter
}

// Skips tells whether a run leaves out what it cannot read.
func (s Source) Skips() bool { return s.OnError == OnErrorSkip }

var bucketKind = sourceKind{
	kind: KindBucket,
	has: func(s Source) bool {
		return s.Bucket != "" || s.Prefix != "" || s.PrefixTimezone != "" || s.Format != "" || s.CSV != nil || s.OnError != ""
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
	source.PrefixZone = j.Zone
	if source.PrefixTimezone != "" {
		source.PrefixZone = zone(source.PrefixTimezone)
	}
	if !slices.Contains([]Format{"", JSONLines, CSVLines}, source.Format) {
		return // what fields there are depends on it
	}
	j.checkPrefix(report)
	j.checkBucketWindow(report)
	j.checkExpressions(report)
}
