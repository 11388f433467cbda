package history_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/internal/store"
	"tally/lambda/internal/sweep"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/local"
)

const orders = `jobs:
  - name: orders
    schedule: cron(0 1 * * ? *)
    timezone: Asia/Seoul
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
    cases: {paid: status = 'paid'}
  - name: orders-eu
    schedule: cron(0 2 * * ? *)
    timezone: UTC
    source: {database: app, table: orders}
    window: {span: previous-day, column: at}
`

// shown is a series in a line: each slot's day and state, and what is special of it.
func shown(series history.Series) string {
	var words []string
	for _, slot := range series.Slots {
		word := fmt.Sprintf("%d:%s", slot.Time.Day(), slot.State)
		if count := slot.Count("paid", nil); count != nil {
			word += fmt.Sprintf("=%d", *count)
		}
		if slot.Revision > 1 {
			word += fmt.Sprintf(" rev%d", slot.Revision)
		}
		if slot.Late() {
			word += " late"
		}
		words = append(words, word)
	}
	return strings.Join(words, ", ")
}

// bucket is a results bucket on a server of the S3 protocol.
type bucket struct {
	*store.Store
	t      *testing.T
	server *local.S3
}

func newBucket(t *testing.T) bucket {
	server, err := local.StartS3(t.Context(), "results")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	return bucket{store.New(client(server), "results"), t, server}
}

// put stores a record with a count for each of its cases; nil is a case that failed.
func (b bucket) put(j job.Job, at time.Time, revision int, origin contract.Origin, counts map[string]*int64) {
	b.t.Helper()
	var lines contract.Lines
	for _, name := range j.CaseNames() {
		line := contract.Record{
			Job: j.Name, CaseName: name, Groups: contract.Groups{}, Count: counts[name], Status: contract.StatusOK, ScheduledTime: at,
			CountedAt: at.Add(time.Hour), Late: true, Revision: revision, Origin: origin, JobSHA256: j.SHA256(), Schedule: j.Cron.Canonical(),
		}
		if line.Count == nil {
			line.Status = contract.StatusFailed
		}
		lines.AllRows = append(lines.AllRows, line)
	}
	if _, created, err := b.Create(b.t.Context(), lines); err != nil || !created {
		b.t.Fatalf("created is %t: %v", created, err)
	}
}

// deployedAt begins the schedule history.
func (b bucket) deployedAt(at time.Time, file job.File) {
	b.t.Helper()
	entry := sweep.Deployed{Time: at}
	for _, j := range file.Jobs {
		entry.Jobs = append(entry.Jobs, sweep.Scheduled{Name: j.Name, Schedule: j.Cron.Canonical(), Timezone: j.EventTimezone()})
	}
	if _, err := b.CreateJSON(b.t.Context(), contract.SchedulesPrefix("prod")+"000001.json", entry); err != nil {
		b.t.Fatal(err)
	}
}

func allCounts(n int64) map[string]*int64 {
	return map[string]*int64{"paid": &n, contract.CaseOther: &n, contract.CaseTotal: &n}
}

func TestRead(t *testing.T) {
	file := jobtest.Read(t, orders)
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC) }
	b := newBucket(t)
	b.deployedAt(at(3, 0), file)
	j := file.Jobs[0]
	b.put(j, at(1, 1), 1, contract.OriginBackfill, allCounts(5)) // before there was a history
	b.put(j, at(3, 1), 1, contract.OriginSchedule, allCounts(7))
	b.put(j, at(4, 1), 1, contract.OriginSchedule, allCounts(8))
	b.put(j, at(4, 1), 2, contract.OriginRecount, allCounts(9))
	b.put(j, at(6, 1), 1, contract.OriginSweep, map[string]*int64{"paid": nil, contract.CaseOther: new(int64), contract.CaseTotal: new(int64)})
	if err := b.server.Put("results", contract.RecordKey("orders", at(7, 1), 1), []byte("no record")); err != nil {
		t.Fatal(err)
	}
	if err := b.server.Put("results", contract.DayPrefix(at(7, 1))+"orders-notes.txt", []byte("somebody's")); err != nil {
		t.Fatal(err)
	}
	reader := history.Reader{Store: b, Environment: "prod", Timeout: 15 * time.Minute, Now: func() time.Time { return at(9, 1).Add(5 * time.Minute) }}
	var told []string
	reader.Progress = func(read, of int) { told = append(told, fmt.Sprint(read, "/", of)) }
	series, err := reader.Read(t.Context(), file.Jobs, history.Options{From: at(1, 0), To: at(20, 0)})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"1:counted=5, 3:counted=7 late, 4:counted=9 rev2, 5:missing, 6:failed late, 7:unreadable, 8:missing, 9:pending",
		"3:missing, 4:missing, 5:missing, 6:missing, 7:missing, 8:missing",
	}
	if difference := cmp.Diff(want, []string{shown(series[0]), shown(series[1])}); difference != "" {
		t.Errorf("(- want, + got):\n%s", difference)
	}
	if last := told[len(told)-1]; last != "5/5" {
		t.Errorf("the progress ends with %s", last)
	}

	// A job whose name begins with another's is no part of it.
	alone, err := reader.Read(t.Context(), file.Jobs[1:], history.Options{From: at(1, 0), To: at(4, 0)})
	if err != nil || shown(alone[0]) != "3:missing" {
		t.Errorf("got %s (%v)", shown(alone[0]), err)
	}
}

