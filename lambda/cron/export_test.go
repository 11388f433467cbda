package cron

import "time"

// The kinds of a schedule, which the package itself keeps to itself.
const (
	Cron = cronKind
	At   = atKind
)

func (s Schedule) Kind() kind { return s.kind }

func (s Schedule) Every() (time.Duration, bool) { return s.every, s.kind == rateKind }
