package job

import "tally/lambda/strictyaml"

// Rules are what an editor can check of the jobs file. They take the patterns, lists
// and limits of the checks, and refuse nothing that ReadFile accepts.
func Rules() strictyaml.Rules {
	return strictyaml.Rules{
		"jobs":                      {Min: 1},
		"jobs.*.name":               {Pattern: namePattern},
		"jobs.*.source":             {Forms: sourceForms()},
		"jobs.*.source.table":       {Pattern: tablePattern},
		"jobs.*.source.format":      {OneOf: strictyaml.Any(formats)},
		"jobs.*.source.on_error":    {OneOf: strictyaml.Any(onErrors), Default: OnErrorFail},
		"jobs.*.source.csv.header":  {Default: true},
		"jobs.*.source.csv.quotes":  {OneOf: strictyaml.Any(quoteStyles), Default: QuotesStrict},
		"jobs.*.window.span":        {OneOf: strictyaml.Any(Spans)},
		"jobs.*.window.column_type": {OneOf: strictyaml.Any(columnTypes)},
		"jobs.*.group_by":           {Min: 1},
		"jobs.*.max_groups":         {Max: maxGroupsLimit, Default: DefaultMaxGroups}, // 0 is as if left out
		"jobs.*.cases":              {Pattern: namePattern, Min: 1, Refuses: reserved},
		"jobs.*.total":              {Default: true},
	}
}

// sourceForms tell tables from buckets.
func sourceForms() []strictyaml.Form {
	return []strictyaml.Form{
		{Key: "bucket", Refuses: []string{"database", "table"}},
		{Key: "bucket", Unless: true, Needs: []string{"database", "table"},
			Refuses: []string{"prefix", "prefix_timezone", "format", "csv", "on_error"}},
	}
}
