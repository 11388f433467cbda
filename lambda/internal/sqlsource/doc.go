// Package sqlsource counts rows in PostgreSQL, MySQL and MariaDB: all cases of a
// job in one statement and one scan, in a read-only snapshot, on a connection
// that is made for the run and thrown away after it.
//
// Conditions are SQL that the job's author wrote. What protects the database
// from them is a user that can only SELECT. Besides, a condition is checked to be
// one balanced expression, exactly one statement is sent at a time, the
// transaction is read-only, and the server ends a statement that takes too long.
package sqlsource
