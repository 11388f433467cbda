// Package count fills slots: it finds the slot of an event, counts it once, and
// stores the record. It is the one path for schedules, retries and backfills.
//
// It owns the interfaces of what it needs: a [Source] that counts, a [Store]
// that keeps records, and [Metrics] that publish them.
package count
