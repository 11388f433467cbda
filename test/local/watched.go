package local

import (
	"encoding/json"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// scheduled is a job in an entry of the schedule history.
type scheduled struct {
	Name     string `json:"name"`
	Schedule string `json:"schedule"`
	Timezone string `json:"timezone,omitempty"`
}

// Watch begins the schedule history of an environment at a time, as a sweep would have if
// these jobs had been deployed then.
func (s *System) Watch(environment string, since time.Time, jobs ...job.Job) error {
	var all []scheduled
	for _, j := range jobs {
		all = append(all, scheduled{j.Name, j.Cron.Canonical(), j.EventTimezone()})
	}
	return s.addHistory(environment, 1, since, all)
}

// WatchBetween is Watch for a job that was deployed for its slots from one to another alone.
func (s *System) WatchBetween(environment, job string, from, to time.Time) error {
	err := s.addHistory(environment, 1, from.Add(-time.Second), []scheduled{{Name: job, Schedule: s.Triggers[job].Expression}})
	if err != nil {
		return err
	}
	return s.addHistory(environment, 2, to.Add(time.Minute), []scheduled{})
}

func (s *System) addHistory(environment string, number int, since time.Time, jobs []scheduled) error {
	entry, err := json.Marshal(map[string]any{"time": since.UTC(), "stack": stackID, "jobs": jobs})
	if err == nil {
		err = s.S3.Put(s.Bucket, fmt.Sprintf("%s%06d.json", contract.SchedulesPrefix(environment), number), entry)
	}
	if err != nil {
		return fmt.Errorf("entry %d of the schedule history: %w", number, err)
	}
	return nil
}
