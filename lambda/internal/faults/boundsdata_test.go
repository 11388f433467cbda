package faults_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// entry is a row or a record that a bound counts. Case k counts those whose n is k.
type entry struct {
	group string // empty if the job has no groups
	n     int
}

// caseName is the case that counts a number: other, if there are not as many cases.
func caseName(n, cases int) string {
	if n < cases {
		return fmt.Sprintf("c%d", n)
	}
	return "other"
}

// allZero are the counts of a group before anything is counted; of all rows, if it is empty.
func allZero(counts map[string]int64, group string, cases int) {
	for n := range cases + 1 {
		counts[inGroup(caseName(n, cases), group)] = 0
	}
	counts[inGroup("total", group)] = 0
}

// inGroup is the name of a count, as the oracle calls it.
func inGroup(name, group string) string {
	if group == "" {
		return name
	}
	return name + " g=" + group
}

// countEntries is the oracle: what a record of the entries should say.
func countEntries(entries []entry, cases int) map[string]int64 {
	counts, known := map[string]int64{}, map[string]bool{"": true}
	allZero(counts, "", cases)
	for _, e := range entries {
		if !known[e.group] {
			known[e.group] = true
			allZero(counts, e.group, cases)
		}
		for _, group := range slices.Compact([]string{"", e.group}) {
			counts[inGroup(caseName(e.n, cases), group)]++
			counts[inGroup("total", group)]++
		}
	}
	return counts
}

// entriesOf are some entries of each group, whose numbers reach a little beyond the cases. Without
// groups they are as many as those of a thousand.
func entriesOf(groups, cases int) []entry {
	const each = 24
	entries := make([]entry, each*max(groups, 1000))
	for i := range entries {
		entries[i].n = i % (cases + 3)
		if groups > 0 {
			entries[i] = entry{group: fmt.Sprintf("group-%d", i%groups), n: (i/groups*7 + i) % (cases + 3)}
		}
	}
	return entries
}

// asJSONLines are the entries as so many objects, each of which has all groups. As many are read
// at a time.
func asJSONLines(entries []entry, groups int) [][]byte {
	objects := make([]bytes.Buffer, readAtATime)
	for i, e := range entries {
		fmt.Fprintf(&objects[i/max(groups, 1)%readAtATime], "{\"g\":%q,\"n\":%d}\n", e.group, e.n)
	}
	contents := make([][]byte, readAtATime)
	for i := range objects {
		contents[i] = objects[i].Bytes()
	}
	return contents
}

// readAtATime is how many objects the counter reads at a time.
const readAtATime = 8

// longestLine is how long a line may be.
const longestLine = 4 << 20

// longLog is an object of JSON Lines, among which are some of a length. It returns what its lines
// count, too.
func longLog(object, length int) (content []byte, entries []entry) {
	long := longInLog
	var text bytes.Buffer
	text.Grow(sizeOfLog + length)
	const words = "Deliver to the front door. \\\"Ring twice\\\", s\\u0027il vous pla\\u00eet! "
	for i := 0; text.Len() < sizeOfLog || long > 0; i++ {
		e := entry{group: "short", n: (i + object) % 23}
		begin := text.Len()
		if i%100 == 50 && long > 0 {
			long--
			e.group = "long"
			fmt.Fprintf(&text, "{\"g\":\"long\",\"n\":%d,\"note\":\"", e.n)
			end := fmt.Sprintf("end of %d\"}", i)
			for begin+length-text.Len() > len(words)+len(end) {
				text.WriteString(words)
			}
			text.WriteString(strings.Repeat("x", begin+length-text.Len()-len(end)) + end + "\n")
		} else {
			fmt.Fprintf(&text, "{\"g\":\"short\",\"n\":%d,\"note\":\"%s order %d\"}\n", e.n, words+words, i)
		}
		entries = append(entries, e)
	}
	return text.Bytes(), entries
}

// manyValues are objects whose lines have so many different values, each of them in two objects
// and with two numbers. It returns how many values each case has.
func manyValues(values, cases int) (contents [][]byte, counts map[string]int64) {
	objects := make([]bytes.Buffer, readAtATime)
	counts = map[string]int64{}
	allZero(counts, "", cases)
	for i := range values {
		first, second := i%(cases+3), i*5%(cases+3)
		fmt.Fprintf(&objects[i%readAtATime], "{\"user\":\"user-%d\",\"n\":%d}\n", i, first)
		fmt.Fprintf(&objects[(i+3)%readAtATime], "{\"n\":%d,\"user\":\"user-%d\"}\n", second, i)
		counts["total"]++
		counts[caseName(first, cases)]++
		if caseName(first, cases) != caseName(second, cases) {
			counts[caseName(second, cases)]++
		}
	}
	for i := range objects {
		contents = append(contents, objects[i].Bytes())
	}
	return contents, counts
}

// casesOf are the cases of a job, which compare n.
func casesOf(cases int, equal string) string {
	texts := make([]string, cases)
	for n := range texts {
		texts[n] = fmt.Sprintf("c%d: n %s %d", n, equal, n)
	}
	return "cases: {" + strings.Join(texts, ", ") + "}"
}
