// Package sweep looks after slots: it finds those that should have a record and have none,
// and has a counter count each in an invocation of its own.
//
// Which slots should have a record follows from the schedule history ([Deployed]): objects
// that say which jobs were deployed with which schedules, and since when.
//
//	sweep.go    one sweep, from beginning to end
//	history.go  the schedule history; upgrade.go: its first entry; stack.go: since when its
//	            stack exists; unwatched.go: a history with jobs that were not deployed
//	due.go      the slots that should have a record; recount.go: those to count again
//	records.go  the slots that have one
//	turn.go     in which order gaps are tried
//	fill.go     counts each gap or records it as missed, Parallel at a time
//	queue.go    the gaps of one counter: which is next, and which have to wait
//	invoke.go   what an invocation came to; client.go: Lambda's API
//	report.go   what stands in the sweep's answer
package sweep
