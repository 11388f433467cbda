package local

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
)

// environmentOf is an environment of these resources, in JSON.
func environmentOf(t *testing.T, bucket, counter string) *Assembly {
	t.Helper()
	var assembly Assembly
	for text, into := range map[string]*template{
		`{"Resources":{"Results":{"Type":"AWS::S3::Bucket","Properties":` + bucket + `}},"Outputs":{"PublishResults":{"Value":{"Ref":"Results"}}}}`: &assembly.data,
		`{"Resources":{` + counter + `}}`: &assembly.counter,
	} {
		if err := json.Unmarshal([]byte(text), into); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
	}
	return &assembly
}

const sendsEvents = `{"NotificationConfiguration":{"EventBridgeConfiguration":{"EventBridgeEnabled":true}}}`

// ruleOf is a rule that has the monitor look at new objects.
func ruleOf(properties string) string {
	return `"Rule":{"Type":"AWS::Events::Rule","Properties":{"State":"ENABLED",` + properties + `}}`
}

const (
	ofCounts = `"EventPattern":{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{
		"bucket":{"name":[{"Fn::GetStackOutput":{"StackName":"data","OutputName":"PublishResults"}}]},"object":{"key":[{"prefix":"counts/"}]}}}`
	toMonitor = `"Targets":[{"Arn":{"Fn::GetAtt":["Monitor","Arn"]},"InputTransformer":{
		"InputPathsMap":{"key":"$.detail.object.key"},"InputTemplate":"{\"stored\":<key>}"}}]`
)

func TestRulesForEvents(t *testing.T) {
	for _, test := range []struct {
		name, bucket, rule string
		rules              int
		want               string // in the error
	}{
		{"a rule", sendsEvents, ofCounts + "," + toMonitor, 1, ""},
		{"on by default", `{"NotificationConfiguration":{"EventBridgeConfiguration":{}}}`, ofCounts + "," + toMonitor, 1, ""},
		{"the bucket sends none", `{}`, ofCounts + "," + toMonitor, 0, ""},
		{"switched off", `{"NotificationConfiguration":{"EventBridgeConfiguration":{"EventBridgeEnabled":false}}}`, ofCounts + "," + toMonitor, 0, ""},
		{"of a schedule", sendsEvents, `"ScheduleExpression":"rate(1 hour)",` + toMonitor, 0, ""},
		{"of both", sendsEvents, `"ScheduleExpression":"rate(1 hour)",` + ofCounts + "," + toMonitor, 0, "Rule: it has a schedule and an event pattern"},
		{"a pattern that is ignored nowhere", `{}`, `"EventPattern":{"detail":{"object":{"size":[{"numeric":[">",5]}]}}},` + toMonitor, 0, "Rule: event pattern: detail: object: size: numeric"},
		{"a pattern of text", sendsEvents, `"EventPattern":"{}",` + toMonitor, 0, "Rule: event pattern: an object of the pattern is empty"},
		{"no target", sendsEvents, ofCounts + `,"Targets":[]`, 0, "Rule: it has 0 targets"},
		{"a queue", sendsEvents, ofCounts + `,"Targets":[{"Arn":"arn:aws:sqs:::a","Input":"{}"}]`, 0, "Rule: its target is arn:aws:sqs:::a"},
		{"the whole event", sendsEvents, ofCounts + `,"Targets":[{"Arn":{"Fn::GetAtt":["Monitor","Arn"]}}]`, 0, "Rule: the input is not JSON"},
		{"another input", sendsEvents, ofCounts + `,"Targets":[{"Arn":{"Fn::GetAtt":["Monitor","Arn"]},"Input":"{\"sweep\":true}"}]`, 0, `Rule: its input for an object counts/example is {"sweep":true}`},
		{"another key", sendsEvents, ofCounts + `,` + strings.Replace(toMonitor, "detail.object.key", "source", 1), 0, `is {"stored":"aws.s3"}`},
		{"an unknown input", sendsEvents, ofCounts + `,` + strings.Replace(toMonitor, "stored", "restored", 1), 0, `Rule: parse event`},
	} {
		t.Run(test.name, func(t *testing.T) {
			rules, err := environmentOf(t, test.bucket, ruleOf(test.rule)).eventRules()
			if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Fatalf("got %v, want an error that says %q", err, test.want)
			}
			if len(rules) != test.rules {
				t.Errorf("got %d rules, want %d", len(rules), test.rules)
			}
		})
	}
	off := `"Rule":{"Type":"AWS::Events::Rule","Properties":{"State":"DISABLED",` + ofCounts + "," + toMonitor + `}}`
	if _, err := environmentOf(t, sendsEvents, off).eventRules(); err == nil || err.Error() != `Rule: its state is "DISABLED", want ENABLED` {
		t.Errorf("a rule that is off: %v", err)
	}
}

