package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Jobs that fail for the same secret do not repeat what is wrong with it.
func TestVerifyTellsOfASecretOnce(t *testing.T) {
	enterProject(t)
	const wrong = `database app: read secret arn:aws:secretsmanager:ap-northeast-2:111122223333:secret:reader: no answer from Secrets Manager`
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			_, _ = w.Write([]byte(`{"FunctionArn":"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-dev-monitor"}`))
			return
		}
		if r.Header.Get("X-Amz-Invocation-Type") == "Event" {
			w.WriteHeader(http.StatusAccepted)
			return
		}
		var asked struct{ Job string }
		payload, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(payload, &asked)
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_ = json.NewEncoder(w).Encode(map[string]string{"errorMessage": "job " + asked.Job + ": check: " + wrong})
	}))
	defer aws.Close()
	t.Setenv("AWS_ENDPOINT_URL", aws.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	status, said, complaint := tally("verify", "--env", "dev")
	if status != exitFailed || complaint != "2 of 2 jobs cannot be counted\n" {
		t.Errorf("status %d: %q", status, complaint)
	}
	if strings.Count(said, wrong) != 1 || !strings.Contains(said, "  early-orders cannot be counted either: it needs the same secret as daily-scans\n") {
		t.Errorf("it says\n%s", said)
	}
}
