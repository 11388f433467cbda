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

// Who owns the bucket and the topic must set up what this environment cannot.
func TestVerifySaysWhatOthersMustSetUpForChecks(t *testing.T) {
	const (
		checked = "    checks: {paid: {min: 1}}\n"
		theirs  = `notify: {topic_arn: "arn:aws:sns:ap-northeast-2:444455556666:analysts"}`
		ours    = `notify: {topic_arn: "arn:aws:sns:ap-northeast-2:111122223333:analysts"}`
	)
	for name, test := range map[string]struct {
		notifications string // of the bucket; empty if nobody may ask
		notify        string // of the environment
		jobs          string // after those of the file
		want          []string
		not           []string
	}{
		"neither is set up": {"<Q/>", theirs, checked,
			[]string{
				"bucket acme-results is not known to tell EventBridge of new records: the hourly sweep checks them.",
				"  aws s3api get-bucket-notification-configuration --bucket acme-results > notifications.json &&\n",
				"topic analysts belongs to account 444455556666: nobody is told of checks unless the topic's policy holds this statement\n" +
					`  {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"},` + "\n" +
					`   "Action": "sns:Publish", "Resource": "arn:aws:sns:ap-northeast-2:444455556666:analysts",` + "\n" +
					`   "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/tally-dev-counter-MonitorRole1A2B3C4D-*"}}}` + "\n",
			}, nil},
		"nobody may ask":                 {"", "", checked, []string{"bucket acme-results is not known"}, []string{"nobody is told"}},
		"both are set up":                {"<EventBridgeConfiguration/>", ours, checked, nil, []string{"acme-results", "analysts"}},
		"nothing is checked":             {"<Q/>", theirs, "", nil, []string{"acme-results", "analysts"}},
		"nothing but the counts is told": {"<Q/>", theirs, "summary: {schedule: cron(0 23 * * ? *)}\n", []string{"topic analysts"}, []string{"acme-results"}},
	} {
		t.Run(name, func(t *testing.T) {
			enterProject(t)
			appendToEnvironment(t, "results: {bucket: acme-results}\n"+test.notify)
			if err := os.WriteFile("jobs.yaml", []byte(jobs+test.jobs), 0o600); err != nil {
				t.Fatal(err)
			}
			aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/acme-results" && test.notifications != "":
					_, _ = io.WriteString(w, "<NotificationConfiguration>"+test.notifications+"</NotificationConfiguration>")
				case r.URL.Path == "/acme-results":
					w.WriteHeader(http.StatusForbidden)
				case r.Method == http.MethodGet:
					_, _ = io.WriteString(w, `{"FunctionArn":"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-dev-monitor","Role":"arn:aws:iam::111122223333:role/tally-dev-counter-MonitorRole1A2B3C4D-Xy12Zz34Ab56"}`)
				default:
					w.WriteHeader(http.StatusAccepted)
				}
			}))
			defer aws.Close()
			t.Setenv("AWS_ENDPOINT_URL", aws.URL)
			t.Setenv("AWS_ACCESS_KEY_ID", "key")
			t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
			_, said, _ := tally("verify", "--env", "dev")
			for _, want := range test.want {
				if !strings.Contains(said, want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			for _, not := range test.not {
				if strings.Contains(said, not) {
					t.Errorf("it says %q:\n%s", not, said)
				}
			}
		})
	}
}

// Each topic sends a mail of its own, and each must be confirmed.
func TestVerifyNamesWhoHasNotConfirmedWhichTopic(t *testing.T) {
	enterProject(t)
	appendToEnvironment(t, "alarms: {email: [oncall@example.com]}\n")
	aws := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodGet:
			_, _ = io.WriteString(w, `{"FunctionArn":"arn:aws:lambda:ap-northeast-2:111122223333:function:tally-dev-monitor","Environment":{"Variables":{"TALLY_CONFIG":
				"{\"environment\":\"dev\",\"stack\":\"dev\",\"bucket\":\"results\",\"timeout_seconds\":300,\"parallel\":1,\"counters\":[],\"checks_topic\":\"arn:aws:sns:ap-northeast-2:111122223333:tally-dev-checks\"}"}}}`)
		case r.FormValue("TopicArn") == "arn:aws:sns:ap-northeast-2:111122223333:tally-dev-alarms":
			_, _ = io.WriteString(w, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>
				<member><Endpoint>oncall@example.com</Endpoint><SubscriptionArn>arn:aws:sns:ap-northeast-2:111122223333:a:1</SubscriptionArn></member>
				</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`)
		case r.FormValue("TopicArn") == "arn:aws:sns:ap-northeast-2:111122223333:tally-dev-checks":
			_, _ = io.WriteString(w, `<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`)
		default:
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	defer aws.Close()
	t.Setenv("AWS_ENDPOINT_URL", aws.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	_, said, _ := tally("verify", "--env", "dev")
	const want = "oncall@example.com has not confirmed yet: nothing of tally-dev-checks reaches it until somebody follows the link in the mail from AWS\n"
	if strings.Count(said, "has not confirmed yet") != 1 || !strings.Contains(said, want) {
		t.Errorf("it says\n%s", said)
	}
}
