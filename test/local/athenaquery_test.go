package local

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/google/go-cmp/cmp"
)

func testAthenaQueries(t *testing.T, l lake) {
	for _, test := range []struct {
		name, sql string
		want      []string
	}{
		{"no rows", "SELECT \"kind\",\n  \"u\"\nFROM \"events\"\nLIMIT 0", []string{"kind|u"}},
		{"groups", `SELECT CAST("kind" AS varchar),
			COUNT(*) FILTER (WHERE (kind = 'x'
			)),
			COUNT(DISTINCT "u") FILTER (WHERE (kind IS NOT NULL))
			FROM "events" WHERE "event_time" >= TIMESTAMP '2022-04-07 15:00:00.000 UTC' AND "event_time" < TIMESTAMP '2022-04-08 15:00:00.000 UTC' AND ("dt" IN ('2022-04-07','2022-04-08'))
			GROUP BY "kind" ORDER BY 1`,
			[]string{"_col0|_col1|_col2", "x|8|5", "y|0|5", "NULL|0|0"}},
		{"groups and a total", `SELECT CAST("kind" AS varchar), CASE GROUPING("kind") WHEN 0 THEN 0 ELSE 1 END, COUNT(*) FROM "events" GROUP BY GROUPING SETS (("kind"), ()) ORDER BY 2, 1`,
			[]string{"_col0|_col1|_col2", "x|0|24", "y|0|24", "NULL|0|24", "NULL|1|72"}},
		{"a zone counts", `SELECT COUNT(*) AS n FROM "events" WHERE "event_time" < TIMESTAMP '2022-04-06 12:00:00.000 Asia/Seoul'`, []string{"n", "3"}},
		{"a local time", `SELECT COUNT(*) n, "local" FROM "types" WHERE "local" >= TIMESTAMP '2022-04-07 15:00:00.000' GROUP BY "local"`, []string{"n|local", "1|2022-04-07 15:00:00.000"}},
		{"a day", `SELECT "day" FROM "types" WHERE "day" = DATE '2022-04-07'`, []string{"day", "2022-04-07"}},
		{"a time in a text", `SELECT COUNT(*) FROM "events" WHERE from_iso8601_timestamp("at") >= TIMESTAMP '2022-04-08 23:00:00.000 UTC' AND regexp_like("at", '^\d{4}-')`, []string{"_col0", "1"}},
		{"a local time in a text", `SELECT CAST(from_iso8601_timestamp('2022-04-07T15:00:00,1239+09:00') AS timestamp) AS "t"`, []string{"t", "2022-04-07 06:00:00.123"}},
		{"short times", `SELECT from_iso8601_timestamp('2022'), from_iso8601_timestamp('2022-04'), from_iso8601_timestamp('2022-04-07T15+09'), from_iso8601_timestamp('2022-04-07T'), from_iso8601_timestamp(NULL)`,
			[]string{"_col0|_col1|_col2|_col3|_col4", "2022-01-01 00:00:00.000 UTC|2022-04-01 00:00:00.000 UTC|2022-04-07 06:00:00.000 UTC|2022-04-07 00:00:00.000 UTC|NULL"}},
		{"typeof", `SELECT typeof('a'), typeof("local"), typeof("instant"), typeof("tiny"), typeof(1) FROM types LIMIT 1`, []string{"_col0|_col1|_col2|_col3|_col4", "varchar|timestamp(3)|timestamp(3) with time zone|tinyint|integer"}},
		{"values", `SELECT * FROM "types" WHERE "ok"`, []string{
			"ok|tiny|small|number|big|ratio|price|cost|note|text|code|content|day|local|instant|doc|tags|labels|place",
			`true|1|2|3|4|0.5|1.0E20|1.50|it's||ab |65 01|2022-04-07|2022-04-07 15:00:00.000|2022-04-07 06:00:00.250 UTC|{"a":1}|{a}|{"k": 1}|{}`}},
		{"NULL", `SELECT "ok", "text" FROM "types" WHERE "ok" IS NULL`, []string{"ok|text", "NULL|NULL"}},
		{"a CTE, a view, a semicolon, comments", "/* a */ WITH c AS (SELECT 'a;b' AS t FROM counted) -- ;\nSELECT count(*), t FROM c GROUP BY t;\n", []string{"_col0|t", "72|a;b"}},
		{"rows", `VALUES (1, 'a'), (2, 'b')`, []string{"column1|column2", "1|a", "2|b"}},
		{"nothing may be written", `SELECT lo_create(0)`, []string{"FAILED GENERIC_USER_ERROR: cannot execute lo_create() in a read-only transaction"}},
		{"a write of a CTE", `WITH gone AS (DELETE FROM "types" RETURNING 1) SELECT count(*) FROM gone`, []string{"FAILED GENERIC_USER_ERROR: cannot execute SELECT in a read-only transaction"}},
		{"names", `SELECT DISTINCT e."kind", CASE WHEN "u" = 0 THEN 'a' END AS "Case", CASE WHEN true THEN 1 END, "u" "v", NULL, "u" > 9 AND true FROM "events" AS e WHERE "u" = 0 AND "kind" = 'x'`, []string{"kind|Case|_col2|v|_col4|_col5", "x|a|1|0|NULL|false"}},
		{"conditions", `SELECT count(*) FROM "events" WHERE "kind" LIKE 'x!%%' ESCAPE '!' OR coalesce("kind", '-') = '-' AND "event_time" + INTERVAL '1' DAY < date_trunc('day', TIMESTAMP '2022-04-08 09:00:00+09:00')`, []string{"_col0", "8"}},
		{"JSON", `SELECT json_extract_scalar('{"a":{"b":"c"}}', '$.a.b'), json_extract_scalar('{"a":{}}', '$.a')`, []string{"_col0|_col1", "c|NULL"}},
		{"casts", `SELECT CAST('1.5' AS double) AS d, CAST('7' AS bigint) AS n, CAST('1' AS tinyint) AS s`, []string{"d|n|s", "1.5|7|1"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if difference := cmp.Diff(test.want, l.ask(t, test.sql)); difference != "" {
				t.Errorf("-want +got:\n%s", difference)
			}
		})
	}
	plan := l.ask(t, `EXPLAIN SELECT count(*) FROM "events"`)
	if len(plan) < 3 || plan[0] != "Query Plan" || !strings.Contains(plan[1], "Aggregate") {
		t.Errorf("the plan is %q", plan)
	}
	executions := l.Executions()
	last := executions[len(executions)-1]
	if last.Bytes != 0 || last.Scans != 0 {
		t.Errorf("a plan cost %d bytes, %d scans", last.Bytes, last.Scans)
	}
}

