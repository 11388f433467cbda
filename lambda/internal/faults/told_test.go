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

// told is something that must be told.
type told struct {
	name   string   // of its marker
	says   []string // what the message must say
	record string   // that a message about it alone names
	// line and lineEnd are what its line of a table begins and ends with.
	line, lineEnd string
	compares      bool
	times         int
	doubts        int // how often somebody could not know that it was told
}

// pairs are the records that are compared: both sides of a window.
func (d *desk) pairs() (all [][2]*judged) {
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
func (d *desk) wantedResults() map[string]string {
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
func (d *desk) judgeResults() error {
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
func (d *desk) toTell() (map[string]*told, error) {
	all := map[string]*told{}
	for _, j := range d.records {
		if wrong := j.wrong(); len(wrong) > 0 && !j.unreadable {
			line := fmt.Sprintf("- %s, %s: ", j.job, j.slot.Format(lineTime))
			end := ""
			if j.revision > 1 {
				end = fmt.Sprintf(" (revision %d)", j.revision)
			}
			all[j.name()] = &told{name: j.name(), says: wrong, record: j.key(), line: line, lineEnd: end}
		}
	}
	for _, pair := range d.pairs() {
		if verdict, words := apart(pair); verdict == "fail" {
			name := nameOfPair(pair[0].slot)
			all[name] = &told{name: name, says: []string{words}, record: pair[0].key(), line: fmt.Sprintf("- both, %s: ", pair[0].slot.Format(lineTime)), compares: true}
		}
	}
	ends, err := d.ends()
	maps.Copy(all, ends)
	return all, err
}

// ends are the ends of failures that the monitor has noted. Each is of a failure, by a later slot
// in which no check fails.
func (d *desk) ends() (map[string]*told, error) {
	objects, err := faults.Objects(d.server, results, contract.MarkersPrefix+"to-tell/")
	if err != nil {
		return nil, err
	}
	all := map[string]*told{}
	for key, content := range objects {
		if !strings.HasSuffix(key, ".again") {
			continue
		}
		var marker contract.ToTell
		if err := json.Unmarshal(content, &marker); err != nil {
			return nil, fmt.Errorf("%s: %w", key, err)
		}
		failed, ends := d.find(marker.Again), d.find(marker.Checks)
		if failed == nil || ends == nil || len(failed.wrong()) == 0 || len(ends.wrong()) > 0 || ends.job != failed.job || !ends.slot.After(failed.slot) {
			d.run.Wrongf("%s says that %s ends %s", key, marker.Checks, marker.Again)
			continue
		}
		all[path.Base(key)] = &told{
			name: path.Base(key), says: []string{"s usual again"}, record: ends.key(), line: fmt.Sprintf("- %s, %s: as usual again", ends.job, ends.slot.Format(lineTime)),
		}
	}
	return all, nil
}

// find is the record whose results have a key.
func (d *desk) find(checks string) *judged {
	name := strings.TrimSuffix(path.Base(checks), ".jsonl")
	at := slices.IndexFunc(d.records, func(j *judged) bool { return j.name() == name })
	if at < 0 {
		return nil
	}
	return d.records[at]
}

var tableLine = regexp.MustCompile(`(?m)^- [\w-]+, .*$`)

// judgeMessages holds all messages against what must be told.
func (d *desk) judgeMessages(summaries []time.Time) error {
	all, err := d.toTell()
	if err != nil {
		return err
	}
	for _, at := range summaries {
		name := "prod-" + at.Format("20060102T1504Z")
		all[name] = &told{name: name, says: []string{"to " + at.Format(lineTime)}}
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
	for text := range d.doubtful {
		for _, message := range d.cloud.SNS.Messages() {
			if message.Text == text {
				for _, each := range d.about(message, all) {
					each.doubts += d.doubtful[text]
				}
				break
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		switch each := all[name]; {
		case each.times == 0:
			d.run.Lost = append(d.run.Lost, "nobody was told of "+name)
		case each.times > 1+each.doubts+d.unnoted[name]:
			d.run.Doubled = append(d.run.Doubled, fmt.Sprintf("%s was told %d times; %d times nobody could know, and %d times S3 did not take the note", name, each.times, each.doubts, d.unnoted[name]))
		}
	}
	return nil
}

// about are the things that a message tells.
func (d *desk) about(message local.Published, all map[string]*told) (found []*told) {
	kind := message.Attributes["kind"]
	lines := []string{}
	if kind == "several" {
		lines = tableLine.FindAllString(message.Text, -1)
	}
	for _, each := range all {
		isEnd, isSummary := strings.HasSuffix(each.name, ".again"), strings.HasPrefix(each.name, "prod-")
		hears := false
		text := message.Text
		switch {
		case kind == "several" && !isSummary:
			at := slices.IndexFunc(lines, func(line string) bool {
				return strings.HasPrefix(line, each.line) && sayAll(line, each.says) && strings.HasSuffix(line, each.lineEnd) && (each.lineEnd != "" || !strings.Contains(line, "revision"))
			})
			if hears = at >= 0; hears {
				lines = slices.Delete(lines, at, at+1)
				text = ""
			}
		case isSummary:
			hears = kind == "summary" && sayAll(text, each.says)
		default:
			of := map[string]bool{"as-usual": isEnd, "reconcile": each.compares, "check": !isEnd && !each.compares}
			hears = of[kind] && strings.Contains(text, "s3://"+results+"/"+each.record+"\n")
			if hears && !sayAll(message.Subject+text, each.says) {
				d.run.Wrongf("the message about %s does not say %v:\n%s\n%s", each.name, each.says, message.Subject, text)
			}
		}
		if hears {
			found = append(found, each)
		}
	}
	for _, line := range lines {
		d.run.Wrongf("a table tells %q", line)
	}
	return found
}

func sayAll(text string, all []string) bool {
	return !slices.ContainsFunc(all, func(part string) bool { return !strings.Contains(text, part) })
}

// judgeEnds sees that the last failure of each job is over, and was told to be: all slots behind
// it pass.
func (d *desk) judgeEnds() error {
	ends, err := d.ends()
	if err != nil {
		return err
	}
	last := map[string]*judged{}
	for _, j := range d.records {
		if len(j.wrong()) > 0 && j.revision == 1 && !j.unreadable && (last[j.job] == nil || j.slot.After(last[j.job].slot)) {
			last[j.job] = j
		}
	}
	for _, j := range last {
		if ends[j.name()+".again"] == nil {
			d.run.Lost = append(d.run.Lost, "nobody was told of the end of "+j.name())
		}
	}
	return nil
}
