package settings_test

import (
	"strings"
	"testing"
)

func TestTagsAlarmsAndKeysAreChecked(t *testing.T) {
	const (
		topic    = "arn:aws:sns:ap-northeast-2:444455556666:oncall"
		boundary = "arn:aws:iam::444455556666:policy/boundary"
		key      = "arn:aws:kms:ap-northeast-2:444455556666:key/0fed5678-1234-1234-1234-123456789012"
	)
	for _, test := range []struct{ name, line, at, want string }{
		{"all", "tags: {team: data, 'cost:center': \"42\"}\npermissions_boundary: " + boundary + "\nresults: {bucket: acme-results, kms_key_arn: '" + key + "'}\nalarms: {topic_arn: '" + topic + "'}", "", ""},
		{"addresses", "alarms: {email: [a@example.com, b@example.com]}", "", ""},
		{"no alarms at all", "alarms: {}", "", ""},
		{"a long key in Korean", "tags: {'" + strings.Repeat("팀", 128) + "': data}", "", ""},

		{"an address twice", "alarms: {email: [a@example.com, a@example.com]}", "20:33", "alarms.email[1]: \"a@example.com\" is listed twice; keep one"},
		{"no address", "alarms: {email: [oncall]}", "20:18", `alarms.email[0]: "oncall" is not valid; write an address such as oncall@example.com`},
		{"a topic's name", "alarms: {topic_arn: oncall}", "20:21", `alarms.topic_arn: "oncall" is not valid; write the ARN of a standard topic, arn:aws:sns:…`},
		{"a FIFO topic", "alarms: {topic_arn: '" + topic + ".fifo'}", "20:21", `alarms.topic_arn: "` + topic + `.fifo" is not valid; write the ARN of a standard topic, arn:aws:sns:…`},
		{"a topic elsewhere", "alarms: {topic_arn: 'arn:aws:sns:eu-central-1:444455556666:oncall'}", "20:21", "alarms.topic_arn: is in eu-central-1; write the ARN of a topic in ap-northeast-2: alarms reach only those of their region"},
		{"both", "alarms: {email: [a@example.com], topic_arn: '" + topic + "'}", "20:10", "alarms.email: is for a topic of the environment's own; subscribe the addresses to topic_arn yourself, or leave that out"},
		{"addresses to notify", "notify: {email: [a@example.com]}", "", ""},
		{"a topic of another account to notify", "notify: {topic_arn: 'arn:aws:sns:ap-northeast-2:111122223333:analysts'}", "", ""},
		{"an address to notify twice", "notify: {email: [a@example.com, a@example.com]}", "20:33", "notify.email[1]: \"a@example.com\" is listed twice; keep one"},
		{"no address to notify", "notify: {email: []}", "20:10", "notify.email: is empty; write an address, or leave notify out: those of alarms hear of checks then"},
		{"nobody's address to notify", "notify: {email: [analysts]}", "20:18", `notify.email[0]: "analysts" is not valid; write an address such as oncall@example.com`},
		{"a FIFO topic to notify", "notify: {topic_arn: '" + topic + ".fifo'}", "20:21", `notify.topic_arn: "` + topic + `.fifo" is not valid; write the ARN of a standard topic, arn:aws:sns:…`},
		{"a topic elsewhere to notify", "notify: {topic_arn: 'arn:aws:sns:eu-central-1:444455556666:analysts'}", "20:21", "notify.topic_arn: is in eu-central-1; write the ARN of a topic in ap-northeast-2"},
		{"both to notify", "notify: {email: [a@example.com], topic_arn: '" + topic + "'}", "20:10", "notify.email: is for a topic of the environment's own; subscribe the addresses to topic_arn yourself, or leave that out"},
		{"a boundary's name", "permissions_boundary: boundary", "20:23", `permissions_boundary: "boundary" is not valid; write the ARN of a managed policy, arn:aws:iam::…:policy/…`},
		{"AWS's own tag", "tags: {'aws:team': data}", "20:20", "tags.aws:team: keys that start with aws: are AWS's own; write another"},
		{"a tag that no service takes", "tags: {team: 'data#1'}", "20:14", `tags.team: "data#1" is not a tag's value; write at most 256 letters, digits, blanks and _.:/=+-@`},
		{"a tag's number", "tags: {team: 42}", "20:14", `tags.team: is a number; put it in quotes: "42"`},
		{"a results bucket's ARN", "results: {bucket: 'arn:aws:s3:::acme'}", "20:19", `results.bucket: "arn:aws:s3:::acme" is not valid; write a bucket name, without s3:// or ARN`},
		{"a tag's key twice", "tags: {Team: data, team: data}", "20:26", "tags.team: is Team in other letters, which IAM takes for the same; keep one"},
		{"a tag without a key", "tags: {'': data}", "20:1", "tags: holds an empty key; write one"},
		{"no address at all", "alarms: {email: []}", "20:10", "alarms.email: is empty; write an address, or leave alarms out: nobody would hear of them"},
		{"a topic in China", "alarms: {topic_arn: 'arn:aws-cn:sns:ap-northeast-2:444455556666:oncall'}", "20:21", "alarms.topic_arn: is of partition aws-cn, and ap-northeast-2 of aws; write the ARN of one there"},
		{"a boundary in GovCloud", "permissions_boundary: arn:aws-us-gov:iam::444455556666:policy/b", "20:23", "permissions_boundary: is of partition aws-us-gov, and ap-northeast-2 of aws; write the ARN of one there"},
		{"a key elsewhere", "results: {kms_key_arn: '" + strings.Replace(key, "ap-northeast-2", "us-east-1", 1) + "'}", "20:24", "results.kms_key_arn: is in us-east-1; write the ARN of one in ap-northeast-2"},
		{"a bucket's key elsewhere", "buckets: {logs: {name: acme-logs, kms_key_arn: '" + strings.Replace(key, "ap-northeast-2", "us-east-1", 1) + "'}}", "20:48", "buckets.logs.kms_key_arn: is in us-east-1; write the ARN of one in ap-northeast-2"},
		{"a key's alias", "results: {kms_key_arn: alias/mine}", "20:24", `results.kms_key_arn: "alias/mine" is not valid; write the ARN of the key (not of an alias), arn:aws:kms:…:key/…`},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := test.want
			if want != "" {
				want = test.at + ": " + want
			}
			checkProblems(t, goodEnvironment+test.line+"\n", want)
		})
	}
}

// An environment that counts in buckets only needs no network.
func TestEnvironmentWithoutDatabases(t *testing.T) {
	if _, err := load(t, "region: ap-northeast-2\nbuckets: {logs: acme-logs}\n",
		"timezone: Asia/Seoul\njobs:\n  - {name: daily, schedule: cron(55 14 * * ? *), source: {bucket: logs}, cases: {all: size > 0}}\n"); err != nil {
		t.Error(err)
	}
}
