// Package infra is the system on AWS, as CDK constructs: per environment (a CDK
// Stage) a Data stack with what must survive and a Counter stack with what can
// be rebuilt. docs/architecture.md draws them.
//
// Each part has its file:
//
//	app.go stage.go             the app; an environment and its stacks
//	data.go                     the Data stack
//	  results.go                  the bucket of the records, and what may be stored in it
//	  network.go                  the VPC and its S3 endpoint
//	  cluster.go                  the Aurora clusters that an environment creates
//	counter.go                  the Counter stack
//	  functions.go                the counters and the monitor, and what they have in common
//	    placement.go monitor.go     a counter, in the VPC or outside; the monitor
//	    code.go layers.go           their binaries; their jobs and certificate authorities
//	    source.go                   what jobs count in and counters may do, a type for each kind:
//	      database.go bucket.go       logging in and connecting; listing and reading
//	      athena.go                   asking Athena, and the workgroups for that
//	    attachment.go               how a counter is in the VPC, and how it leaves it
//	    secretsendpoint.go          its way to Secrets Manager
//	  dbuser.go                   the users that counters log in as, in created clusters
//	  schedule.go                 what fires the functions, the summary's schedule too
//	    rule.go schedulegroup.go    rules in UTC and the sweep's; schedules in a zone
//	    checks.go                   the rule of new records, and the topic of checks
//	  deadletters.go              the queues of what failed
//	  alarms.go alarm.go topic.go the alarms, and who hears of them
//	  dashboard.go                the dashboard (package dashboard writes its body)
//	  query.go                    what people ask the records with, in Athena; saved queries
//	    table.go columns.go view.go the tables of records and checks, the view of the records
//	    workgroup.go                the workgroup; what all workgroups have
//	limit.go                    what is too large for AWS
//	permission.go acknowledge.go output.go node.go    helpers
//
// Settings come in as plain Go values (package settings). jsii stays in this package, the
// app (package app) and the checks of its templates (packages policy and audit).
package infra
