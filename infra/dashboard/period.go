package dashboard

import (
	"time"

	"tally/lambda/job"
)

// periods are those that CloudWatch keeps values of for the dashboard's range and
// that a graph of two weeks can show, in seconds.
var periods = []int{24 * hour, 6 * hour, hour, hour / 4, hour / 12}

// periodOf is the longest period that holds one slot of the job: a daily job gets a
// point a day. Of a job with more than one slot in the shortest period it shows the
// largest count.
func periodOf(j job.Job) int {
	gap := shortestGap(j)
	for _, period := range periods {
		if gap >= time.Duration(period)*time.Second {
			return period
		}
	}
	return periods[len(periods)-1]
}

// shortestGap is the shortest time between two slots of the job, among the first
// that follow a fixed day, or the first of all if none do: the clock must not
// decide what a template says. Days count as 24 hours when clocks make them 23.
func shortestGap(j job.Job) time.Duration {
	const looked, shortDay = 400, 23 * time.Hour
	shortest := 24 * time.Hour
	last, _ := j.Cron.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), j.ScheduleZone)
	for range looked {
		next, fires := j.Cron.Next(last, j.ScheduleZone)
		if !fires {
			break
		}
		if gap := next.Sub(last); gap < min(shortest, shortDay) {
			shortest = gap
		}
		last = next
	}
	return shortest
}
