package main

import (
	"path/filepath"
	"strings"
	"testing"

	"tally/test/local"
)

// AWS's own logs are counted by the name of their format, in the demo's bucket.
func TestWellKnownLogs(t *testing.T) {
	jobs, err := filepath.Abs("../../../test/local/logs/jobs.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s3, err := local.StartS3(t.Context(), local.UploadsBucket, local.LogsBucket)
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	if err := s3.LoadObjects(); err != nil {
		t.Fatal(err)
	}
	enterProject(t)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_REGION", "ap-northeast-2")
	for job, want := range map[string]string{
		"load-balancer": "  errors      2\n  no_target   1\n  slow        1\n  other       1\n  total       3\n",
		"website":       "  x_edge_result_type   e5   other   total\n  (all)                1    2       3\n  Error                1    1       2\n  Hit                  0    1       1\n",
		"logins":        "  login    2\n  denied   1\n  other    1\n  total    3\n",
		"downloads":     "  got      1\n  denied   1\n  other    1\n  total    3\n",
		"network":       "  ssh        1\n  rejected   1\n  other      1\n  total      3\n",
	} {
		status, stdout, stderr := tally("run", job, "--at", "2022-04-08T01:30:00Z", "--jobs", jobs, "--bucket", "logs="+local.LogsBucket, "--endpoint-url", s3.Endpoint)
		if status != exitOK || !strings.HasSuffix(stdout, want) || stderr != "" {
			t.Errorf("%s ends with %d and prints\n%s%s\nwant\n%s", job, status, stdout, stderr, want)
		}
	}
}
