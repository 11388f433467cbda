// Package job reads and checks jobs.yaml, and computes slots and windows. Synth, the
// functions and the command line share it: what synth accepts is what a counter runs.
//
//	job.go          the file and a job, as Go has them; table.go, bucket.go, athena.go: each kind of source
//	read.go         reading and checking; rules.go: what each value may be
//	slot.go         the slots of a schedule; span.go, period.go: their windows
//	prefix.go       placeholders in prefixes; placeholderwindow.go: windows made of them
//	layout.go       how records are written; logs.go: the well-known logs
//	checks.go       what counts should be; reconcile.go: two jobs compared; summary.go
//	clocks.go       what changes of clocks do to a job; clockadvice.go, lostperiod.go, lastslot.go, gaps.go
//	definition.go   what makes two counts comparable
//	expressions.go  the conditions of buckets; memory.go: how much memory a run needs
package job
