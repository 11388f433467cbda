package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/job/jobtest"
	"tally/test/faults"
)

// deskJobs are 25 jobs that are checked, the first two of which are compared.
func deskJobs(t *testing.T, least int) job.File {
	text := "timezone: UTC\nsummary: {schedule: cron(30 12 * * ? *)}\nreconcile: [{name: both, left: orders.paid, right: orders-log.paid, within: 10}]\njobs:\n"
	for _, name := range deskNames() {
		text += fmt.Sprintf(`  - name: %s
    schedule: cron(5 * * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-hour, column: at}
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
    total: false
    checks: {paid: {min: %d}, refunded: {max: %d}}
`, name, least, mostRefunded)
	}
	return jobtest.Read(t, text)
}

func deskNames() []string {
	names := []string{"orders", "orders-log", "returns"}
	for n := range 22 {
		names = append(names, fmt.Sprintf("shop-%02d", n))
	}
	return names
}

// The topic is gone, refuses, throttles, is slow or loses its answers, S3 fails, the monitor is
// cut off, and events come twice, late, in any order or never. Then all is well again: each record
// has the results that a plain loop finds, each failure and the end of it is told, and so is the
// summary. Something is told twice only if a monitor could not know that it had told it. What is
// right is never told.
func TestMessages(t *testing.T) {
	faults.Choose(t, "messages")
	t.Parallel()
	jobs, other := deskJobs(t, leastPaid), deskJobs(t, leastPaid-10)
	run := func(sabotage string) func(*faults.Run) error {
		deployed := jobs
		if sabotage == "wrong" {
			deployed = other
		}
		return func(r *faults.Run) error { return runMessages(r, deployed, sabotage) }
	}
	faults.Campaign{Name: "messages", Short: 6, Full: 500, Parallel: 12, Must: faults.Each(1, messageFaults...), Run: run("")}.Test(t)
	for sabotage, kind := range map[string]string{"lost": "lost", "doubled": "doubled", "wrong": "wrong", unended: "lost"} {
		t.Run(sabotage, func(t *testing.T) {
			t.Parallel()
			faults.Campaign{Name: "messages", Run: run(sabotage)}.MustFind(t, kind)
		})
	}
}

// unended is the sabotage in which the monitor does not note some ends of failures.
const unended = "unended"

// runMessages makes one run: hours of trouble, and some in peace. A sabotage is something that it
// must find.
func runMessages(r *faults.Run, jobs job.File, sabotage string) error {
	begin := time.Date(2026, time.Month(1+r.Random.IntN(12)), 1+r.Random.IntN(28), 9+r.Random.IntN(3), 0, 0, 0, time.UTC)
	d, err := openCheckWorld(r, begin, jobs)
	if err != nil {
		return err
	}
	defer d.close()
	summary := begin.Truncate(24 * time.Hour).Add(12*time.Hour + 30*time.Minute)
	if _, err := d.objects.CreateJSON(context.Background(), contract.SummaryKey("prod", summary.AddDate(0, 0, -1)), contract.Told{Time: begin}); err != nil {
		return err
	}
	s3, calls := newStorm(d.world), newStorm(d.world)
	s3.share, calls.share = min(s3.share/2, 0.2), faults.Pick(r.Random, 0.1, 0.3, 0.6, 0.9)
	d.proxy.Deal, d.api.Deal = d.onS3(s3, sabotage), d.onSNS(calls, sabotage)
	s3.begin()
	calls.begin()
	d.live(begin, summary)
	s3.end()
	calls.end()
	d.settle(2)
	d.now = d.now.Truncate(time.Hour).Add(65*time.Minute + time.Second)
	var events []func()
	for _, name := range deskNames() {
		if len(events) < mostGood && slices.ContainsFunc(d.records, func(j *judged) bool { return j.job == name }) {
			j := &judged{job: name, slot: d.now.Truncate(time.Minute), revision: 1, paid: number(80), refunded: number(5)}
			d.put(j)
			events = append(events, d.stored(j.key(), 1, unlimited))
		}
	}
	d.together(events)
	d.settle(1)
	if err := d.judgeResults(); err != nil {
		return err
	}
	if err := d.judgeMessages([]time.Time{summary}); err != nil {
		return err
	}
	r.Add(d.proxy.Overwritten())
	return nil
}