func TestWhatRulesAndSchedulesFire(t *testing.T) {
	const schedule = `"%s":{"Type":"AWS::Scheduler::Schedule","Properties":{"ScheduleExpression":"cron(0 8 * * ? *)","ScheduleExpressionTimezone":"Asia/Seoul",
		"Target":{"Arn":{"Fn::GetAtt":["Monitor","Arn"]},"Input":%q}}}`
	sweep := fmt.Sprintf(schedule, "Sweep", contract.SweepEvent)
	summary := fmt.Sprintf(schedule, "Summary", `{"summary":true,"scheduledTime":"<aws.scheduler.scheduled-time>"}`)
	job := fmt.Sprintf(schedule, "Job", `{"job":"daily","scheduledTime":"<aws.scheduler.scheduled-time>"}`)
	found, err := triggers(environmentOf(t, sendsEvents, strings.Join([]string{sweep, summary, job, ruleOf(ofCounts + "," + toMonitor)}, ",")).counter)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2022, 4, 7, 23, 0, 0, 0, time.UTC)
	text, err := found.summary.Event(at)
	if want := `{"summary":true,"scheduledTime":"2022-04-07T23:00:00Z"}`; err != nil || text != want || found.summary.Timezone != "Asia/Seoul" || found.summary.target != "Monitor" {
		t.Errorf("the summary is %s of %+v (%v)", text, found.summary, err)
	}
	if len(found.jobs) != 1 || found.jobs["daily"].input == nil || found.sweep.input == nil {
		t.Errorf("found %+v", found)
	}
	inUTC := ruleOf(`"ScheduleExpression":"cron(0 23 * * ? *)","Targets":[{"Arn":{"Fn::GetAtt":["Monitor","Arn"]},"InputTransformer":{
		"InputPathsMap":{"time":"$.time"},"InputTemplate":"{\"summary\":true,\"scheduledTime\":<time>}"}}]`)
	if found, err = triggers(environmentOf(t, "{}", sweep+","+inUTC).counter); err != nil || found.summary.Expression != "cron(0 23 * * ? *)" || found.summary.Timezone != "UTC" {
		t.Errorf("a summary in UTC: %+v (%v)", found.summary, err)
	}
	for _, test := range []struct{ counter, want string }{
		{summary, "no rule fires the sweep"},
		{sweep + "," + job + "," + strings.Replace(job, `"Job"`, `"Other"`, 1), `job "daily" has two triggers`},
		{sweep + "," + fmt.Sprintf(schedule, "Ping", contract.PingEvent), `Ping: the event {"ping":true} is neither of a job, a sweep nor a summary`},
		{sweep + "," + fmt.Sprintf(schedule, "Odd", `{"odd":true}`), `Odd: parse event`},
	} {
		if _, err := triggers(environmentOf(t, "{}", test.counter).counter); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("got %v, want %q", err, test.want)
		}
	}
}

func TestTheMonitorsTopic(t *testing.T) {
	assembly := environmentOf(t, "{}", `"Checks":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"tally-local-checks"}},
		"Monitor":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"tally-local-monitor","Environment":{"Variables":{"TALLY_CONFIG":
		{"Fn::Join":["",["{\"checks_topic\":\"",{"Ref":"Checks"},"\"}"]]}}}}},
		"Config":{"Type":"AWS::Lambda::EventInvokeConfig","Properties":{"FunctionName":{"Ref":"Monitor"},"DestinationConfig":{"OnFailure":{"Destination":"arn"}}}}`)
	deployed, err := assembly.deploy()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := deployed["Monitor"].variables["TALLY_CONFIG"], `{"checks_topic":"arn:aws:sns:ap-northeast-2:123456789012:tally-local-checks"}`; got != want {
		t.Errorf("it gets %s, want %s", got, want)
	}
	if got, want := deployed["Monitor"].limits, (limits{retries: 2, destination: true}); got != want {
		t.Errorf("the limits are %+v, want %+v", got, want)
	}
}

