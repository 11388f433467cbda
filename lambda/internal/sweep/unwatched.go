package sweep

import (
	"slices"
	"time"

	"tally/lambda/job"
)

// WithUnwatched is a history that also has jobs, with their present schedules, when they were
// not deployed: from a time on, and in each entry that lacks them.
func WithUnwatched(history []Deployed, jobs []job.Job, from time.Time) []Deployed {
	present := scheduled(job.File{Jobs: jobs})
	var all []Deployed
	if len(history) == 0 || history[0].Time.After(from) {
		all = append(all, Deployed{Time: from, Jobs: present})
	}
	for _, entry := range history {
		entry.Jobs = slices.Clone(entry.Jobs)
		for _, planned := range present {
			if !slices.ContainsFunc(entry.Jobs, func(other Scheduled) bool { return other.Name == planned.Name }) {
				entry.Jobs = append(entry.Jobs, planned)
			}
		}
		all = append(all, entry)
	}
	return all
}
