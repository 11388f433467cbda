package local

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
)

// lakeTables are a partitioned table, one of every type, and a view.
const lakeTables = `
	CREATE SCHEMA lake;
	CREATE TABLE lake.events (event_time timestamptz, at text, kind text, u bigint, amount numeric(10,2), dt text) PARTITION BY LIST (dt);
	CREATE TABLE lake.events_6 PARTITION OF lake.events FOR VALUES IN ('2022-04-06');
	CREATE TABLE lake.events_7 PARTITION OF lake.events FOR VALUES IN ('2022-04-07');
	CREATE TABLE lake.events_8 PARTITION OF lake.events FOR VALUES IN ('2022-04-08');
	INSERT INTO lake.events
		SELECT t, to_char(t, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), CASE i % 3 WHEN 0 THEN 'x' WHEN 1 THEN 'y' END, i % 5, i / 100.0, to_char(t, 'YYYY-MM-DD')
		FROM generate_series(0, 71) AS i, LATERAL (SELECT timestamptz '2022-04-06 00:00:00Z' + i * interval '1 hour' AS t) AS times;
	CREATE VIEW lake.counted AS SELECT kind, dt, event_time FROM lake.events;
	CREATE TABLE lake.types (
		ok boolean, tiny trino.tinyint, small smallint, number integer, big bigint, ratio real, price double precision, cost numeric(10,2),
		note varchar(20), text text, code char(3), content bytea, day date, local timestamp, instant timestamptz,
		doc json, tags text[], labels trino.map, place trino.row);
	INSERT INTO lake.types VALUES
		(true, 1, 2, 3, 4, 0.5, 1e20, 1.50, 'it''s', '', 'ab', '\x6501', '2022-04-07', '2022-04-07 15:00', '2022-04-07 15:00:00.25+09', '{"a":1}', '{a}', '{"k":1}', '{}'),
		(NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
	CREATE TABLE lake.days (n int, day date, region text) PARTITION BY LIST (region);
	CREATE TABLE lake.days_kr PARTITION OF lake.days FOR VALUES IN ('kr') PARTITION BY RANGE (day);
	CREATE TABLE lake.days_kr_7 PARTITION OF lake.days_kr FOR VALUES FROM ('2022-04-07') TO ('2022-04-08');`

// lake is an account whose Athena has these tables.
type lake struct {
	*Athena
	aws    *AWS
	client *athena.Client
}

// TestAthena starts one PostgreSQL for all.
func TestAthena(t *testing.T) {
	db, err := StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Stop() })
	if err := new(Athena).AddDatabase(t.Context(), "", "lake", AthenaStore{URL: db.URL, Schema: "lake"}); err != nil { // for the types of the tables
		t.Fatal(err)
	}
	mustExec(t, mustOpen(t, db.URL), lakeTables)
	for _, test := range []struct {
		name string
		run  func(*testing.T, lake)
	}{
		{"queries", testAthenaQueries},
		{"types", testAthenaTypes},
		{"errors", testAthenaErrors},
		{"refused", testAthenaRefuses},
		{"tokens", testAthenaTokens},
		{"workgroups", testAthenaWorkGroups},
		{"life", testAthenaLife},
		{"stopped", testAthenaStop},
		{"scanned", testAthenaScans},
		{"pages", testAthenaPages},
		{"faults", testAthenaFaults},
		{"failures", testAthenaFailures},
		{"glue", testGlueTables},
	} {
		t.Run(test.name, func(t *testing.T) { test.run(t, openLake(t, db)) })
	}
}

func openLake(t *testing.T, db *Database) lake {
	t.Helper()
	account, err := StartAWS(t.Context(), "local")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = account.Close() })
	store := AthenaStore{URL: db.URL, Schema: "lake", Parameters: map[string]map[string]string{"days": {"table_type": "ICEBERG"}}}
	for _, catalog := range []string{"", "s3tablescatalog/aws-s3"} {
		if err := account.Athena.AddDatabase(t.Context(), catalog, "lake", store); err != nil {
			t.Fatal(err)
		}
	}
	account.Athena.AddWorkGroup(AthenaWorkGroup{Name: "tally", Managed: true})
	client := athena.New(athena.Options{
		Region: "ap-northeast-2", BaseEndpoint: &account.Endpoint, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
	return lake{&account.Athena, account, client}
}

// startInput is what a query of the lake starts with.
func startInput(sql string) *athena.StartQueryExecutionInput {
	return &athena.StartQueryExecutionInput{
		QueryString: &sql, WorkGroup: aws.String("tally"), QueryExecutionContext: &types.QueryExecutionContext{Database: aws.String("lake")},
	}
}

// start starts a query and returns its id.
func (l lake) start(t *testing.T, sql string) *string {
	t.Helper()
	started, err := l.client.StartQueryExecution(t.Context(), startInput(sql))
	if err != nil {
		t.Fatal(err)
	}
	return started.QueryExecutionId
}

// get asks how a query stands.
func (l lake) get(t *testing.T, id *string) *types.QueryExecution {
	t.Helper()
	answer, err := l.client.GetQueryExecution(t.Context(), &athena.GetQueryExecutionInput{QueryExecutionId: id})
	if err != nil {
		t.Fatal(err)
	}
	return answer.QueryExecution
}

// await waits for a state, or for any end.
func (l lake) await(t *testing.T, id *string, states ...types.QueryExecutionState) *types.QueryExecution {
	t.Helper()
	for range 500 {
		query := l.get(t, id)
		for _, state := range append(states, types.QueryExecutionStateSucceeded, types.QueryExecutionStateFailed, types.QueryExecutionStateCancelled) {
			if query.Status.State == state {
				return query
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the query is not %v", states)
	return nil
}

// run runs a query to its end.
func (l lake) run(t *testing.T, sql string) *types.QueryExecution {
	t.Helper()
	return l.await(t, l.start(t, sql))
}

// ask runs a query and returns its lines, values parted by |; or why it failed.
func (l lake) ask(t *testing.T, sql string) []string {
	t.Helper()
	query := l.run(t, sql)
	if query.Status.State != types.QueryExecutionStateSucceeded {
		return []string{string(query.Status.State) + " " + aws.ToString(query.Status.StateChangeReason)}
	}
	answer, err := l.client.GetQueryResults(t.Context(), &athena.GetQueryResultsInput{QueryExecutionId: query.QueryExecutionId})
	if err != nil {
		t.Fatal(err)
	}
	return linesOf(answer.ResultSet.Rows)
}

func linesOf(rows []types.Row) []string {
	lines := []string{}
	for _, row := range rows {
		var values []string
		for _, datum := range row.Data {
			if datum.VarCharValue == nil {
				values = append(values, "NULL")
				continue
			}
			values = append(values, *datum.VarCharValue)
		}
		lines = append(lines, strings.Join(values, "|"))
	}
	return lines
}