func testAthenaTypes(t *testing.T, l lake) {
	query := l.run(t, `SELECT "types".*, CAST('a' AS varchar) FROM "types" LIMIT 0`)
	answer, err := l.client.GetQueryResults(t.Context(), &athena.GetQueryResultsInput{QueryExecutionId: query.QueryExecutionId})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, column := range answer.ResultSet.ResultSetMetadata.ColumnInfo {
		got = append(got, fmt.Sprintf("%s %s(%d,%d) %t", aws.ToString(column.Name), aws.ToString(column.Type), column.Precision, column.Scale, column.CaseSensitive))
	}
	want := []string{
		"ok boolean(0,0) false", "tiny tinyint(3,0) false", "small smallint(5,0) false", "number integer(10,0) false", "big bigint(19,0) false",
		"ratio float(17,0) false", "price double(17,0) false", "cost decimal(10,2) false",
		"note varchar(20,0) true", "text varchar(2147483647,0) true", "code char(3,0) true", "content varbinary(1073741824,0) false",
		"day date(0,0) false", "local timestamp(3,0) false", "instant timestamp with time zone(3,0) false",
		"doc json(0,0) false", "tags array(0,0) false", "labels map(0,0) false", "place row(0,0) false", "varchar varchar(2147483647,0) true",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("-want +got:\n%s", difference)
	}
}

