// Package infra is the system on AWS, as CDK constructs: per environment (a CDK
// Stage) a Data stack with what must survive and a Counter stack with what can
// be rebuilt.
//
//	jobs.yaml ──► EventBridge rule (UTC) or Scheduler schedule (a zone), one per job
//	                 │ {"job", "scheduledTime", "schedule"}      ╲ not delivered ► Undelivered queue
//	                 ▼
//	              function (arm64, no internet)                  ╲ failed 3 times ► FailedRuns queue
//	              layers: jobs, rds-ca
//	                 │ SELECT, IAM token      │ S3 gateway endpoint
//	                 ▼                        ▼
//	              RDS (existing or made)   results bucket (Data stack): one object per slot
//	                                          ▲
//	                                          │ table counts, view counts_latest
//	                                       Athena workgroup
//
//	hourly EventBridge rule ──► the same function: {"sweep": true} finds slots without a record
//	what they log and count ──► alarms ──► SNS topic; one dashboard
//
// Settings come in as plain Go values; jsii stays inside this package.
package infra
