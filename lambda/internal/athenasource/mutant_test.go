package athenasource

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/count"
	"tally/test/local"
)

// The first failure is tried again by the next run, whose clock has whole seconds; the others after
// half an hour, which doubles up to a day.
func TestMayRetryAfter(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		0: 2 * time.Second, 1: 30 * time.Minute, 2: time.Hour, 6: 16 * time.Hour, 7: 24 * time.Hour, 100: 24 * time.Hour,
	} {
		if got := mayRetryAfter(attempt); got != want {
			t.Errorf("attempt %d may be followed after %s, want %s", attempt, got, want)
		}
	}
}

// A run waits for a place only while it is patient, and not at all for what is refused.
func TestPatienceEnds(t *testing.T) {
	l := startEvents(t)
	const start = "athena:StartQueryExecution"
	throttled := make([]local.AthenaFault, 10_000)
	for i := range throttled {
		throttled[i] = local.AthenaConcurrencyExceeded
	}
	l.Athena.SetFaults("StartQueryExecution", throttled...)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := l.source().Count(ctx, queryOf(t, jobOf(t, clicks))); ctx.Err() != nil || !failureOf(t, err).Unavailable || count.IsPermanent(err) {
		t.Errorf("throttled: got %v", err)
	}
	l.Athena.SetFaults("StartQueryExecution")
	l.Denied[start] = "AccessDeniedException"
	before := l.Athena.Asked()[start]
	if _, err := l.source().Count(ctx, queryOf(t, jobOf(t, clicks))); !count.IsPermanent(err) || l.Athena.Asked()[start] != before+1 {
		t.Errorf("denied: got %v after %d requests", err, l.Athena.Asked()[start]-before)
	}
}

// Nobody joins a query of a check.
func TestAQueryOfACheckIsStopped(t *testing.T) {
	l := startEvents(t)
	l.Athena.SetPace(local.AthenaPace{Running: local.AthenaHeld})
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	_, err := l.source().Check(ctx, queryOf(t, jobOf(t, clicks)))
	executions := l.Athena.Executions()
	if last := executions[len(executions)-1]; err == nil || last.State != cancelled || strings.Contains(last.SQL, "COUNT(") {
		t.Errorf("got %v, and the query %+v", err, last)
	}
}

// Only the very first row may be a heading: a group may be called like its column.
func TestHeadings(t *testing.T) {
	pages := map[string]string{
		"":  `{"NextToken":"2","ResultSet":{"Rows":[{"Data":[{"VarCharValue":"kind"}]},{"Data":[{"VarCharValue":"kind"}]},{"Data":[{}]}],"ResultSetMetadata":{"ColumnInfo":[{"Name":"kind"}]}}}`,
		"2": `{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"kind"}]}],"ResultSetMetadata":{"ColumnInfo":[{"Name":"kind"}]}}}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		page := ""
		if strings.Contains(string(body), `"NextToken":"2"`) {
			page = "2"
		}
		fmt.Fprint(w, pages[page])
	}))
	defer server.Close()
	config := aws.Config{Region: "ap-northeast-2", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	r := &run{Source: New(Options{API: config, Glue: config})}
	var got []string
	for row, err := range r.rows(t.Context(), "q") {
		if err != nil {
			t.Fatal(err)
		}
		if row[0] == nil {
			got = append(got, "NULL")
		} else {
			got = append(got, *row[0])
		}
	}
	if strings.Join(got, " ") != "kind NULL kind" {
		t.Errorf("the rows are %q", got)
	}
}
