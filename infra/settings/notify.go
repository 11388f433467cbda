package settings

import "tally/lambda/job"

// Checked tells whether any count of a jobs file is checked here.
func (e Environment) Checked(jobs job.File) bool { return jobs.WithChecks(e.Checks).Checked() }

// Tells tells whether there is anything to tell of a jobs file besides alarms: checks, or a
// summary.
func (e Environment) Tells(jobs job.File) bool { return e.Checked(jobs) || jobs.Summary != nil }

// Told are the addresses that the topic of checks sends to, if it is the environment's own.
func (e Environment) Told() []string {
	switch {
	case e.Notify.TopicARN != "":
		return nil
	case len(e.Notify.Email) > 0:
		return e.Notify.Email
	}
	return e.Alarms.Email
}
