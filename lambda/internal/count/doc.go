// Package count fills slots: it finds the slot of an event, counts it once, and stores
// the record. Schedules, retries, the monitor and people send such events.
//
// It owns the interfaces of what it needs: a [Source] that counts, a [Store] that keeps
// records, and [Metrics] that publish results.
package count
