package check_test

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	diff "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/count"
	"tally/lambda/internal/notify"
	"tally/lambda/internal/store"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

const bucket = "results"

// Hundreds of small worlds make so little garbage each that to collect it takes a quarter of the time.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	m.Run()
}

// world is an environment in simulated time: a test stores its records, and its monitor judges
// them. All is stored in a real server.
type world struct {
	t testing.TB
	*store.Store
	s3      *local.S3
	now     time.Time
	topic   *topic
	checker *check.Checker
}

// newWorld is an environment with a jobs file.
func newWorld(t testing.TB, jobs string) *world {
	t.Helper()
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	w := &world{t: t, s3: server, Store: storeAt(server.Endpoint, 1), topic: &topic{}}
	w.checker = &check.Checker{
		Environment: "prod", Bucket: bucket, Jobs: jobtest.Read(t, jobs), Store: w, Topic: w.topic,
		Timeout: 5 * time.Minute, Now: func() time.Time { return w.now }, Logger: slog.New(slog.DiscardHandler),
	}
	return w
}

// storeAt is a store of a server, with a client that sends each request as often as given.
func storeAt(endpoint string, tries int) *store.Store {
	return store.New(store.NewClient(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &endpoint, RetryMaxAttempts: tries,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}), bucket)
}

// topic keeps the messages that it takes.
type topic struct {
	mutex    sync.Mutex
	messages []notify.Message
	fail     error // of every message; nil takes it
}

func (t *topic) Publish(ctx context.Context, message notify.Message) error {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if err := cmp.Or(t.fail, ctx.Err()); err != nil {
		return err
	}
	t.messages = append(t.messages, message)
	return nil
}

// says compares the subjects of the messages since the last call.
func (w *world) says(want ...string) {
	w.t.Helper()
	var got []string
	for _, message := range w.topic.take() {
		got = append(got, message.Subject)
	}
	if difference := diff.Diff(want, got); difference != "" {
		w.t.Errorf("messages (-want +got):\n%s", difference)
	}
}

// take are the messages since the last call.
func (t *topic) take() []notify.Message {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	all := t.messages
	t.messages = nil
	return all
}

// orders is a job that counts the day before, with its checks.
func orders(checks string) string { return file(daily("orders", "checks: "+checks)) }

// daily is a job that counts the day before, with more keys.
func daily(name string, keys ...string) string {
	text := "  - name: " + name + `
    schedule: cron(20 0 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
    total: false
`
	for _, key := range keys {
		text += "    " + key + "\n"
	}
	return text
}

// file is a jobs file.
func file(jobs ...string) string { return "timezone: UTC\njobs:\n" + strings.Join(jobs, "") }

// change makes a record unlike what its job's schedule would have stored.
type change func(*contract.Record)

func revision(n int) change { return func(r *contract.Record) { r.Revision = n } }

func origin(o contract.Origin) change { return func(r *contract.Record) { r.Origin = o } }

// countedAt is when a record was counted, if not right after its slot.
func (w *world) countedAt(at string) change {
	return func(r *contract.Record) { r.CountedAt = mustTime(w.t, at) }
}

// put lets time pass until a record is counted, and stores it. It returns its key. Counts are its
// lines: "paid=120 refunded=-" is a case with a count, and one that could not be counted.
func (w *world) put(name, slot, counts string, changes ...change) string {
	w.t.Helper()
	lines := w.record(name, slot, counts, changes...)
	if _, created, err := w.Create(w.t.Context(), contract.Lines{AllRows: lines}); err != nil || !created {
		w.t.Fatalf("put %s %s: created is %t, %v", name, slot, created, err)
	}
	if lines[0].CountedAt.After(w.now) {
		w.now = lines[0].CountedAt.Add(2 * time.Second)
	}
	return contract.RecordKey(name, lines[0].ScheduledTime, lines[0].Revision)
}

func (w *world) record(name, slot, counts string, changes ...change) (lines []contract.Record) {
	w.t.Helper()
	j, known := w.checker.Jobs.Lookup(name)
	if !known {
		w.t.Fatalf("there is no job %s", name)
	}
	at := mustTime(w.t, slot)
	line := contract.Record{
		Job: name, Groups: contract.Groups{}, Status: contract.StatusOK, ScheduledTime: at, CountedAt: at.Add(time.Second), LocalDate: at.In(j.Zone).Format(time.DateOnly),
		Schedule: j.Cron.Canonical(), ScheduleTimezone: j.EventTimezone(), Revision: 1, Origin: contract.OriginSchedule, JobSHA256: j.SHA256(), CountingSHA256: j.CountingSHA256(),
	}
	if from, to, windowed, err := j.Range(at); err != nil {
		w.t.Fatal(err)
	} else if windowed {
		from, to = from.UTC(), to.UTC()
		line.WindowFrom, line.WindowTo = &from, &to
	}
	for _, change := range changes {
		change(&line)
	}
	for _, word := range strings.Fields(counts) {
		name, number, _ := strings.Cut(word, "=")
		line := line
		line.CaseName = name
		if n, err := strconv.ParseInt(number, 10, 64); err == nil {
			line.Count = &n
		} else if line.Status == contract.StatusOK {
			line.Status, line.Code, line.Message = contract.StatusFailed, "42703", "no such column"
		}
		lines = append(lines, line)
	}
	return lines
}

// judge sends an event for each record that was stored.
func (w *world) judge(keys ...string) {
	w.t.Helper()
	for _, key := range keys {
		if _, err := w.checker.Stored(w.t.Context(), key); err != nil {
			w.t.Fatal(err)
		}
	}
}

// sweep has the monitor do after some time what its sweep does.
func (w *world) sweep(after time.Duration) {
	w.t.Helper()
	w.now = w.now.Add(after)
	if err := w.checker.Overdue(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
}

// results are the results of a record, a line for each check: "paid min 100: fail".
func (w *world) results(record string) []string {
	w.t.Helper()
	results, err := w.ReadResults(w.t.Context(), contract.ChecksPrefix+strings.TrimPrefix(record, contract.RecordPrefix))
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, result := range results {
		all = append(all, shown(result))
	}
	return all
}

// shown is a result in a line, with the median that it was compared with, or why nothing was.
func shown(result contract.CheckResult) string {
	text := fmt.Sprintf("%s %s %s: %s", result.CaseName, result.Check, result.Bound, result.Result)
	if result.Baseline != nil {
		text += fmt.Sprintf(", median %s", strconv.FormatFloat(*result.Baseline, 'f', -1, 64))
	}
	if result.Reason != "" {
		text += ", " + result.Reason
	}
	return text
}

// objects are the keys with a prefix, and their content.
func (w *world) objects(prefix string) map[string]string {
	w.t.Helper()
	keys, err := w.s3.Keys(bucket)
	if err != nil {
		w.t.Fatal(err)
	}
	all := map[string]string{}
	for _, key := range slices.DeleteFunc(keys, func(key string) bool { return !strings.HasPrefix(key, prefix) }) {
		content, err := w.s3.Object(bucket, key)
		if err != nil {
			w.t.Fatal(err)
		}
		all[key] = string(content)
	}
	return all
}

// mustTime reads 2026-11-28T00:20Z, with or without seconds.
func mustTime(t testing.TB, text string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02T15:04Z07:00", time.RFC3339} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC()
		}
	}
	t.Fatalf("%q is no time", text)
	return time.Time{}
}

var _ check.Store = (*world)(nil)
var _ count.Store = (*world)(nil)

// sorted compares lists whatever their order.
var sorted = cmpopts.SortSlices(strings.Compare)
