// Package infra is the system on AWS, as CDK constructs: per environment (a CDK
// Stage) a Data stack with what must survive and a Counter stack with what can
// be rebuilt.
//
//	jobs.yaml ──► EventBridge rule (UTC) or Scheduler schedule (a zone), one per job
//	                 │ {"job", "scheduledTime", "schedule"}      ╲ not delivered ► Undelivered queue
//	                 ▼
//	              counters: in the VPC and outside               ╲ failed 3 times ► FailedRuns queue
//	              layers: jobs, rds-ca
//	                 │ SELECT, IAM token      │ PutObject
//	                 ▼                        ▼
//	              RDS, S3, Athena          results bucket (Data stack): one object per slot
//	                                          ▲
//	                                          │ tables counts and checks, view counts_latest
//	                                       Athena workgroup
//
//	hourly EventBridge rule ──► monitor: {"sweep": true} ──► the counters, for slots without a record
//	"Object Created" of the results bucket ──► monitor: {"stored": …} ──► checks/ of the bucket ──► SNS topic of checks
//	what they log and count ──► alarms ──► SNS topic; one dashboard
//
// Each part has its file:
//
//	app.go stage.go stack.go    the app, an environment, a stack
//	data.go                     the Data stack
//	  results.go                  the bucket of the records
//	  network.go                  the VPC and its S3 endpoint
//	  cluster.go aurora.go        the Aurora clusters that an environment creates
//	counter.go                  the Counter stack
//	  functions.go                the counters and the monitor
//	    function.go                 what they have in common
//	    placement.go monitor.go     a counter, in the VPC or outside; the monitor
//	    code.go layers.go           their binaries; their jobs and certificate authorities
//	    role.go                     what they may store; what counters may do besides:
//	    source.go                     what jobs count in, a type for each kind:
//	      database.go bucket.go         logging in and connecting; listing and reading
//	      athena.go                     asking Athena, and the workgroups for that
//	    attachment.go               how a counter is in the VPC, and its security group
//	    networkinterface.go         what that takes
//	    secretsendpoint.go          its way to Secrets Manager
//	    teardown.go                 in which order they are deleted
//	  dbuser.go                   the users that counters log in as, in created clusters
//	  schedule.go                 what fires the functions
//	    rule.go schedulegroup.go    rules in UTC and the sweep's; schedules in a zone
//	    checks.go summary.go        the rule of new records, and the topic of checks; the summary's
//	  deadletters.go              the queues of what failed
//	  alarms.go alarm.go topic.go the alarms, and who hears of them
//	  dashboard.go                the dashboard (package dashboard writes its body)
//	  query.go                    what people ask the records with, in Athena
//	    table.go columns.go view.go the tables of records and checks, the view of the records
//	    workgroup.go namedquery.go  the workgroup and its saved queries; what all workgroups have
//	limit.go                    what is too large for AWS
//	permission.go acknowledge.go loggroup.go output.go optional.go node.go close.go    helpers
//
// Settings come in as plain Go values (package settings). jsii stays in this package, the
// app (package app) and the checks of its templates (packages policy and audit).
package infra
