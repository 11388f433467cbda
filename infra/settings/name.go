package settings

import "tally/lambda/job"

// AWSName is what the environment's dashboard, workgroup and group of schedules are called
// on AWS, such as tally-prod; other names begin with it and a dash.
func (e Environment) AWSName() string { return "tally-" + e.Name }

// VPCCounterName names the counter in the VPC.
func (e Environment) VPCCounterName() string { return e.AWSName() + "-vpc-counter" }

// CounterName names the counter outside the VPC.
func (e Environment) CounterName() string { return e.AWSName() + "-counter" }

// MonitorName names the function that looks after slots.
func (e Environment) MonitorName() string { return e.AWSName() + "-monitor" }

// Counter is the name of the function that counts a source. Databases are counted from within
// the VPC, and so are buckets whose policies demand it. All else is counted outside: there
// is no gateway endpoint on the way, and no network interface to wait for.
func (e Environment) Counter(source job.Source) string {
	if references[source.Kind()].inVPC(e, source.Key()) {
		return e.VPCCounterName()
	}
	return e.CounterName()
}

// RuleName names the EventBridge rule of a job, or of one of the names below.
func (e Environment) RuleName(job string) string { return e.AWSName() + "-" + job }

// The names of rules that are not of jobs, whose names do not start with -.
const (
	SweepName   = "-sweep"
	StoredName  = "-stored"  // tells the monitor of new records
	SummaryName = "-summary" // or of the schedule in a zone, among those of jobs
)

// TopicName names the topic that alarms go to, if the environment has its own.
func (e Environment) TopicName() string { return e.AWSName() + "-alarms" }

// ChecksTopicName names the topic that is told of checks, if the environment has its own.
func (e Environment) ChecksTopicName() string { return e.AWSName() + "-checks" }

// AlarmNames are how the names of an environment's alarms end, after [Environment.AWSName] and a
// dash. infra/alarms.go says what they watch.
var AlarmNames = []string{"duration", "errors", "failed-cases", "failed-runs", "missed-slots", "sweep-stopped", "throttles", "undelivered"}
