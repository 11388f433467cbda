// Package job reads and checks jobs.yaml, and computes slots and windows. Synth, the
// functions and the command line share it: what synth accepts is what a counter runs.
//
//	job.go          the file and a job, as Go has them
//	kind.go         the kinds of sources; table.go, bucket.go, athena.go, partition.go: what each may say
//	read.go         reading and checking; rules.go: what each value may be
//	slot.go         the slots of a schedule; span.go, period.go: their windows
//	prefix.go       placeholders in prefixes; placeholderwindow.go: windows made of them
//	layout.go       how records are written; logs.go: the well-known logs
//	timeformat.go   times of columns; epoch.go, wallclock.go
//	checks.go       what counts should be; bounds.go, checkrules.go, off.go; summary.go
//	reconcile.go    two jobs compared; comparison.go: whether their schedules fit; age.go: recount_after
//	clocks.go       what changes of clocks do to a job; clockadvice.go, lostperiod.go, lastslot.go
//	gaps.go         periods that a schedule leaves out
//	definition.go   what makes two counts comparable
//	expressions.go  the conditions of buckets; memory.go: how much memory a run needs
package job
