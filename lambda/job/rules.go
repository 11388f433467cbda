package job

import (
	"fmt"

	"tally/lambda/contract"
	"tally/lambda/pattern"
	"tally/lambda/strictyaml"
	"tally/lambda/timezone"
)

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
	delimiterPattern = pattern.New(`^(tab|space|[^"\r\n` + "\ufffd" + `])$`)
	agePattern       = pattern.New(`^[1-9][0-9]{0,2}[hd]$`)
	commentPattern   = pattern.New(`^[!#-~]$`)
	partPattern      = pattern.New(`^[^"` + "`" + `\x00-\x1f]+$`) // of a table
	recordsPattern   = pattern.New(`^[^.\s]+(\.[^.\s]+)*$`)
)

const (
	nameHint  = "a lower-case letter, then letters, digits, _ or -, at most 63 in all"
	tableHint = "table or schema.table, without quotes; or a list, such as [sales, Order Items], for names with blanks or dots"
)

// zoneRule is the rule of every time zone.
var zoneRule = strictyaml.Parsed(timezone.Load)

// zones are the keys of time zones. The function checks them, too: it may know fewer of them.
var zones = strictyaml.Rules{
	"timezone":                         zoneRule,
	"jobs.*.timezone":                  zoneRule,
	"jobs.*.schedule_timezone":         zoneRule,
	"jobs.*.source.partition_timezone": zoneRule,
	"jobs.*.source.prefix_timezone":    zoneRule,
	"jobs.*.window.column_timezone":    zoneRule,
	"summary.schedule_timezone":        zoneRule,
}

