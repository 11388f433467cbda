package main

import (
	"strings"
	"testing"

	"tally/test/local"
)

const bucketJobs = `timezone: Asia/Seoul
jobs:
  - name: uploads
    schedule: cron(10 15 * * ? *)
    source: {bucket: uploads, prefix: "images/{yyyy}/{MM}/{dd}/"}
    window: {span: previous-day}
    cases: {jpeg: key endsWith ".jpg", large: size > 3}
  - name: orders
    schedule: cron(10 15 * * ? *)
    source: {bucket: uploads, prefix: "orders/", format: jsonl, on_error: skip}
    window: {span: previous-day, column: ordered_at}
    group_by: [order.channel]
    cases: {paid: status == "paid"}
  - name: millis
    schedule: cron(10 15 * * ? *)
    source: {bucket: uploads, prefix: clicks/, format: jsonl}
    window: {span: previous-day, column: ts, column_type: epoch_millis}
    cases: {all: "true"}
`

func TestBuckets(t *testing.T) {
	s3, err := local.StartS3(t.Context(), "acme-uploads", "results")
	if err != nil {
		t.Fatal(err)
	}
	defer s3.Close()
	for key, content := range map[string]string{
		"images/2022/04/07/a.jpg": "1234", "images/2022/04/07/b.png": "1", "images/2022/04/08/c.jpg": "12345",
		"orders/a.jsonl": `{"ordered_at":"2022-04-06T15:00:00Z","status":"paid","order":{"channel":"web"}}
{"ordered_at":"2022-04-07T14:59:59Z","status":"open","order":{}}
{"ordered_at":"2022-04-07T15:00:00Z","status":"paid"}
broken
`,
		"clicks/a.jsonl": `{"ts":1649300000}`,
	} {
		if err := s3.Put("acme-uploads", key, []byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	enterProject(t)
	write(t, "buckets.yaml", bucketJobs)
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	for _, test := range []struct {
		name, args     string
		status         int
		stdout, stderr string
	}{
		{"objects", "uploads --bucket uploads=acme-uploads", exitOK, "  jpeg    1\n  large   1\n  other   1\n  total   2\n", ""},
		{"records", "orders --bucket uploads=acme-uploads", exitOK, "\n1 could not be read and are left out\n" +
			"  order.channel   paid   other   total\n  (all)           1      1       2\n  web             1      0       1\n  NULL            0      1       1\n",
			"warning: left out 1 line that is no record, such as s3://acme-uploads/orders/a.jsonl, line 4: is no object of JSON\n"},
		{"stored", "uploads --bucket uploads=acme-uploads --store s3://results --json", exitOK, `"case_name":"jpeg","groups":{},"count":1,`,
			"stored: s3://results/counts/date=2022-04-07/uploads-20220407T1510Z.rev1.jsonl\n"},
		{"seconds for milliseconds", "millis --bucket uploads=acme-uploads", exitFailed, "",
			"window.column ts: as epoch_millis its values lie before 1990, and nothing would ever be counted; write column_type: epoch_seconds\n"},
		{"no such bucket", "uploads --bucket uploads=acme-upload", exitFailed, "", "acme-upload"},
		{"no bucket said", "uploads", exitInvalid, "", "which bucket is uploads? write --bucket uploads=NAME, or --env for an environment's\n"},
		{"another key", "uploads --bucket logs=acme-uploads", exitInvalid, "", "which bucket is uploads? write --bucket uploads=NAME, or --env for an environment's; --bucket names logs\n"},
		{"a URL", "uploads --bucket uploads=s3://acme-uploads", exitInvalid, "", "--bucket uploads=s3://acme-uploads is not a bucket's name; write uploads=NAME\n"},
		{"no key", "uploads --bucket acme-uploads", exitInvalid, "", "acme-uploads must be formatted as key=value"},
		{"explained", "uploads --bucket uploads=acme-uploads --explain", exitInvalid, "", "--explain shows what a database does, and job uploads counts in a bucket; leave it out\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			args := append([]string{"run"}, strings.Fields(test.args)...)
			status, stdout, stderr := tally(append(args, "--at", "2022-04-07T15:10:00Z", "--jobs", "buckets.yaml", "--endpoint-url", s3.Endpoint)...)
			if status != test.status || !strings.Contains(stdout, test.stdout) || !strings.Contains(stderr, test.stderr) {
				t.Errorf("got %d\n%s%s\nwant %d\n%s%s", status, stdout, stderr, test.status, test.stdout, test.stderr)
			}
		})
	}
}
