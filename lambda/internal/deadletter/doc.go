// Package deadletter reads the two queues in which an event waits for a person: Undelivered,
// of what EventBridge could not hand to a function, and FailedRuns, of what Lambda gave up
// after every try.
package deadletter
