package sweep_test

import (
	"cmp"
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

const (
	bucket  = "results"
	timeout = 5 * time.Minute // of the counters
)

// world is an environment in simulated time: its schedules fire, its counters count, and
// its monitor sweeps at the 17th minute of each hour. Records are stored in a real server.
type world struct {
	t       *testing.T
	s3      *local.S3
	store   *store.Store
	now     time.Time
	engine  *count.Engine
	sweeper *sweep.Sweeper
	answers []contract.SweepAnswer

	mutex   sync.Mutex
	invoked []string // "job slot" of the events that the monitor sent
	// fail makes the monitor's invocation for a slot fail; nil is no failure.
	fail func(job string, slot time.Time) (*sweep.Reply, error)
}

func newWorld(t *testing.T, begin, jobs string) *world {
	t.Helper()
	server, err := local.StartS3(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return worldIn(t, server, "prod", begin, jobs)
}

// worldIn is an environment that stores in a server that there is.
func worldIn(t *testing.T, server *local.S3, environment, begin, jobs string) *world {
	t.Helper()
	w := &world{t: t, s3: server, now: mustTime(t, begin), store: store.New(store.NewClient(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &server.Endpoint,
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	}), bucket)}
	now := func() time.Time { return w.now }
	metrics := metric.New(nowhere{}, environment, now)
	w.engine = &count.Engine{Source: steady{}, Store: w.store, Metrics: metrics, Now: now}
	w.sweeper = &sweep.Sweeper{
		Environment: environment, Stack: "first", Pause: 10 * time.Microsecond, Timeout: timeout, Parallel: 2, Lambda: w, Store: w.store, Metrics: metrics, Now: now,
		Logger:   slog.New(slog.DiscardHandler),
		Counters: []contract.Counter{{Function: "tally-vpc-counter", Sources: []string{"database/app", "database/other"}}},
	}
	w.deploy(jobs)
	return w
}

type nowhere struct{}

func (nowhere) Write(data []byte) (int, error) { return len(data), nil }

// steady counts 1 for each case.
type steady struct{}

func (steady) Count(_ context.Context, query count.Query) (count.Result, error) {
	var result count.Result
	for _, name := range query.Job.CaseNames() {
		result.Counts = append(result.Counts, count.CaseCount{Case: name, Count: 1})
	}
	return result, nil
}

// deploy replaces the jobs and their schedules: those of the monitor come last. Each line is: name cron-fields [zone], or with
// "state" behind the name a job without a window.
func (w *world) deploy(jobs string) {
	w.t.Helper()
	w.beginDeploy(jobs)
	w.sweeper.Jobs = w.engine.Jobs
}

// beginDeploy is a deploy that has not reached the monitor.
func (w *world) beginDeploy(jobs string) {
	w.t.Helper()
	w.engine.Jobs = readJobs(w.t, jobs)
}

func readJobs(t *testing.T, jobs string) job.File {
	t.Helper()
	text := "timezone: UTC\njobs:\n"
	for line := range strings.Lines(jobs) {
		name, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		database, window, zone := "app", "    window: {span: previous-hour, column: at}\n", ""
		if after, found := strings.CutPrefix(rest, "state "); found {
			rest, window = after, ""
		}
		if after, found := strings.CutPrefix(rest, "other "); found {
			rest, database = after, "other"
		}
		fields, in, zoned := strings.Cut(rest, " in ")
		if zoned {
			zone = "    schedule_timezone: " + in + "\n"
			window = strings.Replace(window, "previous-hour", "previous-day", 1)
		}
		text += "  - name: " + name + "\n    schedule: cron(" + fields + ")\n" + zone +
			"    source: {database: " + database + ", table: scans}\n" + window + "    cases: {a: a = 1}\n"
	}
	return jobtest.Read(t, text)
}

// Invoke implements [sweep.Lambda] with the engine.
func (w *world) Invoke(ctx context.Context, _ string, payload []byte) (sweep.Reply, error) {
	request, err := contract.ParseEvent(payload)
	if err != nil {
		return sweep.Reply{}, err
	}
	event, ok := request.(contract.Event)
	if !ok {
		return sweep.Reply{Payload: []byte(`{"outcome":"pong"}`)}, nil
	}
	w.mutex.Lock()
	w.invoked = append(w.invoked, event.Job+" "+event.ScheduledTime.Format(time.RFC3339))
	w.mutex.Unlock()
	if w.fail != nil {
		if reply, err := w.fail(event.Job, event.ScheduledTime); reply != nil || err != nil {
			return *cmp.Or(reply, &sweep.Reply{}), err
		}
	}
	answer, err := w.engine.Fill(ctx, event)
	if err != nil {
		return *functionError(count.ErrorType(err), err.Error()), nil
	}
	payload, err = json.Marshal(answer)
	return sweep.Reply{Payload: payload}, err
}

// functionError is what Lambda answers when a function failed.
func functionError(kind, message string) *sweep.Reply {
	payload, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	return &sweep.Reply{Failed: true, Payload: payload}
}

// sweep sweeps now.
func (w *world) sweep() contract.SweepAnswer {
	w.t.Helper()
	answer, err := w.sweeper.Sweep(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.answers = append(w.answers, answer)
	return answer
}

// everything is lost, or nothing.
func everything(string, time.Time) bool { return true }
func nothing(string, time.Time) bool    { return false }

// live lets time pass: each schedule that is deployed fires, unless the event is lost, and
// the monitor sweeps.
func (w *world) live(until string, lost func(job string, slot time.Time) bool) {
	w.t.Helper()
	for end := mustTime(w.t, until); w.now.Before(end); w.now = w.now.Add(time.Minute) {
		w.fire(lost)
		if w.now.Minute() == 17 {
			w.sweep()
		}
	}
}

// fire sends the events of this minute.
func (w *world) fire(lost func(job string, slot time.Time) bool) {
	w.t.Helper()
	for _, j := range w.engine.Jobs.Jobs {
		if !j.Cron.Matches(w.now, j.ScheduleZone) || lost(j.Name, w.now) {
			continue
		}
		event := contract.Event{Job: j.Name, ScheduledTime: w.now, Schedule: j.Cron.Canonical(), Timezone: j.ScheduleTimezone}
		if _, err := w.engine.Fill(w.t.Context(), event); err != nil {
			w.t.Fatal(err)
		}
	}
}

// pass lets time pass while the monitor is down and no event comes through.
func (w *world) pass(until string) { w.now = mustTime(w.t, until) }

// records are the slots that have a record, "job slot", with " missed" behind where nothing
// was counted, in order.
func (w *world) records() []string {
	w.t.Helper()
	keys, err := w.store.Keys(w.t.Context(), contract.RecordPrefix)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []string
	for _, key := range keys {
		name, slot, revision, ok := contract.ParseRecordKey(key)
		if !ok || revision != 1 {
			w.t.Fatalf("there is %s", key)
		}
		lines, err := w.store.Read(w.t.Context(), key)
		if err != nil {
			w.t.Fatal(err)
		}
		status := ""
		if lines[0].Status == contract.StatusMissed {
			status = " missed"
		}
		all = append(all, name+" "+slot.Format(time.RFC3339)+status)
	}
	slices.Sort(all)
	return all
}

// entries are the keys of the schedule history.
func (w *world) entries() []string {
	w.t.Helper()
	keys, err := w.store.Keys(w.t.Context(), contract.SchedulesPrefix(w.sweeper.Environment))
	if err != nil {
		w.t.Fatal(err)
	}
	return keys
}

// slots writes "job slot" for hours since the midnight of 7 April 2022: slots("a", 1, 25) are
// those of 01:00 on that day and on the next.
func slots(name string, hours ...int) []string {
	var all []string
	for _, hour := range hours {
		all = append(all, name+" "+time.Date(2022, 4, 7, 0, 0, 0, 0, time.UTC).Add(time.Duration(hour)*time.Hour).Format(time.RFC3339))
	}
	return all
}

func mustTime(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}
