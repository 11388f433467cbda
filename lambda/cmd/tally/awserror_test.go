package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// What AWS says comes without what the SDK says around it, and a right that is missing is named.
func TestErrorsOfAWSInWords(t *testing.T) {
	c := newCloud(t, cloudJobs)
	denied := httpServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		_, _ = io.WriteString(w, `<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
	})
	gone := httpServer(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNotFound)
		_, _ = io.WriteString(w, `<Error><Code>NoSuchBucket</Code><Message>The specified bucket does not exist</Message></Error>`)
	})
	for endpoint, want := range map[string]string{
		denied: "AWS does not allow it; needs s3:ListBucket\n", gone: "NoSuchBucket: The specified bucket does not exist\n", "http://127.0.0.1:1": "connect: connection refused\n",
	} {
		t.Setenv("AWS_ENDPOINT_URL_S3", endpoint)
		t.Setenv("AWS_MAX_ATTEMPTS", "1")
		for _, args := range []string{"history", "late orders", "report --out x.html", "backfill orders --days 3", "recount orders --at 2022-04-07T15:30:00Z --reason x"} {
			status, _, complaint := c.tally(strings.Fields(args)...)
			if status != exitFailed || !strings.HasSuffix(complaint, want) || strings.Contains(complaint, "operation error") || strings.Contains(complaint, "StatusCode") {
				t.Errorf("%s: status %d, got %swant %s", args, status, complaint, want)
			}
		}
	}
}

// Flags say what they are for here.
func TestHelpOfFlags(t *testing.T) {
	for _, command := range []string{"status", "redrive", "history", "report", "late", "backfill", "recount", "sweep", "verify"} {
		_, help, _ := tally("help", command)
		if !strings.Contains(help, "the environment, such as prod") || strings.Contains(help, "(default all)\n      --environments") || command == "backfill" && strings.Contains(help, "(default 1)") {
			t.Errorf("%s says\n%s", command, help)
		}
	}
	if _, help, _ := tally("help", "next"); !strings.Contains(help, "the one environment to look at (default all)") {
		t.Errorf("next says\n%s", help)
	}
}

func httpServer(t *testing.T, answer http.HandlerFunc) (endpoint string) {
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	return server.URL
}
