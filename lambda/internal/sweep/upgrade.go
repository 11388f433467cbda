package sweep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/job"
)

// firstJobs are the jobs of an environment's first entry. There is none before an upgrade
// from a version without history: then records tell since when a job has its schedule.
func (s *Sweeper) firstJobs(ctx context.Context, stored records, from, now time.Time) ([]Scheduled, error) {
	jobs := scheduled(s.Jobs)
	for i := range jobs {
		j, _ := s.Jobs.Lookup(jobs[i].Name)
		since, found, err := s.since(ctx, j, stored, from, now)
		if err != nil {
			return nil, fmt.Errorf("job %s: %w", j.Name, err)
		}
		if found {
			jobs[i].Since = &since
		}
	}
	return jobs, nil
}

// since is the slot of the job's oldest record of its schedule and zone. A record that is at
// none of the schedule's slots is of another one, and so are those before it.
func (s *Sweeper) since(ctx context.Context, j job.Job, stored records, from, now time.Time) (_ time.Time, found bool, err error) {
	made := slices.Sorted(maps.Keys(stored.ofJob[j.Name]))
	made = slices.DeleteFunc(made, func(at int64) bool { return at < from.Unix() || at > now.Unix() })
	for i, at := range slices.Backward(made) {
		if !j.Cron.Matches(time.Unix(at, 0), j.ScheduleZone) {
			made = made[i+1:]
			break
		}
	}
	// A search asks for few of what may be 20,000 records.
	first := sort.Search(len(made), func(i int) bool {
		ours, failure := s.isOfSchedule(ctx, j, time.Unix(made[i], 0).UTC())
		err = errors.Join(err, failure)
		return ours
	})
	if err != nil || first == len(made) {
		return time.Time{}, false, err
	}
	return time.Unix(made[first], 0).UTC(), true, nil
}

// isOfSchedule tells whether a slot's record was made by the schedule that the job has now.
func (s *Sweeper) isOfSchedule(ctx context.Context, j job.Job, slot time.Time) (bool, error) {
	record, found, err := s.Store.Latest(ctx, j.Name, slot)
	if errors.Is(err, count.ErrNoRecord) || err == nil && !found {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	of := record.Records[0]
	return of.Schedule == j.Cron.Canonical() && of.ScheduleTimezone == j.EventTimezone(), nil
}
