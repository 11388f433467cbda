package cron

import "time"

// Kind and Every show the tests what nobody else asks for.
func (s Schedule) Kind() Kind { return s.kind }

func (s Schedule) Every() (time.Duration, bool) { return s.every, s.kind == Rate }
