package cron_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"tally/lambda/cron"
)

// TestSuggestionsMeanWhatWasWritten writes valid expressions as other tools have them,
// and holds that each is led back to the same schedule: no field is lost or changed.
func TestSuggestionsMeanWhatWasWritten(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name  string
		write func(fields []string) string
	}{
		{"without cron(…)", func(f []string) string { return strings.Join(f, " ") }},
		{"with seconds", func(f []string) string { return "cron(0 " + strings.Join(f, " ") + ")" }},
		{"with a field too many", func(f []string) string { return "cron(" + strings.Join(f, " ") + " *)" }},
		{"with a year after another", func(f []string) string {
			return "cron(" + strings.Join(f[:5], " ") + " * " + f[5] + ")"
		}},
		{"with a zone behind", func(f []string) string { return "cron(" + strings.Join(f, " ") + ") Europe/Berlin" }},
		{"with a zone inside", func(f []string) string { return "cron(" + strings.Join(f, " ") + " Asia/Seoul)" }},
		{"with CRON_TZ", func(f []string) string { return "CRON_TZ=UTC " + strings.Join(f, " ") }},
		{"with both day fields", func(f []string) string { return strings.Replace("cron("+strings.Join(f, " ")+")", "?", "*", 1) }},
	}
	r := seeded(6)
	for range 2000 {
		want := mustParse(t, randomCron(r))
		fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(want.String(), "cron("), ")"))
		for _, way := range ways {
			expr := way.write(fields)
			got, err := cron.ParseJob(expr)
			if err != nil {
				e := checkError(t, expr, cron.Scheduler, err)
				got = mustParse(t, e.Suggestion)
			} else if !strings.Contains(way.name, "both") { // "*" and "?" may be what was written
				t.Fatalf("%s, %s, is taken", expr, way.name)
			}
			if got.Canonical() != want.Canonical() {
				t.Fatalf("%s, %s: suggests %s, want %s", expr, way.name, got, want)
			}
		}
	}
}

// TestSuggestionsKeepTheOtherFields breaks one field and holds that a suggestion has all
// others as they were written.
func TestSuggestionsKeepTheOtherFields(t *testing.T) {
	t.Parallel()
	broken := []string{"61", "FOO", "0/0", "*/0", "1,,2", ",", "*/99", "L", "?", "-5", "5-", "/3", "1/x", "9W", "2#1", "99999999999"}
	r := seeded(7)
	suggested := 0
	for range 5000 {
		fields := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(randomCron(r), "cron("), ")"))
		at := []int{0, 1, 3, 5}[r.IntN(4)] // "?" in one day field goes with what is in the other
		damaged := slices.Clone(fields)
		damaged[at] = broken[r.IntN(len(broken))]
		suggestion := suggestionFor(t, r, "cron("+strings.Join(damaged, " ")+")")
		if suggestion == "" {
			continue
		}
		suggested++
		got := strings.Fields(strings.TrimSuffix(strings.TrimPrefix(suggestion, "cron("), ")"))
		for i := range fields {
			if i != at && got[i] != fields[i] {
				t.Fatalf("cron(%s): suggests %s", strings.Join(damaged, " "), suggestion)
			}
		}
		if at == 0 && got[0] == "*" && !strings.Contains(damaged[0], "*") {
			t.Fatalf("cron(%s): suggests %s, every minute", strings.Join(damaged, " "), suggestion)
		}
	}
	if suggested < 1500 {
		t.Errorf("only %d suggestions", suggested)
	}
}

func suggestionFor(t *testing.T, r *rand.Rand, expr string) string {
	t.Helper()
	d := []cron.Dialect{cron.Rule, cron.Scheduler}[r.IntN(2)]
	_, err := cron.Parse(expr, d)
	if err == nil {
		return ""
	}
	return checkError(t, expr, d, err).Suggestion
}