// Rules say what each value of the jobs file may be. ReadFile reports values that break
// them, and editors do so while somebody types. The table is made when it is asked for, since
// functions do without.
func Rules() strictyaml.Rules {
	return strictyaml.Rules{
		"jobs": {Min: 1, Write: "at least one job"},
		"jobs.*": {Forms: []strictyaml.Form{
			{Key: "group_by", Unless: true, Refuses: []string{"max_groups"}, Why: "limits the groups of group_by, which is missing; write group_by too, or leave it out"},
			{Key: "total", Is: false, Refuses: []string{"exclusive"}, Why: "needs one scan of all rows, which total: false does without; leave one of them out"},
			{Key: "cases", Unless: true, Refuses: []string{"exclusive"}, Why: "compares cases, and there is none; write cases, or leave it out"},
			{Key: "window", Unless: true, Refuses: []string{"recount_after"}, Why: "counts a past window again, and there is none; write window too, or leave it out"},
			{Key: "cases", Unless: true, Refuses: []string{"total"}, Why: "is all that is counted without cases; leave it out"},
		}},
		"jobs.*.name":  {Pattern: namePattern, Is: "a name", Write: nameHint},
		"jobs.*.label": {Pattern: labelPattern, Is: "a title", Write: fmt.Sprintf("one line of at most %d characters, and the rest as description", labelLimit)},

		"jobs.*.source":            {Forms: sourceForms},
		"jobs.*.source.table":      {Pattern: tablePattern, Min: 1, Max: 2, Is: "a table", Write: tableHint},
		"jobs.*.source.table.*":    {Pattern: partPattern, Is: "a name", Write: "it without quotes"},
		"jobs.*.source.partitions": {Min: 1, Pattern: partPattern, Is: "a column", Write: "its name without quotes", Empty: "a column with its values, such as dt: \"{yyyy}-{MM}-{dd}\", or leave it out"},
		"jobs.*.source.prefixes":   {Min: 1, Write: "the start of some keys, or leave it out", Twice: "keep one"},
		"jobs.*.source.records":    {Pattern: recordsPattern, Is: "a path", Write: "the list's name, such as Records, with dots after the names that it lies in"},
		"jobs.*.source.format":     {OneOf: formats, Is: "a format", Else: "leave it out to count objects"},
		"jobs.*.source.on_error":   {OneOf: strictyaml.Values(OnErrorFail, OnErrorSkip), Default: OnErrorFail},
		"jobs.*.source.csv": {Forms: []strictyaml.Form{
			{Key: "header", Is: false, Needs: []string{"columns"}, Lacks: "are missing, and there is no header"},
			{Key: "header", Is: false, Unless: true, Refuses: []string{"columns"}, Why: "are named by the first line; write header: false, or leave them out"},
		}},
		"jobs.*.source.csv.header":    {Default: true},
		"jobs.*.source.csv.columns":   {Min: 1, Write: "a name for each column", Twice: "write another name"},
		"jobs.*.source.csv.delimiter": {Pattern: delimiterPattern, Blank: true, Is: "a delimiter", Write: `one character, such as ";", or tab or space`},
		"jobs.*.source.csv.comment":   {Pattern: commentPattern, Is: "a character that begins comments", Write: `one, such as "#"`},
		"jobs.*.source.csv.extra":     {OneOf: strictyaml.Values(ExtraFail, ExtraIgnore), Default: ExtraFail},
		"jobs.*.source.csv.quotes":    {OneOf: strictyaml.Values(QuotesStrict, QuotesLenient, QuotesNone), Default: QuotesStrict},

		"jobs.*.window": {Forms: []strictyaml.Form{
			{Key: "column_type", Refuses: []string{"column_timezone", "column_format"}, Why: "says nothing about integers of column_type, which are in UTC; leave it out"},
		}},
		"jobs.*.window.span":          {OneOf: strictyaml.Values(Spans...), Is: "a span"},
		"jobs.*.window.column_type":   {OneOf: strictyaml.Values(EpochSeconds, EpochMillis), Is: "a type", Else: "leave it out for columns of a time"},
		"jobs.*.window.column_format": strictyaml.Parsed(ParseTimeFormat),

		"jobs.*.group_by":        {Min: 1, Write: "a column, or leave it out", Twice: "keep one"},
		"jobs.*.recount_after":   {Min: 1, Max: maxRecounts, Write: "an age, such as 1d, or leave it out", Twice: "keep one"},
		"jobs.*.recount_after.*": {Pattern: agePattern, Is: "an age", Write: "hours or days, such as 6h or 7d"},
		"jobs.*.max_groups":      {Min: 1, Max: maxGroupsLimit, Zero: true, Default: DefaultMaxGroups, Else: "leave it out for 1000"},
		"jobs.*.total":           {Default: true},
		"jobs.*.cases": {Pattern: namePattern, Min: 1, Is: "a name", Write: nameHint, Empty: "at least one case, such as normal: result = 'normal', or leave it out to count total alone",
			Refuses: []string{contract.CaseTotal, contract.CaseOther, contract.CaseOverlap}, Why: "every record holds %s by itself; write another name"},

		"jobs.*.checks": {NoWord: "is a word; write cases with their bounds, such as total: {min: 1}, or leave checks out: off is for environment files"},
		"jobs.*.checks.*": {NoWord: "is a word; write bounds, such as {min: 1}, or leave the case out: off is for environment files", Forms: []strictyaml.Form{
			{Key: "max_drop", Needs: []string{"baseline"}, Editor: true},
			{Key: "max_rise", Needs: []string{"baseline"}, Editor: true},
		}},

		"reconcile":          {Min: 1, Write: "two cases to compare, or leave it out"},
		"reconcile.*.name":   {Pattern: namePattern, Is: "a name", Write: nameHint},
		"reconcile.*.left":   sideRule,
		"reconcile.*.right":  sideRule,
		"reconcile.*.within": {Pattern: withinPattern, Digits: true, Is: "a distance", Write: "a percentage below 100% or a whole number, such as 2% or 100"},
	}.With(CheckRules("jobs.*.checks")).With(zones)
}

// sourceForms tell the kinds of sources apart.
var sourceForms = []strictyaml.Form{
	{Key: "bucket", Refuses: []string{"database", "table", "athena"}, Editor: true},
	{Key: "bucket", Unless: true, Needs: []string{"table"},
		Refuses: []string{"prefix", "prefixes", "prefix_timezone", "format", "records", "csv", "on_error"}, Editor: true},
	{Key: "athena", Refuses: []string{"database"}, Editor: true},
	{Key: "athena", Unless: true, Refuses: []string{"partitions", "partition_timezone"}, Editor: true},
	{Key: "format", Is: CSVLines, Unless: true, Refuses: []string{"csv"}, Why: "is about format: csv, which is not set; leave it out"},
	{Key: "format", Is: JSON, Unless: true, Refuses: []string{"records"}, Why: "is about format: json, which is not set; write it, or leave this out"},
	{Key: "prefixes", Refuses: []string{"prefix"}, Why: "is one more beside prefixes; write it there"},
}

// formats are those of objects: how records are written, and the well-known logs of logs.go.
var formats = strictyaml.Values(JSONLines, JSON, CSVLines, ALB, CloudFront, CloudTrail, S3Access, VPCFlow)
