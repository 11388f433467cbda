// Package job reads and checks jobs.yaml, and computes slots and windows. Synth, the
// functions and the command line share it: what synth accepts is what a counter runs.
//
//	job.go          the file and a job, as Go has them
//	kind.go         the kinds of sources, and the memory they need; table.go, bucket.go, athena.go, partition.go: what each may say
//	read.go         reading and checking; rules.go: what each value may be; window.go: what a window may say
//	slot.go         the slots of a schedule, and when each is counted again; span.go: their windows
//	prefix.go       placeholders in prefixes
//	layout.go       how records are written; logs.go: the well-known logs
//	timeformat.go   times of columns; wallclock.go
//	checks.go       what counts should be, and summaries; checkrules.go
//	comparison.go   which jobs are compared, and whether their schedules fit
//	clocks.go       what changes of clocks do to a job; clockfaults.go
//	gaps.go         periods that a schedule leaves out
//	definition.go   what makes two counts comparable
//	expressions.go  the conditions of buckets
package job
