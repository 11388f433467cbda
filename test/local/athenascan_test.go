package local

import (
	"fmt"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
)

// A partition of the test is one page of PostgreSQL.
const page = 8192

func testAthenaScans(t *testing.T, l lake) {
	for _, test := range []struct {
		sql   string
		pages int64
		scans int
	}{
		{`SELECT count(*) FROM "events"`, 3, 1},
		{`SELECT count(*) FROM "events" WHERE "dt" IN ('2022-04-07','2022-04-08')`, 2, 1},
		{`SELECT count(*) FROM "events" WHERE "dt" = '2022-04-07'`, 1, 1},
		{`SELECT count(*) FROM "events" WHERE "dt" = '2030-01-01'`, 0, 0},
		{`SELECT count(*) FROM "events" WHERE CAST("dt" AS date) = DATE '2022-04-07'`, 3, 1}, // no pruning
		{`SELECT count(*) FROM "counted" WHERE "dt" = '2022-04-07'`, 1, 1},
		{`SELECT * FROM "events" LIMIT 0`, 0, 0},
		{`SELECT 1`, 0, 0},
		{`SELECT (SELECT count(*) FROM "events"), (SELECT count(*) FROM "types")`, 4, 2},
		{`SELECT count(*) FROM "events" a JOIN "events" b ON a."u" = b."u"`, 6, 2},
		{`SELECT "u" FROM "events" UNION ALL SELECT "u" FROM "events"`, 6, 2},
		{`SELECT "u" FROM "events" WHERE "dt" = '2022-04-07' UNION ALL SELECT "big" FROM "types"`, 2, 2},
	} {
		query := l.run(t, test.sql)
		executions := l.Executions()
		last := executions[len(executions)-1]
		if last.Bytes != test.pages*page || last.Scans != test.scans || *query.Statistics.DataScannedInBytes != last.Bytes {
			t.Errorf("%s: %d bytes, %d scans", test.sql, last.Bytes, last.Scans)
		}
	}

	l.AddWorkGroup(AthenaWorkGroup{Name: "tally", Managed: true, BytesScannedCutoffPerQuery: 2 * page})
	if query := l.run(t, `SELECT count(*) FROM "events" WHERE "dt" IN ('2022-04-07','2022-04-08')`); query.Status.State != "SUCCEEDED" {
		t.Errorf("at the cutoff: %s", query.Status.State)
	}
	query := l.run(t, `SELECT count(*) FROM "events"`)
	if query.Status.State != "CANCELLED" || *query.Status.StateChangeReason != "Bytes scanned limit was exceeded" || *query.Statistics.DataScannedInBytes != 2*page || query.Status.AthenaError != nil {
		t.Errorf("over the cutoff: %s %s, %d bytes", query.Status.State, aws.ToString(query.Status.StateChangeReason), *query.Statistics.DataScannedInBytes)
	}
}

func testAthenaPages(t *testing.T, l lake) {
	id := l.run(t, "SELECT n FROM generate_series(1, 1500) AS n").QueryExecutionId
	read := func(size *int32) (pages []int, all []string) {
		t.Helper()
		pager := athena.NewGetQueryResultsPaginator(l.client, &athena.GetQueryResultsInput{QueryExecutionId: id, MaxResults: size})
		for pager.HasMorePages() {
			answer, err := pager.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			pages, all = append(pages, len(answer.ResultSet.Rows)), append(all, linesOf(answer.ResultSet.Rows)...)
			if len(answer.ResultSet.ResultSetMetadata.ColumnInfo) != 1 {
				t.Error("a page has no columns")
			}
		}
		return pages, all
	}
	pages, all := read(nil)
	want := []string{"n"}
	for n := range 1500 {
		want = append(want, fmt.Sprint(n+1))
	}
	if !slices.Equal(pages, []int{1000, 501}) || !slices.Equal(all, want) {
		t.Errorf("pages of %d rows", pages)
	}
	if pages, _ := read(aws.Int32(600)); !slices.Equal(pages, []int{600, 600, 301}) {
		t.Errorf("pages of %d rows", pages)
	}
	for _, test := range []struct {
		input athena.GetQueryResultsInput
		want  string
	}{
		{athena.GetQueryResultsInput{MaxResults: aws.Int32(1001)}, "InvalidRequestException: MaxResults is more than maximum allowed length 1000."},
		{athena.GetQueryResultsInput{MaxResults: aws.Int32(0)}, "InvalidRequestException: 1 validation error detected: Value at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{athena.GetQueryResultsInput{NextToken: aws.String("abc")}, "InvalidRequestException: NextToken is invalid."},
	} {
		test.input.QueryExecutionId = id
		if _, err := l.client.GetQueryResults(t.Context(), &test.input); said(err) != test.want {
			t.Error(err)
		}
	}
}
