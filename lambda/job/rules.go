package job

import (
	"fmt"

	"tally/lambda/contract"
	"tally/lambda/cron"
	"tally/lambda/pattern"
	"tally/lambda/strictyaml"
)

// Rules say what each value of the jobs file may be. ReadFile reports values that break
// them, and editors do so while somebody types.
func Rules() strictyaml.Rules { return rules }

// maxGroupsLimit is the most that max_groups may be. A record then has some 30 MB with eight
// cases.
const maxGroupsLimit = 10_000

// labelLimit is how long a label may be, in characters: it is a title.
const labelLimit = 100

var (
	namePattern = pattern.New(`^[a-z][a-z0-9_-]{0,62}$`)
	// tablePattern finds mistakes early. The engine decides which names are valid; the parts
	// are quoted for it.
	tablePattern = pattern.New(`^[^.\s"` + "`" + `\x00]+(\.[^.\s"` + "`" + `\x00]+)?$`)
	// labelPattern allows a title: one line without control characters.
	labelPattern     = pattern.New(fmt.Sprintf(`^[^\x00-\x1f\x7f-\x9f]{1,%d}$`, labelLimit))
	delimiterPattern = pattern.New(`^(tab|[^"\r\n` + "\ufffd" + `])$`)
)

const (
	nameHint  = "a lower-case letter, then letters, digits, _ or -, at most 63 in all"
	tableHint = "table or schema.table, without quotes"
)

// zoneRule is the rule of every time zone.
var zoneRule = strictyaml.Parsed(cron.LoadZone)

var rules = strictyaml.Rules{
	"timezone": zoneRule,
	"jobs":     {Min: 1, Write: "at least one job"},
	"jobs.*": {Forms: []strictyaml.Form{
		{Key: "group_by", Unless: true, Refuses: []string{"max_groups"}, Why: "limits the groups of group_by, which is missing; write group_by too, or leave it out"},
		{Key: "total", Is: false, Refuses: []string{"exclusive"}, Why: "needs one scan of all rows, which total: false does without; leave one of them out"},
	}},
	"jobs.*.name":              {Pattern: namePattern, Is: "a name", Write: nameHint},
	"jobs.*.label":             {Pattern: labelPattern, Is: "a title", Write: fmt.Sprintf("one line of at most %d characters, and the rest as description", labelLimit)},
	"jobs.*.timezone":          zoneRule,
	"jobs.*.schedule":          strictyaml.Parsed(cron.ParseJob),
	"jobs.*.schedule_timezone": zoneRule,

	"jobs.*.source":                 {Forms: sourceForms},
	"jobs.*.source.table":           {Pattern: tablePattern, Is: "a table", Write: tableHint},
	"jobs.*.source.prefix_timezone": zoneRule,
	"jobs.*.source.format":          {OneOf: strictyaml.Values(JSONLines, CSVLines), Is: "a format", Else: "leave it out to count objects"},
	"jobs.*.source.on_error":        {OneOf: strictyaml.Values(OnErrorFail, OnErrorSkip), Default: OnErrorFail},
	"jobs.*.source.csv": {Forms: []strictyaml.Form{
		{Key: "header", Is: false, Needs: []string{"columns"}, Lacks: "are missing, and there is no header"},
		{Key: "header", Is: false, Unless: true, Refuses: []string{"columns"}, Why: "are named by the first line; write header: false, or leave them out"},
	}},
	"jobs.*.source.csv.header":    {Default: true},
	"jobs.*.source.csv.columns":   {Min: 1, Write: "a name for each column", Twice: "write another name"},
	"jobs.*.source.csv.delimiter": {Pattern: delimiterPattern, Is: "a delimiter", Write: `one character, such as ";", or tab`},
	"jobs.*.source.csv.quotes":    {OneOf: strictyaml.Values(QuotesStrict, QuotesLenient, QuotesNone), Default: QuotesStrict},

	"jobs.*.window": {Forms: []strictyaml.Form{
		{Key: "column_type", Refuses: []string{"column_timezone"}, Why: "says nothing about integers of column_type, which are in UTC; leave it out"},
	}},
	"jobs.*.window.span":            {OneOf: strictyaml.Values(Spans...), Is: "a span"},
	"jobs.*.window.column_type":     {OneOf: strictyaml.Values(EpochSeconds, EpochMillis), Is: "a type", Else: "leave it out for columns of a time"},
	"jobs.*.window.column_timezone": zoneRule,

	"jobs.*.group_by":   {Min: 1, Write: "a column, or leave it out", Twice: "keep one"},
	"jobs.*.max_groups": {Min: 1, Max: maxGroupsLimit, Zero: true, Default: DefaultMaxGroups, Else: "leave it out for 1000"},
	"jobs.*.total":      {Default: true},
	"jobs.*.cases": {Pattern: namePattern, Min: 1, Is: "a name", Write: nameHint, Empty: "at least one case, such as normal: result = 'normal'",
		Refuses: []string{contract.CaseTotal, contract.CaseOther, contract.CaseOverlap}, Why: "every record holds %s by itself; write another name"},
}

// sourceForms tell tables from buckets.
var sourceForms = []strictyaml.Form{
	{Key: "bucket", Refuses: []string{"database", "table"}, Editor: true},
	{Key: "bucket", Unless: true, Needs: []string{"database", "table"},
		Refuses: []string{"prefix", "prefix_timezone", "format", "csv", "on_error"}, Editor: true},
	{Key: "format", Is: CSVLines, Unless: true, Refuses: []string{"csv"}, Why: "is about format: csv, which is not set; leave it out"},
}
