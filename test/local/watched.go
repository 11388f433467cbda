package local

import (
	"encoding/json"
	"fmt"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Watch begins the schedule history of an environment at a time, as a sweep would have if
// these jobs had been deployed then.
func (s *System) Watch(environment string, since time.Time, jobs ...job.Job) error {
	type scheduled struct {
		Name     string `json:"name"`
		Schedule string `json:"schedule"`
		Timezone string `json:"timezone,omitempty"`
	}
	entry := struct {
		Time  time.Time   `json:"time"`
		Stack string      `json:"stack"`
		Jobs  []scheduled `json:"jobs"`
	}{Time: since.UTC(), Stack: stackID}
	for _, j := range jobs {
		entry.Jobs = append(entry.Jobs, scheduled{j.Name, j.Cron.Canonical(), j.EventTimezone()})
	}
	content, err := json.Marshal(entry)
	if err == nil {
		err = s.S3.Put(s.Bucket, contract.SchedulesPrefix(environment)+"000001.json", content)
	}
	if err != nil {
		return fmt.Errorf("begin the schedule history: %w", err)
	}
	return nil
}
