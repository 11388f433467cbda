package faults_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/metric"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
	"tally/test/faults"
	"tally/test/local"
)

const (
	results = "results"
	input   = "input"
	timeout = 5 * time.Minute // of the counters, in simulated time
)

// world is an environment in simulated time: events come, the counters count, and the monitor
// sweeps. All requests to S3 go through a proxy.
type world struct {
	run     *faults.Run
	server  *local.S3
	proxy   *faults.S3Proxy
	db      *faults.DBProxy // before the database, if there is one
	cancels atomic.Bool     // the run has begun to have statements cancelled
	rows    []row
	now     time.Time // changes while nothing runs, or where the one that runs changes it
	objects *store.Store
	engine  *count.Engine
	sweeper *sweep.Sweeper
	// How much the clocks of counters and of the monitor are early.
	counterEarly, monitorEarly time.Duration
	// tableRows are the rows as the table has them.
	tableRows func() []row
	wanted    faults.Wanted
	seen      faults.Seen
	mutex     sync.Mutex // of the run's verdict, and of wanted
}

// newWorld makes a world whose jobs are deployed now.
func newWorld(run *faults.Run, now time.Time, jobs job.File) (*world, error) {
	server, err := local.StartS3(context.Background(), results, input)
	if err != nil {
		return nil, err
	}
	proxy, err := faults.StartS3Proxy(server.Endpoint)
	if err != nil {
		return nil, err
	}
	w := &world{run: run, server: server, proxy: proxy, now: now, wanted: faults.Wanted{}}
	config := aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &proxy.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		// As many tries as the functions make, with shorter pauses in between.
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) { o.MaxBackoff = 5 * time.Millisecond })
		},
	}
	counter := func() time.Time { return w.now.Add(w.counterEarly) }
	monitor := func() time.Time { return w.now.Add(w.monitorEarly) }
	w.tableRows = func() []row { return w.rows }
	metrics := metric.New(io.Discard, "prod", counter)
	w.objects = store.New(store.NewClient(config), results)
	w.engine = &count.Engine{Store: w.objects, Metrics: metrics, Now: counter, Source: count.Router{
		job.KindDatabase: unchecked{table{rows: func() []row { return w.tableRows() }, now: func() time.Time { return w.now }}},
		job.KindBucket:   s3source.New(s3source.Options{Client: s3source.NewClient(config), Buckets: map[string]string{"input": input}}),
	}}
	w.sweeper = &sweep.Sweeper{
		Environment: "prod", Stack: "first", Pause: time.Millisecond, Timeout: timeout, Parallel: 2, Lambda: w, Store: w.objects, Metrics: metrics, Now: monitor,
		Logger:   slog.New(slog.DiscardHandler),
		Counters: []contract.Counter{{Function: "counter", Sources: []string{"database/app", "bucket/input"}}},
	}
	w.deploy(jobs)
	return w, nil
}

// countIn has the jobs count in a real database.
func (w *world) countIn(url string) {
	w.engine.Source = sqlsource.New(sqlsource.Options{Variable: func(name string) string {
		return map[string]string{contract.DatabaseVariable("app"): url}[name]
	}})
}

// unchecked is a source that no dry run asks.
type unchecked struct{ count.Source }

func (unchecked) Check(context.Context, count.Query) ([]count.Problem, error) { return nil, nil }

func (w *world) close() {
	if w.db != nil {
		_ = w.db.Close()
	}
	_ = w.proxy.Close()
	_ = w.server.Close()
}

// deploy replaces the jobs of all functions.
func (w *world) deploy(jobs job.File) { w.engine.Jobs, w.sweeper.Jobs = jobs, jobs }

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
	answer, err := w.fill(ctx, event)
	if err != nil {
		payload, _ := json.Marshal(map[string]string{"errorType": count.ErrorType(err), "errorMessage": err.Error()})
		return sweep.Reply{Failed: true, Payload: payload}, nil
	}
	payload, err = json.Marshal(answer)
	return sweep.Reply{Payload: payload}, err
}

// fill is one invocation of a counter. What it answers is held against what is wanted.
func (w *world) fill(ctx context.Context, event contract.Event) (contract.Answer, error) {
	answer, err := w.engine.Fill(ctx, event)
	if err != nil {
		w.run.Logf("%s %s %s: %v", event.Job, event.ScheduledTime.Format(time.RFC3339), event.Origin, err)
		return answer, err
	}
	w.run.Logf("%s %s %s: %s %s", event.Job, event.ScheduledTime.Format(time.RFC3339), event.Origin, answer.Outcome, answer.Key)
	if answer.Outcome == contract.OutcomePending {
		return answer, nil
	}
	w.mutex.Lock()
	defer w.mutex.Unlock()
	want, known := w.wanted[answer.Key]
	if !known {
		w.run.Wrongf("the answer names %s", answer.Key)
		return answer, nil
	}
	for _, line := range answer.Records {
		if line.Status == contract.StatusMissed && want.MaybeMissed {
			continue
		}
		if line.Count == nil || *line.Count != want.Counts[line.CaseName] {
			w.run.Wrongf("the answer about %s says that %s is %s", answer.Key, line.CaseName, shown(line))
		}
	}
	return answer, nil
}

func shown(line contract.Record) string {
	if line.Count == nil {
		return string(line.Status)
	}
	return strconv.FormatInt(*line.Count, 10)
}

// sweep is one invocation of the monitor.
func (w *world) sweep(ctx context.Context) error {
	answer, err := w.sweeper.Sweep(ctx)
	w.run.Logf("sweep at %s: %d recovered, %d missed, %d failed %v, %d pending; %v", w.now.Format(time.RFC3339),
		answer.Recovered.Total, answer.Missed.Total, answer.Failed.Total, answer.Failed.Slots, answer.Pending.Total, err)
	w.checkNothingChanged()
	return err
}

// checkNothingChanged sees whether an object has changed or gone.
func (w *world) checkNothingChanged() {
	objects, err := faults.Objects(w.server, results, "")
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if err != nil {
		w.run.Wrongf("look at the objects: %v", err)
		return
	}
	w.run.Add(w.seen.Look(objects))
}

// compare holds all records against what is wanted.
func (w *world) compare() error {
	w.checkNothingChanged()
	objects, err := faults.Objects(w.server, results, contract.RecordPrefix)
	if err != nil {
		return err
	}
	w.run.Add(w.wanted.Compare(objects))
	w.run.Add(w.proxy.Overwritten())
	return nil
}
