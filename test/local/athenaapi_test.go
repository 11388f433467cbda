package local

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
)

// code is the AthenaErrorCode of an error.
func code(err error) string {
	var refused *types.InvalidRequestException
	if errors.As(err, &refused) {
		return aws.ToString(refused.AthenaErrorCode)
	}
	return ""
}

func testAthenaRefuses(t *testing.T, l lake) {
	for _, test := range []struct{ sql, code, want string }{
		{"SELECT *\nFROM \"events\"\nWHERE FROM", "MALFORMED_QUERY", "line 3:7: mismatched input 'FROM'. Expecting: <expression>"},
		{"SELECT 'ab' 'c", "MALFORMED_QUERY", "line 1:13: mismatched input ''c'. Expecting: <expression>"},
		{"SELECT (1", "MALFORMED_QUERY", "line 1:10: mismatched input '<EOF>'. Expecting: <expression>"},
		{"SELECT 1; SELECT 2", "MALFORMED_QUERY", "Only one sql statement is allowed. Got: SELECT 1; SELECT 2"},
		{"DELETE FROM \"events\"", "MALFORMED_QUERY", "Queries of this type are not supported"},
		{"SET timezone = 'UTC'", "MALFORMED_QUERY", "Queries of this type are not supported"},
		{" -- nothing\n", "INVALID_INPUT", "Query string is empty"},
		{"SELECT '" + strings.Repeat("a", 262_144) + "'", "INVALID_INPUT", "1 validation error detected: Value at 'queryString' failed to satisfy constraint: Member must have length less than or equal to 262144"},
	} {
		_, err := l.client.StartQueryExecution(t.Context(), startInput(test.sql))
		if got := said(err); got != "InvalidRequestException: "+test.want || code(err) != test.code {
			t.Errorf("%.40s: %s (%s)", test.sql, got, code(err))
		}
	}
	_, err := l.client.GetQueryExecution(t.Context(), &athena.GetQueryExecutionInput{QueryExecutionId: aws.String("nope")})
	if said(err) != "InvalidRequestException: QueryExecution nope was not found" || code(err) != "QUERY_EXECUTION_NOT_FOUND" {
		t.Error(err)
	}
	if _, err := l.client.ListWorkGroups(t.Context(), nil); said(err) != "UnknownOperationException: AmazonAthena.ListWorkGroups is not emulated" {
		t.Error(err)
	}
	l.aws.Denied["athena:StartQueryExecution"] = "AccessDeniedException"
	_, err = l.client.StartQueryExecution(t.Context(), startInput("SELECT 1"))
	if got := said(err); !strings.HasPrefix(got, "AccessDeniedException: User: arn:aws:sts::") || !strings.Contains(got, "is not authorized to perform: athena:StartQueryExecution on resource: arn:aws:athena:ap-northeast-2:123456789012:workgroup/tally because") {
		t.Error(got)
	}
	if ran := l.Executions(); len(ran) != 0 {
		t.Errorf("%d queries were made of refused requests", len(ran))
	}
}

func testAthenaTokens(t *testing.T, l lake) {
	now := time.Date(2022, 4, 8, 0, 30, 0, 0, time.UTC)
	l.SetClock(func() time.Time { return now })
	token := strings.Repeat("t", 32)
	start := func(edit func(*athena.StartQueryExecutionInput)) (string, string) {
		input := startInput(`SELECT 1 FROM "nope"`)
		input.ClientRequestToken = &token
		edit(input)
		answer, err := l.client.StartQueryExecution(t.Context(), input)
		if err != nil {
			return "", said(err)
		}
		return *answer.QueryExecutionId, ""
	}
	same := func(*athena.StartQueryExecutionInput) {}
	for length, want := range map[int]string{
		0:   "InvalidRequestException: 1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32",
		31:  "InvalidRequestException: 1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length greater than or equal to 32",
		128: "",
		129: "InvalidRequestException: 1 validation error detected: Value at 'clientRequestToken' failed to satisfy constraint: Member must have length less than or equal to 128",
	} {
		if _, got := start(func(i *athena.StartQueryExecutionInput) {
			i.ClientRequestToken = aws.String(strings.Repeat("a", length))
		}); got != want {
			t.Errorf("a token of %d characters: %q", length, got)
		}
	}
	id, _ := start(same)
	if query := l.await(t, &id); query.Status.State != "FAILED" {
		t.Fatalf("the query is %s", query.Status.State)
	}
	if again, _ := start(same); again != id {
		t.Errorf("the same request got %s, not the failed query %s", again, id)
	}
	for name, edit := range map[string]func(*athena.StartQueryExecutionInput){
		"SQL":      func(i *athena.StartQueryExecutionInput) { i.QueryString = aws.String("SELECT 2") },
		"database": func(i *athena.StartQueryExecutionInput) { i.QueryExecutionContext.Database = aws.String("other") },
		"catalog":  func(i *athena.StartQueryExecutionInput) { i.QueryExecutionContext.Catalog = aws.String("other") },
		"location": func(i *athena.StartQueryExecutionInput) {
			i.ResultConfiguration = &types.ResultConfiguration{OutputLocation: aws.String("s3://elsewhere/")}
		},
	} {
		if _, got := start(edit); got != "InvalidRequestException: Idempotent parameters do not match" {
			t.Errorf("another %s: %q", name, got)
		}
	}
	l.SetTokenLife(time.Hour)
	now = now.Add(time.Hour)
	if again, _ := start(same); again == id || again == "" {
		t.Errorf("an old token got %q", again)
	}
	before := len(l.Executions())
	token = strings.Repeat("u", 32)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { start(same) })
	}
	group.Wait()
	if made := len(l.Executions()) - before; made != 1 {
		t.Errorf("8 requests with one token made %d queries", made)
	}
	response := post(t, l, "AmazonAthena.StartQueryExecution", `{"QueryString":"SELECT 1","WorkGroup":"tally"}`)
	if want := `{"__type":"InvalidRequestException","Message":"clientRequestToken is null or empty","AthenaErrorCode":"INVALID_INPUT","ErrorCode":"INVALID_INPUT"}`; response != "400 "+want {
		t.Errorf("without a token: %s", response)
	}
}

