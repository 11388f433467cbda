package faults_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
)

const vpcCounter = "tally-local-vpc-counter"

// testMonitorKills kills the monitor, and counters that it has invoked: while it sweeps, and while
// it judges a record and tells of it.
func (p *processes) testMonitorKills(t *testing.T) {
	faults.Campaign{Name: "kills-sweep", Short: 8, Full: 150, Must: faults.Each(3, anotherMoment("counter"), anotherMoment("monitor")), Run: p.killSweep}.Test(t)
	faults.Campaign{Name: "kills-message", Short: 6, Full: 150, Must: faults.Each(4, monitorMoments...), Run: p.killMessage}.Test(t)
	for _, kind := range sabotages {
		p.sabotaged(t, kind)
		faults.Campaign{Name: "kills-sweep", Run: p.killSweep}.MustFind(t, kind)
	}
	p.sabotaged(t, "")
	faults.Campaign{Name: "kills-message", Run: func(r *faults.Run) error {
		p.deaf = true
		defer func() { p.deaf = false }()
		return p.killMessage(r)
	}}.MustFind(t, "lost")
}

// drawMonitorPoint draws when the monitor is killed, or a counter of its.
func drawMonitorPoint(r *faults.Run, turns int) point {
	who := faults.Pick(r.Random, "monitor", "monitor", "monitor", "counter")
	switch r.Random.IntN(6) {
	case 0:
		return point{who: who, what: "time", delay: time.Duration(r.Random.IntN(200_000)) * time.Microsecond}
	case 1:
		return point{who: who, what: "turn", n: 1 + r.Random.IntN(turns)}
	case 2:
		return point{who: who, what: faults.Pick(r.Random, "counter's put", "put"), after: r.Random.IntN(2) == 0, n: 1}
	}
	return point{who: "monitor", what: faults.Pick(r.Random, "list", "get", "put", "put"), after: r.Random.IntN(2) == 0, n: 1 + r.Random.IntN(12)}
}

// killSweep makes one run: the events of some days are lost, and sweeps count their slots.
func (p *processes) killSweep(r *faults.Run) error {
	if err := p.reset(); err != nil {
		return err
	}
	first, days := 2+r.Random.IntN(6), 1+r.Random.IntN(4)
	wanted := faults.Wanted{}
	for before := first; before < first+days; before++ {
		slot, record := countedScans(dayOf(p.last, before))
		wanted[faults.Key(dailyScans, slot, 1)] = record
	}
	begin, _ := countedScans(dayOf(p.last, first+days-1))
	end, _ := countedScans(dayOf(p.last, first))
	if err := p.WatchBetween("local", dailyScans, begin, end); err != nil {
		return err
	}
	k := p.newKiller(r)
	for range 1 + r.Random.IntN(3) {
		k.points = append(k.points, drawMonitorPoint(r, p.turns[dailyScans]))
	}
	r.Logf("slots %v, kills %v", begin, k.points)
	tries := len(k.points)
	k.begin(p)
	for range tries {
		answer, err := p.Sweep(context.Background())
		r.Logf("sweep: %d recovered, %d failed, %d pending, %v", answer.Recovered.Total, answer.Failed.Total, answer.Pending.Total, err)
	}
	k.end(p)
	if err := p.awaitCounters(); err != nil {
		return err
	}
	answer, err := p.Sweep(context.Background())
	if err != nil || answer.Failed.Total+answer.Pending.Total > 0 {
		r.Wrongf("the last sweep says %+v, %v", answer, err)
	}
	p.Settle()
	r.Add(p.s3.Overwritten())
	return p.compareRecords(r, wanted, "")
}

// awaitCounters waits for counters whose monitor has died: they go on.
func (p *processes) awaitCounters() error {
	for deadline := time.Now().Add(unlimited); p.Lambda.Running(vpcCounter) > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			return fmt.Errorf("%d counters still run, %s after the last sweep that was killed", p.Lambda.Running(vpcCounter), unlimited)
		}
	}
	return nil
}

