// Package count fills slots: it finds the slot of an event, counts it once, and stores
// the record. Schedules, retries, the monitor and people send such events.
//
// It owns the interfaces of what it needs: a [Source] that counts, a [Store] that keeps
// records, and [Metrics] that publish results.
//
//	engine.go   one slot: find it, count it, store it
//	recount.go  a slot that is counted again
//	wait.go     how long a run waits, and how much time it keeps
//	source.go   what a source is asked for, or how it would count; router.go: the source of each job
//	sheet.go    where a source adds up its counts
//	record.go   the record that is made of them; store.go: who keeps and who publishes it
//	errors.go   which failures are tried again
//	dryrun.go   checking a job without counting
package count