const (
	hours    = 4 // with trouble
	mostGood = 4 // jobs that are as usual again at the end
)

func number(n int64) *int64 { return &n }

// settle has some sweeps in peace.
func (d *checkWorld) settle(sweeps int) {
	for range sweeps {
		d.now = d.now.Truncate(time.Hour).Add(77 * time.Minute)
		if err := d.overdue(unlimited); err != nil {
			d.run.Wrongf("a sweep in peace: %v", err)
		}
	}
}

// live lets hours pass.
func (d *checkWorld) live(begin, summary time.Time) {
	random := d.run.Random
	events := map[time.Time][]func(){}
	burst := random.IntN(3 * hours) // an hour in which all jobs fail, if it is one of them
	for at := begin; at.Before(begin.Add(hours * time.Hour)); at = at.Add(time.Minute) {
		d.now = at.Add(2 * time.Second)
		switch at.Minute() {
		case 5:
			hour := int(at.Sub(begin) / time.Hour)
			for _, name := range deskNames() {
				if isShop := strings.HasPrefix(name, "shop"); hour == burst || random.IntN(40) == 0 || !isShop && random.IntN(8) > 0 {
					d.occur(randomRecord(random, name, at, hour == burst), events)
				}
			}
		case 40: // somebody counts again
			for _, before := range slices.Clone(d.records) {
				if before.job == "returns" && before.revision == 1 && random.IntN(6) == 0 && !slices.ContainsFunc(d.records, func(j *judged) bool { return j.name() == before.name()[:len(before.name())-1]+"2" }) {
					again := randomRecord(random, before.job, before.slot, false)
					again.revision = 2
					d.occur(again, events)
				}
			}
		}
		if at.Equal(summary) {
			for range random.IntN(3) {
				events[at] = append(events[at], d.summarize(at))
			}
		}
		if of := events[at]; len(of) > 0 {
			random.Shuffle(len(of), func(i, j int) { of[i], of[j] = of[j], of[i] })
			d.together(of)
		}
		if at.Minute() == 17 && random.IntN(4) > 0 {
			_ = d.overdue(invocation)
		}
	}
}

// randomRecord draws a record, which has no count, or cannot be read, now and then.
func randomRecord(random *rand.Rand, name string, slot time.Time, fails bool) *judged {
	j := &judged{job: name, slot: slot, revision: 1, paid: number(50 + random.Int64N(20)), refunded: number(random.Int64N(61)), unreadable: random.IntN(20) == 0}
	if fails || random.IntN(4) == 0 {
		*j.paid = random.Int64N(50)
	}
	if random.IntN(6) == 0 {
		*j.refunded = 61 + random.Int64N(10)
	}
	if random.IntN(15) == 0 {
		j.refunded = nil
	}
	if random.IntN(15) == 0 {
		j.paid = nil
	}
	return j
}

// occur stores a record, and draws when its events come. Others come that are of no record.
func (d *checkWorld) occur(j *judged, events map[time.Time][]func()) {
	d.put(j)
	random := d.run.Draw(j.name())
	at := d.now.Truncate(time.Minute)
	for range faults.Pick(random, 0, 1, 1, 1, 2) {
		when := at
		if random.IntN(4) == 0 {
			when = at.Add(time.Duration(random.IntN(300)) * time.Minute)
		}
		for range faults.Pick(random, 1, 1, 2) {
			events[when] = append(events[when], d.stored(j.key(), 1+random.IntN(3), invocation))
		}
	}
	if random.IntN(10) == 0 {
		other := faults.Pick(random, "counts/", "checks/"+path.Base(j.key()), strings.Replace(j.key(), j.job, "nobody", 1), "markers/x", j.key()+".tmp")
		events[at] = append(events[at], d.stored(other, 1, invocation))
	}
}

