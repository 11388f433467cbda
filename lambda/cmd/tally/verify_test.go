package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
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

func TestWithoutCredentialsItSaysHowToGetThem(t *testing.T) {
	enterProject(t)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for _, variable := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		t.Setenv(variable, "/nowhere")
	}
	for _, variable := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"} {
		t.Setenv(variable, "")
	}
	for _, command := range []string{"verify", "sweep"} {
		status, _, complaint := tally(command, "--env", "dev")
		if want := `this machine has no valid AWS credentials; set AWS_PROFILE, or log in with "aws sso login"`; status != exitFailed || !strings.HasPrefix(complaint, want) {
			t.Errorf("%s: status %d: %q", command, status, complaint)
		}
	}
}

// Nothing outside its VPC reaches a created database.
func TestACreatedDatabaseIsNotLookedForHere(t *testing.T) {
	enterProject(t)
	folder := t.TempDir()
	for name, text := range map[string]string{
		"jobs.yaml":                 runJobs,
		"environments/scratch.yaml": "region: ap-northeast-2\nnetwork: create\ndatabases: {app: {create: aurora-postgresql}}\n",
	} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	status, _, complaint := tally("run", "daily", "--at", "latest", "--env", "scratch", "--jobs", filepath.Join(folder, "jobs.yaml"), "--environments", filepath.Join(folder, "environments"))
	want := "database app is created by environment scratch, in a VPC that only its counter is in; to have that try the job write make verify ENV=scratch, and to count another database from here put its URL into TALLY_DATABASE_APP\n"
	if status != exitInvalid || complaint != want {
		t.Errorf("status %d: %q", status, complaint)
	}
}
