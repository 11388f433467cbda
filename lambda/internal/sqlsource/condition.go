package sqlsource

import (
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/sqlcheck"
	"tally/lambda/strictyaml"
)

// checkConditions refuses conditions that are not one expression. Synth has done
// so too, but the event may have met another version of the jobs.
func checkConditions(engine string, cases strictyaml.Map[job.Condition]) error {
	for _, entry := range cases {
		if err := sqlcheck.Check(engine, string(entry.Value)); err != nil {
			return count.Permanentf("condition of case %s: %w", entry.Key, err)
		}
	}
	return nil
}