// startEvents starts a system whose monitor prints the keys of new objects under counts/.
func startEvents(t *testing.T, limited limits, do string) (*System, *s3.Client, *printed) {
	t.Helper()
	rules, err := environmentOf(t, sendsEvents, ruleOf(ofCounts+","+toMonitor)).eventRules()
	if err != nil {
		t.Fatal(err)
	}
	rules[0].target.InputTransformer.InputTemplate = `{"do":"` + do + `","sleep":20000000,"text":<key>}`
	store, client := startTestS3(t, bucketName, "other")
	log := &printed{}
	monitor := newTestFunction(t, FunctionConfig{Bootstrap: buildEcho(t), Name: "monitor", Processes: 4, Log: log})
	lambda, err := startLambda(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	lambda.add("monitor", monitor, limited, false)
	t.Cleanup(func() { _ = lambda.server.Close() })
	lambda.failedRuns = &Queue{}
	system := &System{S3: store, Lambda: lambda, Bucket: bucketName, functions: map[string]*Function{"Monitor": monitor}}
	system.connect(rules)
	return system, client, log
}

// printed are the lines that the monitor prints for events.
type printed struct {
	mutex sync.Mutex
	lines []string
}

func (p *printed) Write(line []byte) (int, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if key, ok := bytes.CutPrefix(line, []byte("log ")); ok {
		p.lines = append(p.lines, strings.TrimSpace(string(key)))
	}
	return len(line), nil
}

// take returns the lines since the last call.
func (p *printed) take() []string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	lines := p.lines
	p.lines = nil
	return lines
}

func TestNewObjectsInvokeTheMonitor(t *testing.T) {
	system, client, log := startEvents(t, limits{concurrency: 1}, "print")
	put := func(bucket, key string) error {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("{}"), IfNoneMatch: aws.String("*")})
		return err
	}
	mustPut := func(t *testing.T, bucket, key string) {
		t.Helper()
		if err := put(bucket, key); err != nil {
			t.Fatal(err)
		}
	}
	settled := func(t *testing.T, want ...string) {
		t.Helper()
		system.Settle()
		if difference := cmp.Diff(want, log.take()); difference != "" {
			t.Errorf("the monitor got (- want, + got):\n%s", difference)
		}
	}
	const key = "counts/date=2022-04-07/a b+c.rev1.jsonl"
	t.Run("a put", func(t *testing.T) {
		mustPut(t, bucketName, key)
		settled(t, key)
	})
	t.Run("a put that is refused", func(t *testing.T) {
		if err := put(bucketName, key); statusOf(err) != http.StatusPreconditionFailed {
			t.Fatal(err)
		}
		settled(t)
	})
	t.Run("what no rule matches", func(t *testing.T) {
		mustPut(t, bucketName, "checks/a")
		mustPut(t, "other", "counts/a")
		settled(t)
	})
	t.Run("what creates nothing", func(t *testing.T) {
		for _, err := range []error{
			func() error {
				_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(bucketName), Key: aws.String(key)})
				return err
			}(),
			func() error {
				_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucketName), Key: aws.String("counts/none")})
				return err
			}(),
			system.S3.Put(bucketName, "counts/not over HTTP", nil),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
		settled(t)
	})
	t.Run("an upload in parts", func(t *testing.T) {
		upload(t, client, "counts/parts")
		settled(t, "counts/parts")
	})
	t.Run("one is lost, one comes twice", func(t *testing.T) {
		defer system.Events.SetCopies(nil)
		system.Events.SetCopies(func(key string) int { return strings.Count(key, "twice") * 2 })
		mustPut(t, bucketName, "counts/lost")
		mustPut(t, bucketName, "counts/twice")
		settled(t, "counts/twice", "counts/twice")
	})
	t.Run("late, or of no object", func(t *testing.T) {
		system.Events.Announce("counts/lost")
		system.Events.Announce("counts/no such object")
		system.Events.Announce("checks/a")
		settled(t, "counts/lost", "counts/no such object")
	})
	t.Run("many at once run one at a time, in order", func(t *testing.T) {
		var want []string
		for i := range 30 {
			want = append(want, fmt.Sprintf("counts/%02d", i))
			mustPut(t, bucketName, want[i])
		}
		settled(t, want...)
	})
}

