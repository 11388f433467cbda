package settings

// AWSName is what the environment's function, dashboard, workgroup and group of
// schedules are called on AWS, such as tally-prod; other names begin with it and a
// dash.
func (e Environment) AWSName() string { return "tally-" + e.Name }

// RuleName names the EventBridge rule of a job.
func (e Environment) RuleName(job string) string { return e.AWSName() + "-" + job }

// SweepRuleName names the rule of the sweep. No job has it: their names do not start
// with -.
func (e Environment) SweepRuleName() string { return e.RuleName("-sweep") }

// TopicName names the topic that alarms go to, if the environment has its own.
func (e Environment) TopicName() string { return e.AWSName() + "-alarms" }
