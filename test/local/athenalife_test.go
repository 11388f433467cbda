package local

import (
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/google/go-cmp/cmp"
)

// results asks for the result of a query and returns the error's text.
func (l lake) results(t *testing.T, id *string) string {
	t.Helper()
	_, err := l.client.GetQueryResults(t.Context(), &athena.GetQueryResultsInput{QueryExecutionId: id})
	if err == nil {
		return ""
	}
	return said(err) + " " + code(err)
}

func testAthenaLife(t *testing.T, l lake) {
	begin := time.Date(2022, 4, 7, 15, 0, 0, int(250*time.Millisecond), time.UTC)
	now := begin
	clock := make(chan time.Time, 1)
	clock <- now
	l.SetClock(func() time.Time { at := <-clock; clock <- at; return at })
	pass := func(d time.Duration) { now = (<-clock).Add(d); clock <- now }

	l.SetPace(AthenaPace{Queued: AthenaHeld, Running: AthenaHeld})
	id := l.start(t, `SELECT count(*) FROM "events"`)
	queued := l.get(t, id)
	if queued.Status.State != "QUEUED" || queued.Status.CompletionDateTime != nil || !queued.Status.SubmissionDateTime.Equal(begin) || *queued.Statistics.DataScannedInBytes != 0 {
		t.Errorf("the query waits as %+v", queued.Status)
	}
	if got := l.results(t, id); got != "InvalidRequestException: Query has not yet finished. Current state: QUEUED INVALID_QUERY_EXECUTION_STATE" {
		t.Error(got)
	}
	pass(2 * time.Second)
	l.Release()
	l.await(t, id, "RUNNING")
	if got := l.results(t, id); got != "InvalidRequestException: Query has not yet finished. Current state: RUNNING INVALID_QUERY_EXECUTION_STATE" {
		t.Error(got)
	}
	for l.Executions()[0].Bytes == 0 { // until PostgreSQL has its plan
		time.Sleep(10 * time.Millisecond)
	}
	pass(3 * time.Second)
	for l.get(t, id).Status.State == "RUNNING" {
		l.Release()
	}
	ended := l.await(t, id)
	if s := ended.Status; s.State != "SUCCEEDED" || !s.CompletionDateTime.Equal(begin.Add(5*time.Second)) || s.StateChangeReason != nil || s.AthenaError != nil {
		t.Errorf("the query ended as %+v", s)
	}
	if s := ended.Statistics; *s.QueryQueueTimeInMillis != 2000 || *s.EngineExecutionTimeInMillis != 3000 || *s.TotalExecutionTimeInMillis != 5000 || *s.DataScannedInBytes == 0 {
		t.Errorf("its times are %d, %d, %d ms", *s.QueryQueueTimeInMillis, *s.EngineExecutionTimeInMillis, *s.TotalExecutionTimeInMillis)
	}
	if ended.StatementType != "DML" || *ended.SubstatementType != "SELECT" || *ended.Query != `SELECT count(*) FROM "events"` || *ended.QueryExecutionContext.Database != "lake" ||
		*ended.QueryExecutionContext.Catalog != "AwsDataCatalog" || *ended.EngineVersion.EffectiveEngineVersion != "Athena engine version 3" {
		t.Errorf("the query is %+v", ended)
	}
	pass(24*time.Hour - time.Second)
	if got := l.results(t, id); got != "" {
		t.Errorf("a result of less than a day: %s", got)
	}
	pass(time.Second)
	if got := l.results(t, id); got != "InvalidRequestException: Could not find results RESULT_NOT_FOUND" {
		t.Errorf("a result of a day: %q", got)
	}
	executions := l.Executions()
	want := AthenaExecution{
		ID: *id, Token: executions[0].Token, SQL: `SELECT count(*) FROM "events"`, WorkGroup: "tally", Catalog: "AwsDataCatalog", Database: "lake",
		State: "SUCCEEDED", Bytes: *ended.Statistics.DataScannedInBytes, Scans: 1,
		Submitted: begin, Started: begin.Add(2 * time.Second), Completed: begin.Add(5 * time.Second),
	}
	if difference := cmp.Diff([]AthenaExecution{want}, executions); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
	if explained := l.run(t, "EXPLAIN SELECT 1"); explained.StatementType != "DML" || *explained.SubstatementType != "EXPLAIN" {
		t.Errorf("EXPLAIN is %s %s", explained.StatementType, *explained.SubstatementType)
	}
}

func testAthenaStop(t *testing.T, l lake) {
	const sql = `SELECT count(*) FROM "events" WHERE pg_sleep(60) IS NOT NULL`
	id := l.start(t, sql)
	sleeping := func() bool {
		return !slices.Equal(l.ask(t, "SELECT count(*) AS n FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()"), []string{"n", "0"})
	}
	for !sleeping() {
		time.Sleep(10 * time.Millisecond)
	}
	stop := func() {
		t.Helper()
		if _, err := l.client.StopQueryExecution(t.Context(), &athena.StopQueryExecutionInput{QueryExecutionId: id}); err != nil {
			t.Fatal(err)
		}
	}
	stop()
	query := l.get(t, id)
	if query.Status.State != "CANCELLED" || *query.Status.StateChangeReason != "Query cancelled by user" || query.Status.AthenaError != nil || *query.Statistics.DataScannedInBytes == 0 {
		t.Errorf("the query is %+v", query.Status)
	}
	if got := l.results(t, id); got != "InvalidRequestException: Could not find results RESULT_NOT_FOUND" {
		t.Error(got)
	}
	for range 500 {
		if !sleeping() {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if sleeping() {
		t.Error("the statement still runs in PostgreSQL")
	}
	stop() // again: no mistake

	l.SetPace(AthenaPace{Queued: AthenaHeld})
	id = l.start(t, "SELECT 1")
	stop()
	if query := l.get(t, id); query.Status.State != "CANCELLED" || *query.Statistics.EngineExecutionTimeInMillis != 0 {
		t.Errorf("the queued query is %+v", query.Status)
	}
	id = aws.String("nope")
	_, err := l.client.StopQueryExecution(t.Context(), &athena.StopQueryExecutionInput{QueryExecutionId: id})
	if said(err) != "InvalidRequestException: QueryExecution nope was not found" {
		t.Error(err)
	}
}
