// Package sqlsource counts rows in PostgreSQL, MySQL and MariaDB: all cases of a
// job in one statement and one scan, in a read-only snapshot, on a connection
// that is made for the run and thrown away after it.
//
// Conditions are SQL that the job's author wrote. What protects the database
// from them is a user that can only SELECT. Besides, a condition is checked to be
// one balanced expression, exactly one statement is sent at a time, the
// transaction is read-only, and the server ends a statement that takes too long.
//
//	source.go   what the functions call
//	target.go   which database, and how to get in; secret.go, url.go
//	session.go  one connection, with its transaction and limits
//	await.go    waiting for a database that wakes;
//	            connecterror.go, greeting.go: why there is no connection
//	run.go      counting, in one scan or case by case
//	plan.go     what must be known of a table first
//	check.go    what counts nothing: a check, and the plans;
//	            difference.go: settings that change a condition
//	failure.go  which errors are tried again, and which words hold no data
//	dialect.go  what an engine must say; postgres.go, mysql.go: the two, with their error codes;
//	            mysql_storage.go: tables without snapshots
package sqlsource