func upload(t *testing.T, client *s3.Client, key string) {
	t.Helper()
	bucket := aws.String(bucketName)
	begun, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: bucket, Key: &key})
	if err != nil {
		t.Fatal(err)
	}
	part, err := client.UploadPart(t.Context(), &s3.UploadPartInput{Bucket: bucket, Key: &key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("{}")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = client.CompleteMultipartUpload(t.Context(), &s3.CompleteMultipartUploadInput{Bucket: bucket, Key: &key, UploadId: begun.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{ETag: part.ETag, PartNumber: aws.Int32(1)}}}})
	if err != nil {
		t.Fatal(err)
	}
}

// Lambda's queue waits for reserved concurrency. Whoever waits for an answer is refused.
func TestEventsShareTheReservedConcurrency(t *testing.T) {
	for _, most := range []int{1, 2} {
		system, _, _ := startEvents(t, limits{concurrency: most}, "sleep")
		begin := time.Now()
		for range 6 {
			system.Events.Announce("counts/a")
		}
		if running := system.Lambda.Running("monitor"); running != most {
			t.Errorf("%d run at a time, want %d", running, most)
		}
		if system.Lambda.begin("monitor") {
			t.Error("an invocation began besides them")
		}
		system.Settle()
		if took, least := time.Since(begin), time.Duration(6/most)*20*time.Millisecond; took < least {
			t.Errorf("they took %v, less than %v", took, least)
		}
		if system.Lambda.Running("monitor") != 0 || !system.Lambda.begin("monitor") {
			t.Error("a place was not given back")
		}
	}
}

func TestEventsThatFail(t *testing.T) {
	for _, test := range []struct {
		limits limits
		dead   int
	}{{limits{concurrency: 1, retries: 2, destination: true}, 2}, {limits{retries: 1}, 0}} {
		system, _, _ := startEvents(t, test.limits, "error")
		system.Events.Announce("counts/a")
		system.Events.Announce("counts/b")
		failed := system.Lambda.FailedRuns()
		slices.Sort(failed)
		want := []string{`{"do":"error","sleep":20000000,"text":"counts/a"}`, `{"do":"error","sleep":20000000,"text":"counts/b"}`}
		if !slices.Equal(failed, want) {
			t.Errorf("failed are %q", failed)
		}
		if dead := system.Lambda.failedRuns.Bodies(); len(dead) != test.dead || test.dead > 0 && !strings.Contains(dead[0], `"approximateInvokeCount":3`) {
			t.Errorf("the queue has %q", dead)
		}
	}
}

func TestTheEventOfAnObject(t *testing.T) {
	store, client := startTestS3(t, "results")
	var got created
	store.onCreate(func(object created) { got = object })
	if _, err := client.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String("results"), Key: aws.String("counts/a"), Body: strings.NewReader("hello")}); err != nil {
		t.Fatal(err)
	}
	event := got.event()
	for path, want := range map[string]any{
		"$.version": "0", "$.source": "aws.s3", "$.detail-type": "Object Created", "$.account": "123456789012", "$.region": "ap-northeast-2",
		"$.detail.version": "0", "$.detail.bucket.name": "results", "$.detail.object.key": "counts/a", "$.detail.object.size": int64(5),
		"$.detail.object.etag": "5d41402abc4b2a76b9719d911017c592", "$.detail.reason": "PutObject",
	} {
		if value, err := valueAt(event, path); err != nil || value != want {
			t.Errorf("%s is %v (%v), want %v", path, value, err, want)
		}
	}
}
