package job

import (
	"time"

	"tally/lambda/cron"
)

// Summary is when a message tells the counts of all jobs since the one before.
type Summary struct {
	Schedule         string `yaml:"schedule,required" example:"cron(0 23 * * ? *)"` // EventBridge expression
	ScheduleTimezone string `yaml:"schedule_timezone"`                              // evaluates Schedule here instead of in UTC

	Cron         cron.Schedule  `yaml:"-"`
	ScheduleZone *time.Location `yaml:"-"` // of ScheduleTimezone, else UTC
}

func (s *Summary) check(report report) {
	s.Cron, s.ScheduleZone, _ = parseSchedule(s.Schedule, s.ScheduleTimezone, report)
}