// messageFaults are all that the next two draw, as they tally it.
var messageFaults = []string{
	"S3: 403", "S3: 409", "S3: 500", "S3: 503", "S3: breaks off", "S3: cut", "S3: done, and 500", "S3: empty", "S3: cut off", "S3: lost", "S3: reset", "S3: silent", "S3: slow", "S3: torn",
	"SNS: gone", "SNS: refuses", "SNS: throttles", "SNS: 500", "SNS: slow", "SNS: reset", "SNS: answer lost", "SNS: answer breaks off", "SNS: done, and 500", "SNS: cut off before", "SNS: cut off after",
}

// onS3 draws faults of S3, which is never stale: S3 is consistent.
func (d *checkWorld) onS3(s *storm, sabotage string) func(faults.Request) faults.Fault {
	return func(request faults.Request) faults.Fault {
		ofNote := request.Kind == faults.Put && isNote(request.Key)
		if sabotage == "doubled" && ofNote {
			return faults.Liar
		}
		if sabotage == unended && request.Kind == faults.Put && strings.HasSuffix(request.Key, ".again") && s.run.Draw(request.Key).IntN(4) == 0 {
			return faults.Exists
		}
		random, strikes := s.strikes(request)
		if !strikes {
			return nil
		}
		name, fault := drawFault(random, request)
		switch {
		case name == "stale", name == "412", name == "silent" && ofNote: // a note has its time, however long the run has had
			return nil
		case random.IntN(20) == 0:
			name, fault = "cut off", faults.Then(d.running.cutter(), fault)
		}
		if ofNote {
			d.noteFails(request.Key)
		}
		s.run.Logf("%s: %s", request, name)
		s.run.Happened("S3: " + name)
		return fault
	}
}

// onSNS draws faults of the topic.
func (d *checkWorld) onSNS(s *storm, sabotage string) func(faults.Call) faults.Fault {
	return func(call faults.Call) faults.Fault {
		if sabotage == "lost" && s.run.Draw([]any{s.begun.Load(), call.String()}).IntN(4) == 0 {
			return faults.Liar
		}
		random, strikes := s.strikes(call.String())
		if !strikes {
			return nil
		}
		drawn := faults.Pick(random, topicFaults(random, func() { d.doubt(call.Form) }, d.running.cutter())...)
		s.run.Logf("%s: %s", call, drawn.name)
		s.run.Happened("SNS: " + drawn.name)
		return drawn.fault
	}
}

// topicFaults are the faults that a message may have, some of them more often than others. After
// doubt its sender cannot know whether it went out.
func topicFaults(random *rand.Rand, doubt, cut func()) []named {
	refuse := faults.RefuseCall
	gone, refuses := refuse(http.StatusNotFound, "NotFound", "Topic does not exist"), refuse(http.StatusForbidden, "AuthorizationError", "not authorized")
	slow, lost := faults.Slow(time.Duration(random.IntN(200))*time.Millisecond), faults.Then(doubt, faults.Lost)
	return []named{
		{"gone", gone}, {"gone", gone}, {"refuses", refuses}, {"refuses", refuses}, {"slow", slow}, {"slow", slow}, {"answer lost", lost}, {"answer lost", lost},
		{"throttles", refuse(http.StatusBadRequest, "Throttling", "Rate exceeded")},
		{"500", refuse(http.StatusInternalServerError, "InternalError", "Internal error")},
		{"reset", faults.Reset},
		{"answer breaks off", faults.Then(doubt, faults.BreaksOff(random.IntN(900)))},
		{"done, and 500", faults.Then(doubt, faults.DoneAndFailed)},
		{"cut off before", faults.Then(cut, faults.Reset)},
		{"cut off after", faults.Then(doubt, faults.After(cut))},
	}
}