// A bucket that cannot be read is no history without counts.
func TestReadOfABucketThatIsGone(t *testing.T) {
	file, b := jobtest.Read(t, orders), newBucket(t)
	reader := history.Reader{Store: store.New(client(b.server), "gone"), Environment: "prod", Now: time.Now}
	if _, err := reader.Read(t.Context(), file.Jobs, history.Options{From: time.Now().Add(-time.Hour), To: time.Now()}); err == nil || !strings.Contains(err.Error(), "s3://gone/") {
		t.Errorf("got %v", err)
	}
	at := time.Date(2026, 11, 1, 1, 0, 0, 0, time.UTC)
	if err := b.server.Put("results", contract.RecordKey("orders", at, 1), nil); err != nil {
		t.Fatal(err)
	}
	reader.Store = b
	if _, err := reader.Read(t.Context(), file.Jobs, history.Options{From: at, To: at.Add(time.Hour)}); err == nil || !strings.Contains(err.Error(), "no record can be read") {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := reader.Read(ctx, file.Jobs, history.Options{From: at, To: at.Add(time.Hour)}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestUsual(t *testing.T) {
	const missing = -1
	j := jobtest.Read(t, orders).Jobs[0]
	for _, test := range []struct {
		name   string
		counts []int64 // of the Mondays before
		want   string
	}{
		{"none", nil, "unknown"},
		{"two", []int64{4, 6}, "unknown"},
		{"three", []int64{9, 1, 5}, "5"},
		{"three with a slot that is missing between", []int64{9, 1, missing, 5}, "5"},
		{"four", []int64{1, 2, 3, 10}, "2.5"},
		{"the last five", []int64{1000, 1000, 1, 2, 3, 4, 5}, "3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			series := history.Series{Job: j}
			day := time.Date(2026, 8, 3, 1, 0, 0, 0, time.UTC)
			for _, count := range append(test.counts, 77) { // the slot itself does not count
				for weekday := range 7 {
					slot := history.Slot{Time: day.AddDate(0, 0, weekday), State: history.Missing}
					if count != missing {
						other := count + 500
						slot.Lines = []contract.Record{{CaseName: "paid", Count: &other, CountingSHA256: j.CountingSHA256()}}
						if weekday == 0 {
							slot.Lines[0].Count = &count
						}
					}
					series.Slots = append(series.Slots, slot)
				}
				day = day.AddDate(0, 0, 7)
			}
			got := "unknown"
			if median, ok := series.Usual(len(series.Slots)-7, "paid", nil); ok {
				got = fmt.Sprint(median)
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// At the same time of day by the job's clocks, also where they change.
func TestUsualGoesByLocalTime(t *testing.T) {
	file := jobtest.Read(t, strings.Replace(orders, "Asia/Seoul", "America/New_York", 1))
	file.Jobs[0].ScheduleZone = file.Jobs[0].Zone
	zone, counting := file.Jobs[0].Zone, file.Jobs[0].CountingSHA256()
	series := history.Series{Job: file.Jobs[0]}
	for week := range 4 { // the clocks of 2026 change on 1 November
		for _, hour := range []int{1, 2} {
			count := int64(10*week + hour)
			series.Slots = append(series.Slots, history.Slot{Time: time.Date(2026, 10, 17+7*week, hour, 0, 0, 0, zone), Lines: []contract.Record{{CaseName: "paid", Count: &count, CountingSHA256: counting}}})
		}
	}
	if median, ok := series.Usual(len(series.Slots)-1, "paid", nil); !ok || median != 12 {
		t.Errorf("got %v, %t", median, ok)
	}
}

func client(server *local.S3) *s3.Client {
	return store.NewClient(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &server.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
	})
}
