package job

import (
	"regexp"

	"tally/lambda/contract"
	"tally/lambda/strictyaml"
)

// Rules say what each value of the jobs file may be. ReadFile reports values that break
// them, and editors do so while somebody types.
func Rules() strictyaml.Rules { return rules }

// maxGroupsLimit is the most that max_groups may be. A record then has some 30 MB with eight
// cases.
const maxGroupsLimit = 10_000

var (
	namePattern = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,62}$`)
	// tablePattern finds mistakes early. The engine decides which names are valid; the parts
	// are quoted for it.
	tablePattern = regexp.MustCompile(`^[^.\s"` + "`" + `\x00]+(\.[^.\s"` + "`" + `\x00]+)?$`)
)

const (
	nameHint  = "a lower-case letter, then letters, digits, _ or -, at most 63 in all"
	tableHint = "table or schema.table, without quotes"
)

var rules = strictyaml.Rules{
	"jobs":                      {Min: 1, Write: "at least one job"},
	"jobs.*.name":               {Pattern: namePattern, Is: "a name", Write: nameHint},
	"jobs.*.source":             {Forms: sourceForms},
	"jobs.*.source.table":       {Pattern: tablePattern, Is: "a table", Write: tableHint},
	"jobs.*.source.format":      {OneOf: strictyaml.Values(JSONLines, CSVLines), Is: "a format", Else: "leave it out to count objects"},
	"jobs.*.source.on_error":    {OneOf: strictyaml.Values(OnErrorFail, OnErrorSkip), Default: OnErrorFail},
	"jobs.*.source.csv.header":  {Default: true},
	"jobs.*.source.csv.quotes":  {OneOf: strictyaml.Values(QuotesStrict, QuotesLenient, QuotesNone), Default: QuotesStrict},
	"jobs.*.window.span":        {OneOf: strictyaml.Values(Spans...), Is: "a span"},
	"jobs.*.window.column_type": {OneOf: strictyaml.Values(EpochSeconds, EpochMillis), Is: "a type", Else: "leave it out for columns of a time"},
	"jobs.*.group_by":           {Min: 1, Write: "a column, or leave it out"},
	"jobs.*.max_groups":         {Min: 1, Max: maxGroupsLimit, Zero: true, Default: DefaultMaxGroups, Else: "leave it out for 1000"},
	"jobs.*.cases": {Pattern: namePattern, Min: 1, Is: "a name", Write: nameHint, Empty: "at least one case, such as normal: result = 'normal'",
		Refuses: []string{contract.CaseTotal, contract.CaseOther, contract.CaseOverlap}, Why: "every record holds %s by itself; write another name"},
	"jobs.*.total": {Default: true},
}

// sourceForms tell tables from buckets.
var sourceForms = []strictyaml.Form{
	{Key: "bucket", Refuses: []string{"database", "table"}, Editor: true},
	{Key: "bucket", Unless: true, Needs: []string{"database", "table"},
		Refuses: []string{"prefix", "prefix_timezone", "format", "csv", "on_error"}, Editor: true},
}
