package faults_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/contract"
	"tally/lambda/internal/athenasource"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
	"tally/test/faults"
	"tally/test/local"
)

// lakes have Athenas on one PostgreSQL, of which each run has one.
type lakes struct {
	*local.Database
	tables *sql.DB
	begins []time.Time
	jobs   map[time.Time]job.File // by the time of their first slots
	made   atomic.Int32
}

// lake is a world whose jobs count through Athena.
type lake struct {
	*world
	schema string
	tables *sql.DB
	cloud  *local.AWS
	api    *faults.APIProxy
	clock  atomic.Pointer[time.Time] // of Athena: queries go on while no run does
	// asked are how many counts of a slot somebody asked for, besides the one of the slot.
	asked   map[string]int
	callers sync.Map // by the token of a query: which slot's invocation began it
	running invocations
}

// open makes a lake with an empty table, whose jobs are deployed now.
func (all *lakes) open(r *faults.Run, now time.Time, jobs job.File) (*lake, error) {
	w, err := newWorld(r, now, jobs)
	if err != nil {
		return nil, err
	}
	l := &lake{world: w, schema: fmt.Sprintf("lake_%d", all.made.Add(1)), tables: all.tables, asked: map[string]int{}}
	l.clock.Store(&now)
	if err := l.exec(`CREATE SCHEMA %[1]s; CREATE TABLE %[1]s.orders (at timestamp(3), shop varchar, status varchar, dt varchar) PARTITION BY LIST (dt);
		CREATE TABLE %[1]s.orders_all PARTITION OF %[1]s.orders DEFAULT`, l.schema); err != nil {
		return nil, err
	}
	if l.cloud, err = local.StartAWS(context.Background(), "prod"); err != nil {
		return nil, err
	}
	if err := l.cloud.Athena.AddDatabase(context.Background(), "", "shop", local.AthenaStore{URL: all.URL, Schema: l.schema}); err != nil {
		return nil, err
	}
	l.cloud.Athena.AddWorkGroup(local.AthenaWorkGroup{Name: "tally-prod", Managed: true, BytesScannedCutoffPerQuery: 1 << 40})
	l.cloud.Athena.SetClock(func() time.Time { return *l.clock.Load() })
	if l.api, err = faults.StartAPIProxy(l.cloud.Endpoint); err != nil {
		return nil, err
	}
	config := aws.Config{Region: "ap-northeast-2", BaseEndpoint: &l.api.Endpoint, Credentials: aws.CredentialsProviderFunc(sign)}
	l.engine.Source = athenasource.New(athenasource.Options{
		Environment: "prod", API: config, Glue: config, Pause: 2 * time.Millisecond, Patience: 200 * time.Millisecond,
		Athena: map[string]contract.Athena{"lake": {Workgroup: "tally-prod", Catalog: contract.DefaultCatalog, Database: "shop"}},
	})
	l.sweeper.Lambda = l
	l.sweeper.Counters = []contract.Counter{{Function: "counter", Sources: []string{"athena/lake"}}}
	return l, nil
}

func (l *lake) close() {
	_ = l.api.Close()
	_ = l.cloud.Close()
	l.world.close()
	if err := l.exec("DROP SCHEMA %s CASCADE", l.schema); err != nil {
		l.run.Logf("%v", err)
	}
}

func (l *lake) exec(statement string, arguments ...any) error {
	_, err := l.tables.ExecContext(context.Background(), fmt.Sprintf(statement, arguments...))
	return err
}

// addOrders adds rows to the table.
func (l *lake) addOrders(rows []row) error {
	var values []string
	for _, r := range rows {
		at := r.At.UTC()
		values = append(values, fmt.Sprintf("('%s','%s','%s','%s')", at.Format("2006-01-02 15:04:05.000"), r.Shop, r.Status, at.Format(time.DateOnly)))
	}
	l.rows = append(l.rows, rows...)
	return l.exec("INSERT INTO %s.orders VALUES %s", l.schema, strings.Join(values, ","))
}

// pass lets time pass. Nothing of ours runs meanwhile, but queries may.
func (l *lake) pass(by time.Duration) {
	l.now = l.now.Add(by)
	now := l.now
	l.clock.Store(&now)
}

// expect says what the record of a slot should be with the rows of now.
func (l *lake) expect(j job.Job, slot time.Time, revision int, maybe bool) {
	record := wanted(j, slot, l.rows, slot.AddDate(1, 0, 0))
	record.Maybe = maybe
	l.wanted[faults.Key(j.Name, slot, revision)] = record
}

// try is one invocation of the counter.
func (l *lake) try(event contract.Event, limit time.Duration) error {
	ctx, cancel := context.WithTimeout(counting(context.Background(), event), limit)
	defer cancel()
	return l.running.run(ctx, func(ctx context.Context) error {
		_, err := l.fill(ctx, event)
		return err
	})
}

// Invoke implements [sweep.Lambda].
func (l *lake) Invoke(ctx context.Context, function string, payload []byte) (reply sweep.Reply, err error) {
	if request, err := contract.ParseEvent(payload); err == nil {
		if event, ok := request.(contract.Event); ok {
			ctx = counting(ctx, event)
		}
	}
	err = l.running.run(ctx, func(ctx context.Context) error {
		reply, err = l.world.Invoke(ctx, function, payload)
		return err
	})
	return reply, err
}

// send delivers events at once. Lambda tries each three times, a minute apart and two.
func (l *lake) send(events []contract.Event) {
	for try := range 3 {
		events = failing(events, func(i int, event contract.Event) error {
			random := l.run.Draw([]any{event.Job, event.ScheduledTime, event.Requested, i, try})
			limit := faults.Pick(random, 100*time.Millisecond, 600*time.Millisecond, 2*time.Second, 3*time.Second)
			if random.IntN(8) == 0 {
				limit = time.Duration(random.IntN(100_000)) * time.Microsecond
			}
			return l.try(event, limit)
		})
		l.checkNothingChanged()
		if len(events) == 0 {
			return
		}
		l.pass(time.Minute << try)
	}
}