func testAthenaErrors(t *testing.T, l lake) {
	for _, test := range []struct {
		sql, want string
		kind      int32
		paid      bool
	}{
		{"SELECT *\nFROM \"nope\"", "TABLE_NOT_FOUND: line 2:6: Table 'awsdatacatalog.lake.nope' does not exist", 1301, false},
		{`EXPLAIN SELECT * FROM "nope"`, "TABLE_NOT_FOUND: line 1:23: Table 'awsdatacatalog.lake.nope' does not exist", 1301, false},
		{`SELECT 'a', "nope" FROM "events"`, "COLUMN_NOT_FOUND: line 1:13: Column 'nope' cannot be resolved or requester is not authorized to access requested resources", 1006, false},
		{`SELECT e.nope FROM "events" e`, "COLUMN_NOT_FOUND: line 1:8: Column 'e.nope' cannot be resolved or requester is not authorized to access requested resources", 1006, false},
		{`SELECT nope("u") FROM "events"`, "FUNCTION_NOT_FOUND: line 1:8: Function 'nope' not registered", 1303, false},
		{`SELECT 1 FROM "events" WHERE "u" = 'a'`, "TYPE_MISMATCH: line 1:34: Cannot apply operator: bigint = varchar", 1002, false},
		{`SELECT 1 FROM "types" WHERE "day" IN ('2022-04-07')`, "TYPE_MISMATCH: line 1:35: Cannot apply operator: date = varchar", 1002, false},
		{`SELECT 1 FROM "events" WHERE "at" >= TIMESTAMP '2022-04-07 15:00:00.000 UTC'`, "TYPE_MISMATCH: line 1:35: Cannot apply operator: varchar >= timestamp(3) with time zone", 1002, false},
		{`SELECT 1 FROM "events" WHERE "u"`, "TYPE_MISMATCH: line 1:30: argument of WHERE must be type boolean, not type bigint", 1002, false},
		{`SELECT CAST(DATE '2022-04-07' AS bigint)`, "TYPE_MISMATCH: line 1:8: Cannot cast date to bigint", 1002, false},
		{`SELECT "kind", count(*) FROM "events"`, "EXPRESSION_NOT_AGGREGATE: line 1:8: 'events.kind' must be an aggregate expression or appear in GROUP BY clause", 1006, false},
		{`SELECT 1 / ("u" - "u") FROM "events"`, "DIVISION_BY_ZERO: Division by zero", 1001, true},
		{`SELECT CAST("kind" AS bigint) FROM "events"`, "INVALID_CAST_ARGUMENT: Cannot cast 'x' to BIGINT", 1100, true},
		{`SELECT from_iso8601_timestamp("kind") FROM "events"`, `INVALID_FUNCTION_ARGUMENT: Invalid format: "x"`, 1100, true},
		{`SELECT from_iso8601_timestamp('2022-13-07') FROM "events"`, "INVALID_FUNCTION_ARGUMENT: Value cannot be cast: 2022-13-07", 1100, true},
		{`SELECT TIMESTAMP 'noon' FROM "events"`, "INVALID_FUNCTION_ARGUMENT: line 1:18: Value cannot be cast: noon", 1100, false},
		{`SELECT chr(CAST(0 * "u" AS integer)) FROM "events"`, "GENERIC_USER_ERROR: null character not permitted", 1000, true},
	} {
		t.Run(test.sql, func(t *testing.T) {
			query := l.run(t, test.sql)
			if query.Status.State != "FAILED" || aws.ToString(query.Status.StateChangeReason) != test.want {
				t.Fatalf("%s %s,\nwant %s", query.Status.State, aws.ToString(query.Status.StateChangeReason), test.want)
			}
			if problem := query.Status.AthenaError; *problem.ErrorCategory != 2 || *problem.ErrorType != test.kind || problem.Retryable || *problem.ErrorMessage != test.want {
				t.Errorf("the AthenaError is %d %d %t %s", *problem.ErrorCategory, *problem.ErrorType, problem.Retryable, *problem.ErrorMessage)
			}
			if bytes := *query.Statistics.DataScannedInBytes; bytes > 0 != test.paid {
				t.Errorf("it scanned %d bytes", bytes)
			}
		})
	}
	for catalog, database := range map[string]string{"AwsDataCatalog": "other", "nope": "lake", "awsdatacatalog": "LAKE", "s3tablescatalog/aws-s3": "lake"} {
		input := startInput("SELECT count(*) FROM \"events\"")
		input.QueryExecutionContext.Catalog, input.QueryExecutionContext.Database = &catalog, &database
		started, err := l.client.StartQueryExecution(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if slices.Contains([]string{"AwsDataCatalog", "nope"}, catalog) {
			want = "SCHEMA_NOT_FOUND: line 1:22: Schema '" + database + "' does not exist"
		}
		query := l.await(t, started.QueryExecutionId)
		if got := aws.ToString(query.Status.StateChangeReason); got != want {
			t.Errorf("%s.%s: %q, want %q", catalog, database, got, want)
		}
		if got := aws.ToString(query.QueryExecutionContext.Catalog); got != catalog {
			t.Errorf("the catalog is %s, want %s", got, catalog)
		}
	}
}
