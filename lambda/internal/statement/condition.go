package statement

import (
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/sqlcheck"
)

// CheckConditions refuses a job with a condition that is not one expression of an engine: synth may
// have checked another version of the jobs.
func CheckConditions(engine string, counted job.Job) error {
	for _, entry := range counted.Cases {
		if err := sqlcheck.Check(engine, string(entry.Value)); err != nil {
			return count.Permanentf("condition of case %s: %w", entry.Key, err)
		}
	}
	return nil
}
