package local_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tally/test/local"
)

// What "make deploy" runs at its end: the command line asks the deployed function.
func testVerify(t *testing.T, environment string, system *local.System) {
	tally := tallyOnce(t)
	aws := httptest.NewServer(standInForAWS(t, environment, system))
	defer aws.Close()
	verify := func(flags ...string) (string, error) {
		command := exec.Command(tally, append([]string{"verify", "--env", environment, "--environments", "test/local", "--jobs", "test/local/jobs.yaml"}, flags...)...)
		command.Dir = projectRoot
		command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+aws.URL, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret")
		said, err := command.CombinedOutput()
		return string(said), err
	}

	// A log that begins without a field that the job counts by: that is no reason to fail.
	lines := strings.Repeat(`{"state":"paid","channel":"web","ordered_at":"2022-04-07T00:00:00Z"}`+"\n", 100)
	for day := -3; day <= 0; day++ {
		key := time.Now().UTC().AddDate(0, 0, day).Format("orders/2006/01/02/") + "0-without-status.jsonl"
		if err := system.S3.Put(local.LogsBucket, key, []byte(lines)); err != nil {
			t.Fatal(err)
		}
		defer system.S3.Delete(local.LogsBucket, key)
	}
	said, err := verify()
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, want := range []string{
		environment + ": asking its counters in ap-northeast-2\n",
		"daily-scans  database app, scans\n", "normal, caries, unread, other, total\n", "daily-events  athena lake, events\n", "bucket uploads, images/{yyyy}/{MM}/{dd}/…\n", "KST\n", "the state at its slot\n",
		"warning: cases.paid, cases.refunded: none of the first 100 records has the field \"status\"; the nearest that they have is \"state\"\n",
		"8 jobs can be counted\n", "second@example.com has not confirmed yet", "third@example.com has not confirmed yet",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	if strings.Contains(said, "first@example.com") {
		t.Errorf("first@example.com has confirmed:\n%s", said)
	}

	// A job that was changed and not deployed.
	edited := filepath.Join(t.TempDir(), "jobs.yaml")
	text, err := os.ReadFile(filepath.Join(projectRoot, "test/local/jobs.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(edited, []byte(strings.Replace(string(text), "confidence >= 0.8", "confidence >= 0.9", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := verify("--jobs", edited); err == nil || !strings.Contains(said, "daily-scans cannot be counted: what is deployed is another definition than the jobs file has; run make deploy ENV="+environment+"\n") || !strings.Contains(said, "1 of 8 jobs") {
		t.Errorf("it does not say that a job is not deployed: %v\n%s", err, said)
	}

	db, err := system.Database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rename(t, db.Exec, "confidence", "certainty")
	defer rename(t, db.Exec, "certainty", "confidence")
	said, err = verify()
	if exit := (*exec.ExitError)(nil); !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("it ends with %v, want status 1", err)
	}
	if !strings.Contains(said, "daily-scans cannot be counted: ") || !strings.Contains(said, "1 of 8 jobs cannot be counted\n") {
		t.Errorf("it does not say which job cannot be counted:\n%s", said)
	}
}

func rename[T any](t *testing.T, exec func(string, ...any) (T, error), from, to string) {
	t.Helper()
	if _, err := exec("ALTER TABLE scans RENAME COLUMN " + from + " TO " + to); err != nil {
		t.Fatal(err)
	}
}

// standInForAWS speaks as much of the APIs of Lambda and SNS as the command line
// uses, and hands invocations to the real function.
func standInForAWS(t *testing.T, environment string, system *local.System) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2015-03-31/functions/tally-"+environment+"-monitor/configuration", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"FunctionArn":"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-%s-monitor"}`, environment)
	})
	mux.HandleFunc("POST /2015-03-31/functions/tally-"+environment+"-monitor/invocations", func(w http.ResponseWriter, r *http.Request) {
		payload, err := io.ReadAll(r.Body)
		if err != nil || string(payload) != `{"sweep":true}` || r.Header.Get("X-Amz-Invocation-Type") != "Event" {
			t.Errorf("the monitor is sent %s (%v)", payload, err)
		}
		w.WriteHeader(http.StatusAccepted)
	})
	lambda, err := url.Parse(system.Lambda.Endpoint)
	if err != nil {
		t.Fatal(err)
	}
	mux.Handle("POST /2015-03-31/functions/{name}/invocations", httputil.NewSingleHostReverseProxy(lambda))
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		topic := "arn:aws:sns:ap-northeast-2:111122223333:tally-" + environment + "-alarms"
		if r.FormValue("Action") != "ListSubscriptionsByTopic" || r.FormValue("TopicArn") != topic {
			t.Errorf("SNS is asked %v", r.Form)
		}
		// The third address was never confirmed, and SNS has forgotten it.
		fmt.Fprintf(w, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>
			<member><Endpoint>first@example.com</Endpoint><SubscriptionArn>%s:1</SubscriptionArn></member>
			<member><Endpoint>second@example.com</Endpoint><SubscriptionArn>PendingConfirmation</SubscriptionArn></member>
			</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`, topic)
	})
	return mux
}

func TestVerifyBeforeADeploy(t *testing.T) {
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		_ = json.NewEncoder(w).Encode(map[string]string{"Message": "Function not found"})
	}))
	defer aws.Close()
	command := exec.Command(tallyOnce(t), "verify", "--env", "local", "--environments", "test/local", "--jobs", "test/local/jobs.yaml")
	command.Dir = projectRoot
	command.Env = append(os.Environ(), "AWS_ENDPOINT_URL="+aws.URL, "AWS_ACCESS_KEY_ID=key", "AWS_SECRET_ACCESS_KEY=secret")
	said, err := command.CombinedOutput()
	if err == nil || !strings.Contains(string(said), "there is no function tally-local-monitor in ap-northeast-2; run make deploy ENV=local first\n") {
		t.Errorf("got %v: %s", err, said)
	}
}
