// Package athenasource counts rows of tables through Athena: one statement with one scan for
// all cases of a job.
//
// A query is billed, and outlives the run that started it. So a run starts its query with a token
// that follows from what is counted: a retry, a repeated event or a sweep joins the same query
// instead of paying for another one.
//
// https://docs.aws.amazon.com/athena/latest/APIReference/API_StartQueryExecution.html
package athenasource
