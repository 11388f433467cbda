package faults_test

import (
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
)

// newsTime is how long after a record was counted it may say that a failure has ended.
const newsTime = 3 * time.Hour

// ending is a failure, and a record that says "as usual again" behind it.
type ending struct{ failed, by *judged }

// dueEnds are the endings that follow from the records, and from when each was judged.
type dueEnds struct {
	may  map[ending]bool
	must [][]*judged // failures, of each group of which one must have ended at least
}

// observe runs an invocation of the monitor, which may judge some records. It notes which failures
// end by that: a record ends the last failure that was judged before it. If it is certain that the
// invocation judges them, one that succeeds must end them.
func (d *checkWorld) observe(records []*judged, certain bool, run func() error) error {
	before := d.results()
	err := run()
	after := d.results()
	d.mutex.Lock()
	defer d.mutex.Unlock()
	for _, j := range records {
		if j.revision > 1 || j.unreadable || d.now.Sub(j.put) >= newsTime {
			continue
		}
		all, must := d.lastFailures(j, before, after)
		for _, failed := range all {
			if j.passesAll(failed) {
				d.ends.may[ending{failed, j}] = true
			} else {
				must = false
			}
		}
		if certain && must && err == nil {
			d.ends.must = append(d.ends.must, all)
		}
	}
	return err
}

// unjudged are the records that have no results.
func (d *checkWorld) unjudged() (all []*judged) {
	there := d.results()
	for _, j := range d.records {
		if !there[j.name()] {
			all = append(all, j)
		}
	}
	return all
}

// results are the names of the results that are stored.
func (d *checkWorld) results() map[string]bool {
	all := map[string]bool{}
	keys, err := d.server.Keys(results)
	if err != nil {
		d.run.Wrongf("look at the results: %v", err)
	}
	for _, key := range keys {
		if strings.HasPrefix(key, contract.ChecksPrefix) {
			all[strings.TrimSuffix(path.Base(key), ".jsonl")] = true
		}
	}
	return all
}

// lastFailures are the failures of earlier slots, one of which was the last that had been judged
// when a record was: some may have been judged meanwhile. There need not have been one if all of
// them were.
func (d *checkWorld) lastFailures(j *judged, before, after map[string]bool) (all []*judged, must bool) {
	for _, earlier := range slices.Backward(d.records) { // each job's are in the order of their slots
		if earlier.job != j.job || earlier.revision > 1 || !earlier.slot.Before(j.slot) || len(earlier.wrong()) == 0 || !after[earlier.name()] {
			continue
		}
		all = append(all, earlier)
		if before[earlier.name()] {
			return all, true
		}
	}
	return all, false
}

// passesAll tells whether no check of a record fails, and all pass that failed before.
func (j *judged) passesAll(failed *judged) bool {
	now := j.verdicts()
	for i, verdict := range failed.verdicts() {
		if strings.HasSuffix(verdict, " fail") && !strings.HasSuffix(now[i], " pass") {
			return false
		}
	}
	return len(j.wrong()) == 0
}

// notedEnds are the ends of failures that the monitor has noted, by the names of their markers. It
// holds them against the ends that follow from the records.
func (d *checkWorld) notedEnds() (map[string]*judged, error) {
	objects, err := faults.Objects(d.server, results, contract.MarkersPrefix+"to-tell/")
	if err != nil {
		return nil, err
	}
	all := map[string]*judged{}
	for key, content := range objects {
		if !strings.HasSuffix(key, ".again") {
			continue
		}
		var marker contract.ToTell
		if err := json.Unmarshal(content, &marker); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		end := ending{failed: d.find(marker.Again), by: d.find(marker.Checks)}
		if !d.ends.may[end] || path.Base(key) != end.failed.name()+".again" {
			d.run.Wrongf("%s says that %s ends %s", key, marker.Checks, marker.Again)
			continue
		}
		all[path.Base(key)] = end.by
	}
	for _, failures := range d.ends.must {
		if !slices.ContainsFunc(failures, func(failed *judged) bool { return all[failed.name()+".again"] != nil }) {
			d.run.Lost = append(d.run.Lost, fmt.Sprintf("the end of %s is not noted", failures[0].name()))
		}
	}
	return all, nil
}

// find is the record whose results have a key.
func (d *checkWorld) find(checks string) *judged {
	name := strings.TrimSuffix(path.Base(checks), ".jsonl")
	at := slices.IndexFunc(d.records, func(j *judged) bool { return j.name() == name })
	if at < 0 {
		return nil
	}
	return d.records[at]
}
