// Package history reads what was counted: the records of jobs over time, from the results
// bucket, with the slots that have none. What shows, reports and repairs counts uses it.
package history
