package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tally/lambda/contract"
	"tally/lambda/internal/function/functiontest"
	"tally/test/local"
)

// The account that counts pays for the requests to a bucket that says so.
func TestTheRequesterPays(t *testing.T) {
	payers := map[string]string{} // by the path of the bucket
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bucket := strings.Trim(r.URL.Path, "/")
		payers[bucket] = r.Header.Get("X-Amz-Request-Payer")
		if bucket == "acme-logs" {
			w.WriteHeader(http.StatusForbidden) // more is not needed
			return
		}
		fmt.Fprintf(w, "<ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><IsTruncated>false</IsTruncated></ListBucketResult>", bucket, r.URL.Query().Get("prefix"))
	}))
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.URL)
	functiontest.SetEnvironment(t, `{"environment":"local","bucket":"results","databases":{},"buckets":{"logs":"acme-logs"},"requester_pays":["logs"]}`, `
timezone: UTC
jobs:
  - name: orders
    schedule: cron(0 1 * * ? *)
    source: {bucket: logs, prefix: x/}
    window: {span: previous-day}
`)
	h, err := newHandler(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	_, _ = h.Invoke(t.Context(), []byte(`{"job":"orders","scheduledTime":"2022-04-08T01:00:00Z"}`))
	if payers["acme-logs"] != "requester" || payers["results"] != "" {
		t.Errorf("the payers are %q", payers)
	}
}

// fakeAthena has one table, with a column at, and counts 3.
type fakeAthena struct{ queries, tokens []string }

func (f *fakeAthena) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct{ QueryString, ClientRequestToken, QueryExecutionID string }
	_ = json.NewDecoder(r.Body).Decode(&asked)
	switch r.Header.Get("X-Amz-Target") {
	case "AmazonAthena.StartQueryExecution":
		f.queries, f.tokens = append(f.queries, asked.QueryString), append(f.tokens, asked.ClientRequestToken)
		fmt.Fprintf(w, `{"QueryExecutionId":"%d"}`, len(f.queries)-1)
	case "AmazonAthena.GetQueryExecution":
		fmt.Fprintf(w, `{"QueryExecution":{"QueryExecutionId":%q,"Status":{"State":"SUCCEEDED"},"Statistics":{"DataScannedInBytes":5}}}`, asked.QueryExecutionID)
	case "AmazonAthena.GetQueryResults":
		if strings.Contains(f.queries[slices.Index([]string{"0", "1"}, asked.QueryExecutionID)], "LIMIT 0") {
			fmt.Fprint(w, `{"ResultSet":{"ResultSetMetadata":{"ColumnInfo":[{"Name":"at","Type":"timestamp(3) with time zone"}]}}}`)
			return
		}
		fmt.Fprint(w, `{"ResultSet":{"Rows":[{"Data":[{"VarCharValue":"3"}]}],"ResultSetMetadata":{"ColumnInfo":[{"Name":"_col0","Type":"bigint"}]}}}`)
	}
}

// Athena and Glue have endpoints of their own. The same job of two environments has a query in each.
func TestAthenaAndGlue(t *testing.T) {
	s3, err := local.StartS3(t.Context(), "results-dev", "results-prod")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	t.Setenv("AWS_ENDPOINT_URL_S3", s3.Endpoint)
	log, err := os.Create(filepath.Join(t.TempDir(), "log")) // Lambda makes metrics of what is written there
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	os.Stdout = log
	defer func() { os.Stdout = stdout }()
	tokens := map[string]string{} // of the counts, by environment
	for _, environment := range []string{"dev", "prod"} {
		athena := &fakeAthena{}
		server := httptest.NewServer(athena)
		defer server.Close()
		glue := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Amz-Target") == "AWSGlue.GetTable" {
				fmt.Fprint(w, `{"Table":{"PartitionKeys":[{"Name":"dt"}]}}`)
			}
		}))
		defer glue.Close()
		t.Setenv("AWS_ENDPOINT_URL_ATHENA", server.URL)
		t.Setenv("AWS_ENDPOINT_URL_GLUE", glue.URL)
		functiontest.SetEnvironment(t, fmt.Sprintf(`{"environment":%q,"bucket":"results-%[1]s","athena":{"lake":{"workgroup":"w","catalog":"AwsDataCatalog","database":"d"}}}`, environment), `
timezone: UTC
jobs:
  - name: events
    schedule: cron(0 1 * * ? *)
    source: {athena: lake, table: events}
    window: {span: previous-day, column: at}
`)
		var out bytes.Buffer
		h, err := newHandler(slog.New(slog.NewTextHandler(&out, nil)))
		if err != nil {
			t.Fatal(err)
		}
		answer, err := h.Invoke(t.Context(), []byte(`{"job":"events","scheduledTime":"2022-04-08T01:00:00Z"}`))
		if err != nil || !strings.Contains(string(answer), `"count":3`) || !strings.Contains(out.String(), "events is partitioned by dt") {
			t.Errorf("%s: got %s (%v), and the log\n%s", environment, answer, err, &out)
		}
		if metrics, err := os.ReadFile(log.Name()); err != nil || !strings.Contains(string(metrics), `"Environment":"`+environment+`"`) {
			t.Errorf("%s: the metrics are %s (%v)", environment, metrics, err)
		}
		tokens[environment] = athena.tokens[len(athena.tokens)-1]
	}
	if tokens["dev"] == tokens["prod"] {
		t.Error("two environments share a query")
	}
}

// A case that failed has a line of its own in the log.
func TestFailedCasesAreLogged(t *testing.T) {
	var out bytes.Buffer
	slotAnswer{Records: []contract.Record{
		{CaseName: "good", Count: new(int64(3)), Status: contract.StatusOK}, {CaseName: "bad", Status: contract.StatusFailed, Code: "42703", Message: "no column"},
	}}.Log(slog.New(slog.NewTextHandler(&out, nil)))
	if got := out.String(); !strings.Contains(got, `level=ERROR msg="case failed" case=bad code=42703 message="no column"`) || strings.Count(got, "case failed") != 1 {
		t.Errorf("the log is\n%s", got)
	}
}
