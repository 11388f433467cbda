package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"tally/lambda/contract"
)

var silent = slog.New(slog.DiscardHandler)

// The answers go through the wrapper that main uses. There is no database: the API refuses
// every statement, so that SQL of a Delete would be noticed.
func TestCloudFormationIsAlwaysAnswered(t *testing.T) {
	syntax := refusal{"DatabaseErrorException", "ERROR: syntax error; SQLState: 42601"}
	for _, test := range []struct {
		name     string
		request  cfn.RequestType
		engine   any
		refusals []refusal
		status   cfn.StatusType
		reason   string // a part of it
		calls    int
	}{
		{"an error in the SQL is final", cfn.RequestCreate, contract.EngineMySQL, []refusal{syntax}, "FAILED", "make user cluster-1/app_1/counter: CREATE USER …: ", 1},
		{"what the Data API says is told", cfn.RequestUpdate, contract.EnginePostgres, []refusal{syntax}, "FAILED", "SQLState: 42601", 1},
		{"a cluster that wakes", cfn.RequestCreate, contract.EnginePostgres, []refusal{resuming, resuming, syntax}, "FAILED", "42601", 3},
		{"as older versions say it", cfn.RequestCreate, contract.EnginePostgres,
			[]refusal{{"BadRequestException", "Communications link failure"}, {"DatabaseErrorException", "The DB is resuming"}, syntax}, "FAILED", "42601", 3},
		{"a cluster that is not ready, a role that is not known yet", cfn.RequestCreate, contract.EnginePostgres,
			[]refusal{{"DatabaseUnavailableException", "no writer"}, {"AccessDeniedException", "not authorized"}, syntax}, "FAILED", "42601", 3},
		{"a database that starts", cfn.RequestCreate, contract.EnginePostgres,
			[]refusal{{"DatabaseErrorException", "ERROR: the database system is starting up; SQLState: 57P03"}, {"DatabaseErrorException", "ERROR: tuple concurrently updated; SQLState: XX000"}, syntax}, "FAILED", "42601", 3},
		{"a long answer is cut", cfn.RequestCreate, contract.EnginePostgres, []refusal{{"DatabaseErrorException", strings.Repeat("long ", 2000)}}, "FAILED", "long long", 1},
		{"another engine", cfn.RequestCreate, "oracle", nil, "FAILED", `engine "oracle" is not known`, 0},
		{"properties that are none", cfn.RequestCreate, []any{1}, nil, "FAILED", "read the resource's properties", 0},
		{"the user stays", cfn.RequestDelete, []any{1}, nil, "SUCCESS", "", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			api := &cluster{database: database}
			api.refuse(test.refusals...)
			handler := &resource{logger: silent, api: api.start(t)}
			answer := ask(t, t.Context(), handler, test.request, test.engine)
			if answer.Status != test.status || !strings.Contains(answer.Reason, test.reason) || strings.Contains(answer.Reason, "hunter") {
				t.Errorf("answered %s %q, want %s %q", answer.Status, answer.Reason, test.status, test.reason)
			}
			if len(answer.Reason) > 2100 {
				t.Errorf("the reason has %d bytes", len(answer.Reason))
			}
			if api.calls != test.calls {
				t.Errorf("%d statements, want %d", api.calls, test.calls)
			}
		})
	}
}

// If the id changed, CloudFormation would delete the old resource.
func TestIDStaysForTheSameUser(t *testing.T) {
	api := &cluster{database: database}
	handler := &resource{logger: silent, api: api.start(t)}
	fail := refusal{"DatabaseErrorException", "no"}
	api.refuse(fail, fail)
	created := ask(t, t.Context(), handler, cfn.RequestCreate, contract.EngineMySQL)
	updated := ask(t, t.Context(), handler, cfn.RequestUpdate, contract.EnginePostgres)
	deleted := ask(t, t.Context(), handler, cfn.RequestDelete, contract.EngineMySQL)
	if got := []string{created.PhysicalResourceID, updated.PhysicalResourceID}; !slices.Equal(got, []string{"cluster-1/app_1/counter", "cluster-1/app_1/counter"}) {
		t.Errorf("ids %q", got)
	}
	if deleted.PhysicalResourceID != "what-it-was" {
		t.Errorf("deleted as %q", deleted.PhysicalResourceID)
	}
}

// CloudFormation is told the reason before Lambda ends the invocation.
func TestClusterThatNeverWakesIsReportedInTime(t *testing.T) {
	api := &cluster{database: database}
	api.refuse(slices.Repeat([]refusal{resuming}, 100_000)...)
	handler := &resource{logger: silent, api: api.start(t)}
	ctx, cancel := context.WithTimeout(t.Context(), answerTime+time.Second)
	defer cancel()
	begun := time.Now()
	answer := ask(t, ctx, handler, cfn.RequestCreate, contract.EngineMySQL)
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	if answer.Status != "FAILED" || !strings.Contains(answer.Reason, "the cluster cannot be reached: CREATE USER …: ") || !strings.Contains(answer.Reason, "is resuming") {
		t.Errorf("answered %s %q", answer.Status, answer.Reason)
	}
}

// ask sends a request as CloudFormation does and returns the answer.
func ask(t *testing.T, ctx context.Context, handler *resource, request cfn.RequestType, engine any) cfn.Response {
	t.Helper()
	var answer cfn.Response
	cloudFormation := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			t.Error(err)
		}
	}))
	defer cloudFormation.Close()
	reason, err := cfn.LambdaWrap(handler.handle)(ctx, cfn.Event{
		RequestType: request, ResponseURL: cloudFormation.URL, PhysicalResourceID: "what-it-was", RequestID: "request",
		ResourceProperties: map[string]any{
			"ServiceToken": "arn:…", "ServiceTimeout": "600", "Engine": engine, "ClusterARN": clusterARN, "SecretARN": secretARN,
			"Cluster": "cluster-1", "Database": database, "Username": username, "Digest": "0",
		},
	})
	if reason != "" || err != nil {
		t.Errorf("CloudFormation was not answered: %s (%v)", reason, err)
	}
	return answer
}