// killMessage makes one run: a record fails its check, and somebody must be told, at least once,
// and once more only if the monitor was killed.
func (p *processes) killMessage(r *faults.Run) error {
	if err := p.reset(); err != nil {
		return err
	}
	slot, record, found := time.Time{}, faults.Record{}, false
	for before := 2 + r.Random.IntN(3); !found; before++ { // a day without scans: total min 1 fails
		slot, record = countedScans(dayOf(p.last, before))
		found = record.Counts["total"] == 0
	}
	if err := p.WatchBetween("local", dailyScans, slot, slot); err != nil {
		return err
	}
	told := len(p.AWS.SNS.Messages())
	k := p.newKiller(r)
	for range 1 + r.Random.IntN(3) {
		at := drawMonitorPoint(r, p.turns[dailyScans])
		at.who = "monitor"
		if at.what != "time" && at.what != "turn" { // the puts are results, markers and notes
			at.what, at.n = faults.Pick(r.Random, "put", "list"), 1+r.Random.IntN(5)
			if at.of = faults.Pick(r.Random, "", contract.ChecksPrefix, contract.ChecksPrefix, contract.MarkersPrefix+"told/", contract.MarkersPrefix+"told/"); at.of != "" {
				at.what, at.n = "put", 1
			}
		}
		k.points = append(k.points, at)
	}
	r.Logf("slot %s, kills %v", slot, k.points)
	tries := len(k.points)
	k.begin(p)
	err := p.Deliver(dailyScans, slot)
	p.Settle()
	for range tries {
		if err == nil {
			err = p.anHourPasses()
		}
		_, failed := p.Sweep(context.Background())
		r.Logf("sweep: %v", failed)
	}
	k.end(p)
	for range 2 {
		if err == nil {
			err = p.anHourPasses()
		}
		if _, failed := p.Sweep(context.Background()); failed != nil {
			r.Wrongf("a sweep that nobody kills: %v", failed)
		}
	}
	if err != nil {
		return err
	}
	p.Settle()
	p.judgeMessages(r, slot, told, k.killed)
	return p.compareRecords(r, faults.Wanted{faults.Key(dailyScans, slot, 1): record}, "")
}

// judgeMessages holds the results and the messages of a run against what should be.
func (p *processes) judgeMessages(r *faults.Run, slot time.Time, before, kills int) {
	times := 0
	for _, message := range p.AWS.SNS.Messages()[before:] {
		if message.Attributes["kind"] != "summary" && strings.Contains(message.Subject, dailyScans) && !p.deaf {
			times++
			r.Logf("told: %s", message.Subject)
		}
	}
	switch {
	case times == 0:
		r.Lost = append(r.Lost, "nobody was told of "+slot.String())
	case times > 1+kills:
		r.Doubled = append(r.Doubled, fmt.Sprintf("%d messages about %s, and %d kills", times, slot, kills))
	}
	checks, err := faults.Objects(p.S3, p.Bucket, "checks/date=")
	if err != nil || len(checks) != 1 {
		r.Wrongf("there are %d results, want 1 (%v)", len(checks), err)
	}
	for key, content := range checks {
		if !bytes.Contains(content, []byte(`"result":"fail"`)) {
			r.Wrongf("%s: no check fails: %s", key, content)
		}
	}
}

// anHourPasses for what the monitor has noted: it takes an older note for one of who has died.
func (p *processes) anHourPasses() error {
	markers, err := faults.Objects(p.S3, p.Bucket, contract.MarkersPrefix)
	for key, content := range markers {
		var marker map[string]any
		if err == nil {
			err = json.Unmarshal(content, &marker)
		}
		if err != nil {
			return err
		}
		at, err := time.Parse(time.RFC3339, fmt.Sprint(marker["time"]))
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		marker["time"] = at.Add(-time.Hour)
		older, err := json.Marshal(marker)
		if err != nil {
			return err
		}
		// Over an object, the server would keep the checksum of the old content.
		if err := errors.Join(p.S3.Delete(p.Bucket, key), p.S3.Put(p.Bucket, key, older)); err != nil {
			return err
		}
	}
	return err
}
