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
	var scheduled bool
	if s.Cron, s.ScheduleZone, scheduled = parseSchedule(s.Schedule, s.ScheduleTimezone, report); !scheduled {
		return
	}
	first, _ := s.Cron.Next(judgedFrom, s.ScheduleZone)
	if second, again := s.Cron.Next(first, s.ScheduleZone); again && second.Sub(first) < time.Hour {
		report("schedule", "tells %s after %s; write a schedule with an hour between two summaries", second.Format("15:04"), first.Format("15:04"))
	}
}
