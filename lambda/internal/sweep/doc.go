// Package sweep looks after slots: it finds those that should have a record and have none,
// and has a counter count each in an invocation of its own.
//
// Which slots should have a record follows from the schedule history ([Deployed]): objects
// that say which jobs were deployed with which schedules, and since when.
//
//	sweep.go    one sweep, from beginning to end
//	history.go  the schedule history; upgrade.go, unwatched.go: jobs that it lacks
//	due.go      the slots that should have a record; recount.go: those to count again
//	records.go  the slots that have one
//	turn.go     in which order gaps are tried
//	queue.go    how many at a time, and which have to wait; fill.go: their end
//	invoke.go   what an invocation came to; client.go: Lambda's API
//	report.go   what stands in the sweep's answer
package sweep
