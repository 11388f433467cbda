package settings_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/settings"
	"tally/lambda/job"
)

const bucketJobs = `timezone: Asia/Seoul
jobs:
  - {name: a, schedule: cron(0 1 * * ? *), source: {bucket: logs, prefix: orders/}, cases: {all: size > 0}}
  - {name: b, schedule: cron(0 1 * * ? *), source: {bucket: logs, prefix: orders/web/, format: jsonl}, cases: {paid: status == "paid"}}
  - {name: c, schedule: cron(0 1 * * ? *), source: {bucket: logs, prefix: "scans/{yyyy}/", format: csv}, window: {span: previous-day, column: at}, cases: {paid: status == "paid"}}
  - {name: d, schedule: cron(0 1 * * ? *), source: {bucket: images}, cases: {all: size > 0}}
  - {name: d2, schedule: cron(0 1 * * ? *), source: {bucket: trails, prefixes: ["AWSLogs/o-1/*/CloudTrail/*/{yyyy}/{MM}/{dd}/", "old/{yyyy}/{M}/{d}/"], format: cloudtrail}, window: {span: previous-day}, cases: {all: eventName != ""}}
  - {name: e, schedule: cron(0 1 * * ? *), source: {database: app, table: scans}, cases: {all: a > 0}}
`

func TestBucketAccess(t *testing.T) {
	loaded, err := load(t, goodEnvironment+"buckets: {logs: acme-logs, images: acme-images, trails: acme-trails, unused: acme-unused}\n", bucketJobs)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(loaded.Used(job.KindBucket), " "); got != "images logs trails" {
		t.Errorf("buckets %s", got)
	}
	if got := strings.Join(loaded.Used(job.KindDatabase), " "); got != "app" {
		t.Errorf("databases %s", got)
	}
	for key, want := range map[string]settings.Access{
		"logs":   {List: []string{"orders/", "scans/"}, Read: []string{"orders/web/", "scans/"}},
		"images": {List: []string{""}},
		"trails": {List: []string{"AWSLogs/o-1/", "old/"}, Read: []string{"AWSLogs/o-1/", "old/"}},
		"unused": {},
	} {
		if difference := cmp.Diff(want, settings.BucketAccess(loaded.Jobs, key)); difference != "" {
			t.Errorf("%s (-want +got):\n%s", key, difference)
		}
	}
}

func TestJobsThatNameMissingBuckets(t *testing.T) {
	for buckets, want := range map[string]string{
		"":                                 `is no bucket of dev; add it under buckets there`,
		"buckets: {log: acme}\n":           `is no bucket of dev; write one of log, or add it under buckets there`,
		"buckets: {logs: {nam: acme-x}}\n": ``, // what is wrong there is reported alone
	} {
		_, err := load(t, goodEnvironment+buckets, strings.Join(strings.Split(bucketJobs, "\n")[:3], "\n"))
		if err == nil {
			t.Fatal("no error")
		}
		const at = `infra/jobs.yaml:3:61: jobs[0].source.bucket: "logs" `
		if got := strings.Contains(err.Error(), at); got != (want != "") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v\nwant %s", buckets, err, at+want)
		}
	}
}
