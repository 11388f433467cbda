// Package sweep looks after slots: it finds those that should have a record and have none,
// and has a counter count each in an invocation of its own.
//
// Which slots should have a record follows from the schedule history ([Deployed]): objects
// that say which jobs were deployed with which schedules, and since when.
package sweep
