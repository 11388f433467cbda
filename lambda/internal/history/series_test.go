package history_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
	"tally/lambda/job/jobtest"
)

func groupOf(words string) contract.Groups {
	groups := contract.Groups{}
	for word := range strings.FieldsSeq(words) {
		column, value, _ := strings.Cut(word, "=")
		groups[column] = &value
	}
	return groups
}

// A record says that a group had no rows only where it could have had a line of it.
func TestCountOfAGroup(t *testing.T) {
	line := func(groups string, count int64) contract.Record {
		return contract.Record{CaseName: "paid", Groups: groupOf(groups), Count: &count}
	}
	none := contract.Record{CaseName: "paid", Groups: contract.Groups{}, Status: contract.StatusFailed}
	for _, test := range []struct {
		name  string
		lines []contract.Record
		want  int64 // -1: no count
	}{
		{"a line of the group", []contract.Record{line("", 9), line("country=DE", 2), line("country=KR", 7)}, 7},
		{"lines of other groups", []contract.Record{line("", 2), line("country=DE", 2)}, 0},
		{"from before the job had groups", []contract.Record{line("", 9)}, -1},
		{"no rows", []contract.Record{line("", 0)}, 0},
		{"by other columns", []contract.Record{line("", 2), line("city=KR", 2)}, -1},
		{"by more columns", []contract.Record{line("", 2), line("country=DE city=Bonn", 2)}, -1},
		{"a case that failed", []contract.Record{none}, -1},
		{"no record", nil, -1},
	} {
		got := int64(-1)
		if count := (history.Slot{Lines: test.lines}).Count("paid", groupOf("country=KR")); count != nil {
			got = *count
		}
		if got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

// everyFiveMinutes is a job's series of so many days.
func everyFiveMinutes(t testing.TB, days int) history.Series {
	jobs := jobtest.Read(t, strings.Replace(orders, "cron(0 1 * * ? *)", "cron(0/5 * * * ? *)", 1))
	series := history.Series{Job: jobs.Jobs[0]}
	counting := series.Job.CountingSHA256()
	for i := range int64(days * 24 * 12) {
		series.Slots = append(series.Slots, history.Slot{
			Time:  time.Date(2026, 9, 1, 0, 5*int(i), 0, 0, time.UTC),
			Lines: []contract.Record{{CaseName: "paid", Count: &i, CountingSHA256: counting}},
		})
	}
	return series
}

// BenchmarkUsual finds what is usual for 28 days of a job of every five minutes, as
// "tally history" does. It must not grow with the square of the slots.
func BenchmarkUsual(b *testing.B) {
	series := everyFiveMinutes(b, 28+36)
	for b.Loop() {
		indexed := series.Indexed()
		for i := len(series.Slots) * 36 / 64; i < len(series.Slots); i++ {
			if _, ok := indexed.Usual(i, "paid", nil); !ok {
				b.Fatal("a median is not known")
			}
		}
	}
}

// What is usual of each slot of a busy job takes a moment.
func TestUsualOfManySlots(t *testing.T) {
	series := everyFiveMinutes(t, 64).Indexed()
	begun := time.Now()
	for i := range series.Slots {
		series.Usual(i, "paid", nil)
	}
	if took := time.Since(begun); took > 2*time.Second { // it took 20 s
		t.Errorf("it took %s", took)
	}
}
