package history_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/history"
)

// asked counts how often each thing is asked for. Three days have records of two jobs each.
type asked struct {
	mutex sync.Mutex
	times map[string]int
}

func (a *asked) Keys(_ context.Context, prefix string) ([]string, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.times[prefix]++
	day, found := strings.CutPrefix(prefix, "counts/date=2026-11-0")
	if day = strings.TrimSuffix(day, "/"); !found || day < "1" || day > "3" {
		return nil, nil
	}
	return []string{prefix + "a-2026110" + day + "T0100Z.rev1.jsonl", prefix + "a-2026110" + day + "T0100Z.rev2.jsonl", prefix + "b-2026110" + day + "T0100Z.rev1.jsonl", prefix + "notes"}, nil
}

func (a *asked) ReadAllRows(_ context.Context, key string) ([]contract.Record, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	a.times[key]++
	if strings.Contains(key, "a-20261102T0100Z.rev2") {
		return nil, count.ErrNoRecord
	}
	return []contract.Record{{CaseName: key}}, nil
}

func TestOnce(t *testing.T) {
	source := &asked{times: map[string]int{}}
	once := history.NewOnce(source)
	day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	keys, err := history.RecordKeys(t.Context(), once.Keys, func(job string) bool { return job == "a" }, day.Add(time.Hour), day.AddDate(0, 0, 2).Add(time.Hour))
	want := []string{
		"counts/date=2026-11-01/a-20261101T0100Z.rev1.jsonl", "counts/date=2026-11-01/a-20261101T0100Z.rev2.jsonl",
		"counts/date=2026-11-02/a-20261102T0100Z.rev1.jsonl", "counts/date=2026-11-02/a-20261102T0100Z.rev2.jsonl",
	}
	if difference := cmp.Diff(want, keys); err != nil || difference != "" {
		t.Errorf("%v (- want, + got):\n%s", err, difference)
	}
	for _, test := range []struct {
		prefix string
		want   int
	}{
		{contract.DayPrefix(day), 4},
		{contract.DayPrefix(day) + "a-", 2},
		{contract.SlotPrefix("b", day.Add(time.Hour)), 1},
		{contract.SlotPrefix("b", day.Add(2*time.Hour)), 0},
		{contract.DayPrefix(day.AddDate(0, 0, -1)) + "a-", 0},
		{contract.DayPrefix(day.AddDate(0, 0, -1)) + "b-", 0},
	} {
		got, err := once.Keys(t.Context(), test.prefix)
		if err != nil || len(got) != test.want {
			t.Errorf("%s: %v (%v), want %d", test.prefix, got, err, test.want)
		}
		clear(got) // what is returned is the caller's
	}
	var readers sync.WaitGroup
	for range 8 {
		for _, key := range want {
			readers.Go(func() {
				if lines, err := once.ReadAllRows(t.Context(), key); errors.Is(err, count.ErrNoRecord) != strings.Contains(key, "a-20261102T0100Z.rev2") || err == nil && lines[0].CaseName != key {
					t.Errorf("%s: %v, %v", key, lines, err)
				}
			})
		}
	}
	readers.Wait()
	for name, times := range source.times {
		if times != 1 {
			t.Errorf("%s is asked for %d times", name, times)
		}
	}
}
