// Package s3source counts in buckets: objects by their listing, or the records that
// objects hold as JSON Lines or CSV.
//
// A listing is split into ranges of keys that are listed side by side. Objects are
// read as streams, several at a time, and an object's counts are added only when
// it was read to its end: one that changes meanwhile, or whose connection breaks,
// is counted anew.
//
//	source.go, run.go  one count
//	folders.go         the prefixes to list; list.go, split.go: listing side by side
//	records.go         reading objects, and reading again
//	reader.go          one object; decode.go: inflating it; stream.go: reading it in parts
//	csv.go             delimited records; splitter.go: their fields
//	jsonobjects.go     JSON Lines; jsonlist.go: lists of records
//	evaluator.go       rows, and the cases that they match; filter.go, times.go, epoch.go: the window
//	tally.go           the counts; distinct.go: distinct values
//	skipped.go         what was left out, and whether the job is to blame
//	unknown.go         fields that no record has; nearby.go: what they may be called instead
//	check.go           a check without counting; sample.go: the first records
//	failure.go         which errors are tried again
package s3source
