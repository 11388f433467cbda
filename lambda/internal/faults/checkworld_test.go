package faults_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"golang.org/x/sync/errgroup"

	"tally/lambda/contract"
	"tally/lambda/internal/check"
	"tally/lambda/internal/notify"
	"tally/lambda/job"
	"tally/test/faults"
	"tally/test/local"
)

const topic = "arn:aws:sns:ap-northeast-2:123456789012:tally-prod-checks"

// checkWorld is a world whose monitor judges records and tells of them. Nobody counts: the run
// stores the records.
type checkWorld struct {
	*world
	cloud   *local.AWS
	api     *faults.APIProxy
	checker *check.Checker
	topic   *notify.Topic
	running invocations
	records []*judged

	mutex    sync.Mutex
	attempts []*publishAttempt // in their order
	unnoted  []string          // the names of notes at whose puts S3 failed, in their order
	ends     dueEnds
	read     int       // messages
	hour     time.Time // of the last of them
	single   int       // messages of that hour, which are no summaries and no tables
	sweeps   int       // of that hour
}

func openCheckWorld(r *faults.Run, now time.Time, jobs job.File) (*checkWorld, error) {
	w, err := newWorld(r, now, jobs)
	if err != nil {
		return nil, err
	}
	d := &checkWorld{world: w, ends: dueEnds{may: map[ending]bool{}}}
	if d.cloud, err = local.StartAWS(context.Background(), "prod"); err != nil {
		return nil, err
	}
	d.cloud.SNS.AddTopic(topic)
	if d.api, err = faults.StartAPIProxy(d.cloud.Endpoint); err != nil {
		return nil, err
	}
	d.checker = &check.Checker{
		Environment: "prod", Bucket: results, Jobs: jobs, Store: w.objects, Timeout: timeout, Now: func() time.Time { return w.now }, Logger: slog.New(slog.DiscardHandler),
		Topic: d,
	}
	d.topic = notify.New(aws.Config{BaseEndpoint: &d.api.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, topic)
	return d, nil
}

func (d *checkWorld) close() {
	_ = d.api.Close()
	_ = d.cloud.Close()
	d.world.close()
}

// put stores a record, as a counter does.
func (d *checkWorld) put(j *judged) {
	definition, _ := d.checker.Jobs.Lookup(j.job)
	j.put = d.now
	from, to := j.slot.Add(-65*time.Minute), j.slot.Add(-5*time.Minute)
	line := contract.Record{
		Job: j.job, Groups: contract.Groups{}, ScheduledTime: j.slot, CountedAt: d.now, LocalDate: j.slot.Format(time.DateOnly), WindowFrom: &from, WindowTo: &to,
		Schedule: definition.Cron.Canonical(), Revision: j.revision, Origin: contract.OriginSchedule, JobSHA256: definition.SHA256(), CountingSHA256: definition.CountingSHA256(),
	}
	if j.revision > 1 {
		line.Origin = contract.OriginRecount
	}
	var lines contract.Lines
	for _, of := range []struct {
		name  string
		count *int64
	}{{"paid", j.paid}, {"refunded", j.refunded}} {
		line := line
		line.CaseName, line.Count, line.Status = of.name, of.count, contract.StatusOK
		if of.count == nil {
			line.Status, line.Message = contract.StatusFailed, "no such column"
		}
		lines.AllRows = append(lines.AllRows, line)
	}
	content, err := lines.Reader()
	var object []byte
	if err == nil {
		object, err = io.ReadAll(content)
	}
	if j.unreadable {
		object = object[:len(object)/2]
	}
	if err == nil {
		err = d.server.Put(results, j.key(), object)
	}
	if err != nil {
		d.run.Wrongf("put %s: %v", j.key(), err)
	}
	d.records = append(d.records, j)
}

// invoke is one invocation of the monitor.
func (d *checkWorld) invoke(limit time.Duration, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	return d.running.run(ctx, do)
}

// together runs invocations, two at a time: so many the monitor has reserved.
func (d *checkWorld) together(all []func()) {
	var group errgroup.Group
	group.SetLimit(2)
	for _, do := range all {
		group.Go(func() error {
			do()
			return nil
		})
	}
	_ = group.Wait()
	d.limited()
}

// stored is the event of an object, which Lambda tries up to three times.
func (d *checkWorld) stored(key string, tries int, limit time.Duration) func() {
	return func() {
		var about []*judged
		for _, j := range d.records {
			if j.key() == key {
				about = append(about, j)
			}
		}
		for range tries {
			err := d.observe(about, true, func() error {
				return d.invoke(limit, func(ctx context.Context) error {
					answer, err := d.checker.Stored(ctx, key)
					d.run.Logf("event of %s: %d fail, %d told, %v", key, answer.Failed, answer.Told, err)
					return err
				})
			})
			if err == nil {
				return
			}
		}
	}
}

// overdue is the part of a sweep that is about checks. It judges the records that have no results,
// and all others if it makes a summary.
func (d *checkWorld) overdue(limit time.Duration) (err error) {
	d.sweeps++
	d.together([]func(){func() {
		err = d.observe(d.records, false, func() error {
			return d.observe(d.unjudged(), true, func() error { return d.invoke(limit, d.checker.Overdue) })
		})
		d.run.Logf("sweep at %s: %v", d.now.Format(time.RFC3339), err)
	}})
	d.checkNothingChanged()
	return err
}

// summarize is the event of a summary.
func (d *checkWorld) summarize(at time.Time) func() {
	return func() {
		err := d.observe(d.records, false, func() error {
			return d.invoke(invocation, func(ctx context.Context) error {
				_, err := d.checker.Summarize(ctx, at)
				return err
			})
		})
		d.run.Logf("summary of %s: %v", at.Format(time.RFC3339), err)
	}
}

// limited sees that no hour has more than twenty messages about single slots. A sweep may tell of
// one besides, and who does not know that SNS took a message sends it again.
func (d *checkWorld) limited() {
	if hour := d.now.Truncate(time.Hour); !hour.Equal(d.hour) {
		d.hour, d.single, d.sweeps = hour, 0, 0
	}
	all := d.cloud.SNS.Messages()
	for _, message := range all[d.read:] {
		if kind := message.Attributes["kind"]; kind != "summary" && kind != "several" {
			d.single++
		}
		d.run.Logf("told at %s: %s", d.now.Format(time.RFC3339), message.Subject)
	}
	d.read = len(all)
	doubts := 0
	for _, t := range d.attempts {
		doubts += t.doubts
	}
	if most := 20 + d.sweeps + doubts; d.single > most {
		d.run.Wrongf("%d messages about single slots between %s and %s, want at most %d", d.single, d.hour, d.now, most)
	}
}

// judged is a record, and what checks say of it.
type judged struct {
	job            string
	slot           time.Time
	revision       int
	paid, refunded *int64 // nil: it could not be counted
	unreadable     bool
	put            time.Time // when it was stored
}

func (j *judged) name() string {
	return fmt.Sprintf("%s-%s.rev%d", j.job, j.slot.Format("20060102T1504Z"), j.revision)
}

func (j *judged) key() string { return faults.Key(j.job, j.slot, j.revision) }

// The bounds of the checks, and of the comparison.
const (
	leastPaid, mostRefunded = 50, 60
	mostApart               = 10
)

// wrong are the failed checks, in words.
func (j *judged) wrong() (all []string) {
	if j.paid != nil && *j.paid < leastPaid {
		all = append(all, fmt.Sprintf("paid %d, below min %d", *j.paid, leastPaid))
	}
	if j.refunded != nil && *j.refunded > mostRefunded {
		all = append(all, fmt.Sprintf("refunded %d, above max %d", *j.refunded, mostRefunded))
	}
	return all
}

// verdicts are what the results of a record say.
func (j *judged) verdicts() []string {
	of := func(count *int64, fails bool) string {
		switch {
		case count == nil:
			return "not-evaluated"
		case fails:
			return "fail"
		}
		return "pass"
	}
	return []string{"paid min " + of(j.paid, j.paid != nil && *j.paid < leastPaid), "refunded max " + of(j.refunded, j.refunded != nil && *j.refunded > mostRefunded)}
}
