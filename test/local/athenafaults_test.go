package local

import (
	"errors"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/athena"
	"github.com/aws/aws-sdk-go-v2/service/athena/types"
)

func testAthenaFaults(t *testing.T, l lake) {
	l.SetFaults("StartQueryExecution", AthenaConcurrencyExceeded, AthenaThrottled, AthenaUnavailable, AthenaTokenExpired, AthenaConnectionCut, AthenaAnswerLost, AthenaFault{Delay: 50 * time.Millisecond})
	token := strings.Repeat("t", 32)
	var got []string
	var id string
	for i := range 8 {
		input := startInput("SELECT 1")
		input.ClientRequestToken = &token
		begin := time.Now()
		answer, err := l.client.StartQueryExecution(t.Context(), input)
		var throttled *types.TooManyRequestsException
		if i == 0 && (!errors.As(err, &throttled) || throttled.Reason != types.ThrottleReasonConcurrentQueryLimitExceeded) {
			t.Errorf("no reason in %v", err)
		}
		if strings.HasPrefix(said(err), "no answer") && !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("%v, want a reset", err)
		}
		if i == 6 && time.Since(begin) < 50*time.Millisecond {
			t.Error("the answer came at once")
		}
		text, _, _ := strings.Cut(said(err), ":")
		got = append(got, text)
		if err == nil {
			id = *answer.QueryExecutionId
		}
	}
	if want := []string{"TooManyRequestsException", "ThrottlingException", "InternalServerException", "ExpiredTokenException", "no answer", "no answer", "", ""}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if ran := l.Executions(); len(ran) != 1 || ran[0].ID != id {
		t.Errorf("%d queries ran, want the one whose answer was lost", len(ran))
	}
	l.SetFaults("GetQueryResults", AthenaConnectionCut)
	l.await(t, &id) // another operation is well
	if got := l.results(t, &id); got != "no answer " {
		t.Error(got)
	}
	if got := l.results(t, &id); got != "" {
		t.Error(got)
	}
}

func testAthenaFailures(t *testing.T, l lake) {
	next := []AthenaFailure{
		AthenaGlueDenied, AthenaS3Denied, AthenaKMSDenied, AthenaColumnsHidden, AthenaLakeDenied, AthenaExhausted, AthenaEngineFailed,
		AthenaTimedOut, AthenaGlueThrottled, AthenaS3SlowDown, AthenaScanLimit, AthenaCancelled, {},
	}
	l.SetFailures(next...)
	for _, want := range next {
		query := l.run(t, `SELECT 1`)
		status := query.Status
		if want.State == "" {
			want.State = "SUCCEEDED"
		}
		if string(status.State) != want.State || aws.ToString(status.StateChangeReason) != want.Reason || *query.Statistics.DataScannedInBytes != want.Scanned {
			t.Errorf("%s %s, %d bytes; want %+v", status.State, aws.ToString(status.StateChangeReason), *query.Statistics.DataScannedInBytes, want)
		}
		if problem := status.AthenaError; want.Category == 0 && problem != nil ||
			want.Category != 0 && (int(*problem.ErrorCategory) != want.Category || int(*problem.ErrorType) != want.Type || problem.Retryable != want.Retryable) {
			t.Errorf("%s: the AthenaError is %+v", want.Reason, problem)
		}
		state := map[string]string{"FAILED": "InvalidRequestException: Query did not finish successfully. Final query state: FAILED INVALID_QUERY_EXECUTION_STATE", "CANCELLED": "InvalidRequestException: Could not find results RESULT_NOT_FOUND"}[want.State]
		if got := l.results(t, query.QueryExecutionId); got != state {
			t.Errorf("its result: %q", got)
		}
	}
	l.SetPace(AthenaPace{Queued: AthenaHeld})
	l.start(t, "SELECT 1") // Close ends it
	if _, err := l.client.GetQueryExecution(t.Context(), &athena.GetQueryExecutionInput{QueryExecutionId: aws.String("")}); err == nil {
		t.Error("an empty id is one")
	}
}
