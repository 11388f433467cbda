package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/test/faults"
	"tally/test/local"
)

// expectedMessage is something that must be told.
type expectedMessage struct {
	names  []string // of its markers: a slot may end several failures, each of which is told
	kind   string   // of a message about it alone
	record string   // which that message names; empty: none
	says   []string // what each message says
	// line and lineEnd are what its line of a table begins and ends with.
	line, lineEnd string
	times         int               // in messages that SNS took
	tellings      []*publishAttempt // of it, in their order
}

// pairs are the records that are compared: both sides of a window.
func (d *checkWorld) pairs() (all [][2]*judged) {
	for _, left := range d.records {
		for _, right := range d.records {
			if left.job == "orders" && right.job == "orders-log" && left.slot.Equal(right.slot) && !left.unreadable && !right.unreadable {
				all = append(all, [2]*judged{left, right})
			}
		}
	}
	return all
}

func nameOfPair(slot time.Time) string {
	end := slot.Truncate(time.Hour)
	return fmt.Sprintf("reconcile-both-%s.rev1-1", end.Format("20060102T1504Z"))
}

func apart(pair [2]*judged) (verdict, words string) {
	left, right := pair[0].paid, pair[1].paid
	if left == nil || right == nil {
		return "not-evaluated", ""
	}
	if by := max(*left, *right) - min(*left, *right); by > mostApart {
		return "fail", fmt.Sprintf("%d apart", by)
	}
	return "pass", ""
}

// wantedResults are what the objects below checks/ must say, by their names.
func (d *checkWorld) wantedResults() map[string]string {
	all := map[string]string{}
	for _, j := range d.records {
		if !j.unreadable {
			all[j.name()] = strings.Join(j.verdicts(), ", ")
		}
	}
	for _, pair := range d.pairs() {
		verdict, _ := apart(pair)
		all[nameOfPair(pair[0].slot)] = "paid within " + verdict
	}
	return all
}

// judgeResults holds the stored results against what they must be.
func (d *checkWorld) judgeResults() error {
	objects, err := faults.Objects(d.server, results, contract.ChecksPrefix)
	if err != nil {
		return err
	}
	wanted := d.wantedResults()
	for key, content := range objects {
		name := strings.TrimSuffix(path.Base(key), ".jsonl")
		var got []string
		for line := range bytes.Lines(content) {
			var result struct {
				CaseName string `json:"case_name"`
				Check    string `json:"check"`
				Result   string `json:"result"`
			}
			if err := json.Unmarshal(line, &result); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			got = append(got, result.CaseName+" "+result.Check+" "+result.Result)
		}
		want, known := wanted[name]
		delete(wanted, name)
		switch said := strings.Join(got, ", "); {
		case !known:
			d.run.Doubled = append(d.run.Doubled, key+" should not be there")
		case said != want:
			d.run.Wrongf("%s: %s, want %s", key, said, want)
		}
	}
	for name := range wanted {
		d.run.Lost = append(d.run.Lost, name+" was not judged")
	}
	return nil
}

const lineTime = "Mon 2 Jan 15:04"

// toTell are all failures and all ends of failures, by the names of their markers.
func (d *checkWorld) toTell() (map[string]*expectedMessage, error) {
	all := map[string]*expectedMessage{}
	for _, j := range d.records {
		if wrong := j.wrong(); len(wrong) > 0 && !j.unreadable {
			line := fmt.Sprintf("- %s, %s: ", j.job, j.slot.Format(lineTime))
			end := ""
			if j.revision > 1 {
				end = fmt.Sprintf(" (revision %d)", j.revision)
			}
			all[j.name()] = &expectedMessage{names: []string{j.name()}, says: wrong, record: j.key(), line: line, lineEnd: end, kind: "check"}
		}
	}
	for _, pair := range d.pairs() {
		if verdict, words := apart(pair); verdict == "fail" {
			name := nameOfPair(pair[0].slot)
			all[name] = &expectedMessage{names: []string{name}, says: []string{words}, record: pair[0].key(), line: fmt.Sprintf("- both, %s: ", pair[0].slot.Format(lineTime)), kind: "reconcile"}
		}
	}
	ends, err := d.notedEnds()
	if err != nil {
		return nil, err
	}
	for marker, by := range ends {
		name := "end by " + by.name()
		if all[name] == nil {
			line := fmt.Sprintf("- %s, %s: as usual again", by.job, by.slot.Format(lineTime))
			all[name] = &expectedMessage{record: by.key(), line: line, kind: "as-usual"}
		}
		all[name].names = append(all[name].names, marker)
	}
	return all, nil
}

var tableLine = regexp.MustCompile(`(?m)^- [\w-]+, .*$`)

// judgeMessages holds all messages against what must be told.
func (d *checkWorld) judgeMessages(summaries []time.Time) error {
	all, err := d.toTell()
	if err != nil {
		return err
	}
	for _, at := range summaries {
		name := "prod-" + at.Format("20060102T1504Z")
		all[name] = &expectedMessage{names: []string{name}, says: []string{"to " + at.Format(lineTime)}, kind: "summary"}
	}
	for _, message := range d.cloud.SNS.Messages() {
		about := d.about(message, all)
		if len(about) == 0 {
			d.run.Wrongf("nothing should be told by %q\n%s", message.Subject, message.Text)
		}
		for _, each := range about {
			each.times++
		}
	}
	for _, t := range d.attempts {
		for _, each := range d.about(t.message, all) {
			each.tellings = append(each.tellings, t)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		d.judgeTold(name, all[name])
	}
	return nil
}

// about are the things that a message tells, each as often as it does.
func (d *checkWorld) about(message local.Published, all map[string]*expectedMessage) (found []*expectedMessage) {
	if message.Attributes["kind"] == "several" {
		for _, line := range tableLine.FindAllString(message.Text, -1) {
			before := len(found)
			for _, each := range all {
				if each.line != "" && each.isLine(line) {
					found = append(found, each)
				}
			}
			if len(found) != before+1 {
				d.run.Wrongf("a table tells %q", line)
			}
		}
		return found
	}
	for _, each := range all {
		if each.kind == message.Attributes["kind"] && (each.record == "" || strings.Contains(message.Text, "s3://"+results+"/"+each.record+"\n")) && sayAll(message.Text, each.says) {
			found = append(found, each)
		}
	}
	return found
}

// isLine tells whether a line of a table is about it.
func (t *expectedMessage) isLine(line string) bool {
	return strings.HasPrefix(line, t.line) && sayAll(line, t.says) && strings.HasSuffix(line, t.lineEnd) && strings.Contains(line, "(revision") == (t.lineEnd != "")
}

func sayAll(text string, all []string) bool {
	return !slices.ContainsFunc(all, func(part string) bool { return !strings.Contains(text, part) })
}
