// Package local stands in for AWS on this machine. It synthesizes the stack, starts
// database servers and a server of the S3 protocol, and runs the function's real binary
// as Lambda would, with the template's own variables and layers. Tests, the demo and the
// benchmarks use it.
//
//   - built.go synthesizes an environment and builds its programs. system.go puts the whole of
//     it together: deployment.go reads the template, trigger.go sends what the rules and
//     schedules send by the clock.
//   - function.go is a Lambda function: instance.go runs its process, runtime.go is the
//     Runtime API, sandbox.go and process.go keep servers from outliving a test.
//   - database.go starts PostgreSQL, MariaDB (mariadb.go) or MySQL (mysql.go), sample.go
//     fills one.
//   - aws.go is what the operator's command line asks of AWS: sqs.go has the queues,
//     cloudwatch.go metrics and alarms. sns.go has the topics, to which the monitor publishes.
//   - athena.go is Athena, with Glue's GetTable (glue.go). athenastart.go takes queries,
//     athenaexecution.go is their life, athenaquery.go runs them on PostgreSQL.
//     athenatemplate.go deploys them, lake.go has the sample table.
//   - s3.go is S3. s3event.go is its events, which eventbridge.go carries to the functions of
//     the rules that match (eventpattern.go), as the rules say (ruletarget.go).
//   - catalog.go reads what the template tells Athena.
package local
