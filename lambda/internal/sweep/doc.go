// Package sweep looks after slots: it finds those that should have a record and have none,
// and has a counter count each in an invocation of its own.
//
// Which slots should have a record follows from the schedule history ([Deployed]): objects
// that say which jobs were deployed with which schedules, and since when.
//
//	sweep.go    one sweep, from beginning to end
//	history.go  the schedule history; upgrade.go: its first entry
//	due.go      the slots that should have a record; recount.go: those to count again
//	records.go  the slots that have one
//	queue.go    the gaps of one counter: which is next, and which have to wait
//	fill.go     counts each gap or records it as missed, Parallel at a time, and reports it
//	invoke.go   what an invocation came to; client.go: Lambda's API
package sweep
