package report

import (
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job"
)

// countsOf reads counts: a word each, - where there is none.
func countsOf(words string) (counts []*big.Int) {
	for _, word := range strings.Fields(words) {
		n, ok := new(big.Int).SetString(word, 10)
		if !ok {
			n = nil
		}
		counts = append(counts, n)
	}
	return counts
}

func TestAxis(t *testing.T) {
	for counts, want := range map[string]string{
		"0 - 0": "0 1", "1": "0 1", "3": "0 1 2 3", "7": "0 2 4 6 8", "100": "0 50 100", "93655": "0 50k 100k", "9223372036854775807": "0 5E 10E", "-": "0 1",
	} {
		s, ticks := fromZero(plotHeight, []line{{Counts: countsOf(counts)}})
		var texts []string
		for _, tick := range ticks {
			texts = append(texts, tick.Text)
		}
		if got := strings.Join(texts, " "); got != want {
			t.Errorf("the axis of %s is %s, want %s", counts, got, want)
		}
		if _, largest := bounds(countsOf(counts)); largest != nil && (s.down(largest) < 0 || s.down(largest) > plotHeight) {
			t.Errorf("%s is drawn at %d", counts, s.down(largest))
		}
	}
}

func TestPaths(t *testing.T) {
	places := []int{0, 10, 20, 30, 40}
	s := scale{high: 100, height: 100}
	for _, test := range []struct {
		counts           string
		most             int
		line, area, dots string
	}{
		{"0 50 100 50 0", 9, "M0 100l10-50 10-50 10 50 10 50", "M0 100l10-50 10-50 10 50 10 50V100H0Z", ""},
		{"0 - 100 50 -", 9, "M0 100M20 0l10 50", "M0 100V100H0ZM20 0l10 50V100H20Z", "M0 100h0"},
		{"- - - - -", 9, "", "", ""},
		{"7 1 7 90 7", 3, "M0 99l10-6 10 0 10-83 10 83", "M0 99l10-6 10 0 10-83 10 83V100H0Z", ""},
	} {
		parts := segments(s, places, countsOf(test.counts), test.most)
		got := []string{linePath(parts), areaPath(parts, 100), dotPath(parts)}
		if differs := cmp.Diff([]string{test.line, test.area, test.dots}, got); differs != "" {
			t.Errorf("%s (- want, + got):\n%s", test.counts, differs)
		}
	}
}

func TestDates(t *testing.T) {
	seoul := time.FixedZone("KST", 9*60*60)
	for _, test := range []struct {
		every time.Duration
		slots int
		want  string
	}{
		{time.Hour, 1, "1 Nov 09:00 50%"},
		{time.Hour, 10, "1 Nov 09:00 5% 1 Nov 18:00 95%"},
		{24 * time.Hour, 60, "2 Nov 1.87% 12 Nov 18.53% 22 Nov 35.2% 2 Dec 51.87% 12 Dec 68.54% 22 Dec 85.21%"},
		{24 * time.Hour, 400, "Nov 2026 0.28% Jan 2027 17.03% Mar 2027 33.78% May 2027 50.53% Jul 2027 67.28% Oct 2027 84.03%"},
	} {
		var slots []history.Slot
		for i := range test.slots {
			slots = append(slots, history.Slot{Time: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * test.every)})
		}
		var got []string
		for _, tick := range dates(slots, seoul) {
			got = append(got, tick.Text, tick.At)
		}
		if got := strings.Join(got, " "); got != test.want {
			t.Errorf("%d slots: %s\nwant %s", test.slots, got, test.want)
		}
	}
}

// groupSlot is a slot with a total and groups of a value each, such as "a 5 b 7".
func groupSlot(total string, groups string) history.Slot {
	slot := history.Slot{State: history.Counted}
	add := func(count string, value *string) {
		record := contract.Record{CaseName: contract.CaseTotal}
		if value != nil {
			record.Groups = contract.Groups{"c": value}
		}
		if counts := countsOf(count); counts[0] != nil {
			n := counts[0].Int64()
			record.Count = &n
		}
		slot.Lines = append(slot.Lines, record)
	}
	if total != "" {
		add(total, nil)
	}
	words := strings.Fields(groups)
	for i := 0; i < len(words); i += 2 {
		add(words[i+1], &words[i])
	}
	return slot
}

// A group that a record lacks had no rows, if the record has other groups or no rows at all.
// Of a slot without a count, or from before the job had groups, nothing is known.
func TestGroupLines(t *testing.T) {
	s := history.Series{Job: job.Job{GroupBy: []string{"c"}}, Slots: []history.Slot{
		groupSlot("30", "a 10 b 20"), groupSlot("", ""), groupSlot("-", ""),
		groupSlot("45", "a 1 b 2 c 3 d 4 e 5 f 6 g 7 h 8 i 9"), groupSlot("9223372036854775807", "j 9223372036854775807 k 9223372036854775807"),
		groupSlot("12", ""), groupSlot("0", ""),
	}}
	lines := groupLines(s)
	var got []string
	for _, l := range lines {
		words := []string{l.Name + ":"}
		for _, count := range l.Counts {
			if count == nil {
				words = append(words, "-")
			} else {
				words = append(words, count.String())
			}
		}
		got = append(got, strings.Join(append(words, "sum", l.Sum.String()), " "))
	}
	want := []string{
		"j: 0 - - 0 9223372036854775807 - 0 sum 9223372036854775807", "k: 0 - - 0 9223372036854775807 - 0 sum 9223372036854775807",
		"b: 20 - - 2 0 - 0 sum 22", "a: 10 - - 1 0 - 0 sum 11", "i: 0 - - 9 0 - 0 sum 9", "h: 0 - - 8 0 - 0 sum 8", "g: 0 - - 7 0 - 0 sum 7", "f: 0 - - 6 0 - 0 sum 6", "e: 0 - - 5 0 - 0 sum 5",
		"2 others: 0 - - 7 0 - 0 sum 7",
	}
	if differs := cmp.Diff(want, got); differs != "" {
		t.Errorf("- want, + got:\n%s", differs)
	}
}

func TestGroupName(t *testing.T) {
	text := func(s string) *string { return &s }
	for want, groups := range map[string]contract.Groups{
		"KR · free":     {"country": text("KR"), "plan": text("free")},
		`NULL · "NULL"`: {"country": nil, "plan": text("NULL")},
		`"" · " a"`:     {"country": text(""), "plan": text(" a")},
		`"a · b" · c`:   {"country": text("a · b"), "plan": text("c")},
		"KR · – · x":    {"country": text("KR"), "older": text("x")},
		`"–" · free`:    {"country": text("–"), "plan": text("free")},
		"대한민국 · المملكة العربية": {"country": text("대한민국"), "plan": text("المملكة العربية")},
	} {
		if got := groupName([]string{"country", "plan"}, groups); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
