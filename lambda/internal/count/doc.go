// Package count fills slots: it finds the slot of an event, counts it once, and stores
// the record. Schedules, retries, backfills and the sweep, which finds the slots that no
// event filled, all count with it.
//
// It owns the interfaces of what it needs: a [Source] that counts, a [Store] that keeps
// records, and [Metrics] that publish results.
package count
