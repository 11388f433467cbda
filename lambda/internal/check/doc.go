// Package check judges what was counted by the checks of the jobs, and tells people of what
// fails. A result is a function of records alone: whoever judges a record, and whenever, comes
// to the same.
//
//	judge.go      the checks of one record
//	reconcile.go  the comparison of two jobs
//	checker.go    a new record: judge, store, tell
//	again.go      whether a failure has ended
//	overdue.go    what nobody judged or told
//	tell.go       what is told, and how often
//	message.go    the messages
//	phrase.go     the words for a failed check
//	replay.go     records as if each had just come, for tally backtest
//	summary.go    the counts of all jobs since the last summary
package check