func testAthenaWorkGroups(t *testing.T, l lake) {
	l.AddWorkGroup(AthenaWorkGroup{Name: "off", Disabled: true, Managed: true})
	l.AddWorkGroup(AthenaWorkGroup{Name: "nowhere"})
	l.AddWorkGroup(AthenaWorkGroup{Name: "bucket", OutputLocation: "s3://results/", BytesScannedCutoffPerQuery: 10 << 20, EngineVersion: "AUTO"})
	const nowhere = "InvalidRequestException: No output location provided."
	for _, test := range []struct{ group, output, want string }{
		{"nope", "", "InvalidRequestException: WorkGroup is not found."},
		{"", "", "InvalidRequestException: WorkGroup is not found."}, // primary
		{"off", "", "InvalidRequestException: WorkGroup off is disabled."},
		{"nowhere", "", nowhere},
		{"nowhere", "s3://mine/", ""},
		{"bucket", "", ""},
		{"tally", "", ""},
	} {
		input := startInput("SELECT 1")
		input.WorkGroup = nil
		if test.group != "" {
			input.WorkGroup = &test.group
		}
		if test.output != "" {
			input.ResultConfiguration = &types.ResultConfiguration{OutputLocation: &test.output}
		}
		answer, err := l.client.StartQueryExecution(t.Context(), input)
		if got := said(err); !strings.HasPrefix(got, test.want) || (got == "") != (test.want == "") {
			t.Errorf("%s %s: %q, want %q", test.group, test.output, got, test.want)
		}
		if err != nil {
			continue
		}
		query := l.await(t, answer.QueryExecutionId)
		wants := map[string]string{"nowhere": "s3://mine/", "bucket": "s3://results/"}[test.group]
		location := ""
		if query.ResultConfiguration != nil {
			location = strings.TrimSuffix(*query.ResultConfiguration.OutputLocation, *query.QueryExecutionId+".csv")
		}
		if *query.WorkGroup != test.group || location != wants || query.ManagedQueryResultsConfiguration.Enabled != (test.group == "tally") {
			t.Errorf("%s: %s, location %q", test.group, *query.WorkGroup, location)
		}
	}
	get := func(name string) (*types.WorkGroup, error) {
		answer, err := l.client.GetWorkGroup(t.Context(), &athena.GetWorkGroupInput{WorkGroup: &name})
		if err != nil {
			return nil, err
		}
		return answer.WorkGroup, nil
	}
	if _, err := get("nope"); said(err) != "InvalidRequestException: WorkGroup is not found." || code(err) != "INVALID_INPUT" {
		t.Error(err)
	}
	bucket, err := get("bucket")
	if err != nil {
		t.Fatal(err)
	}
	if c := bucket.Configuration; bucket.State != "ENABLED" || *c.ResultConfiguration.OutputLocation != "s3://results/" || *c.BytesScannedCutoffPerQuery != 10<<20 ||
		c.ManagedQueryResultsConfiguration.Enabled || *c.EngineVersion.SelectedEngineVersion != "AUTO" {
		t.Errorf("the workgroup is %+v", c)
	}
	off, err := get("off")
	if err != nil {
		t.Fatal(err)
	}
	if c := off.Configuration; off.State != "DISABLED" || !c.ManagedQueryResultsConfiguration.Enabled || c.ResultConfiguration.OutputLocation != nil || c.BytesScannedCutoffPerQuery != nil {
		t.Errorf("the workgroup is %+v", c)
	}
}
