package cron_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/cron"
	"tally/lambda/internal/upcoming"
	"tally/lambda/timezone"
)

// FuzzParse: any text is parsed or refused with a proper error; what is parsed
// has the properties of a schedule.
func FuzzParse(f *testing.F) {
	for _, m := range mistakes {
		f.Add(m.expr)
	}
	f.Fuzz(tryParse)
}

// FuzzNext: any schedule from any instant in any zone takes a proper step.
func FuzzNext(f *testing.F) {
	f.Add("cron(0/30 20-2 ? * MON-FRI *)", int64(1_700_000_000), uint16(0))
	f.Add("cron(30 2 * * ? *)", int64(1_741_500_000), uint16(170))
	f.Fuzz(tryNext)
}

func tryParse(t *testing.T, expr string) {
	for _, d := range []cron.Dialect{cron.Rule, cron.Scheduler} {
		s, err := cron.Parse(expr, d)
		if err != nil {
			_ = checkError(t, expr, d, err)
		} else {
			checkCanonical(t, s)
			if s.Describe() == "" || s.String() != expr {
				t.Fatalf("%q: String %q, Describe %q", expr, s, s.Describe())
			}
		}
		job, err := cron.ParseJob(expr)
		if err == nil && job.Kind() != cron.Cron {
			t.Fatalf("%q is taken as a job", expr)
		}
		if err != nil {
			if e := checkError(t, expr, d, err); e.Suggestion != "" {
				if _, err := cron.ParseJob(e.Suggestion); err != nil {
					t.Fatalf("%q: suggestion %q for a job: %v", expr, e.Suggestion, err)
				}
			}
		}
	}
}

func tryNext(t *testing.T, expr string, unix int64, zone uint16) {
	s, err := cron.Parse(expr, cron.Scheduler)
	if err != nil {
		return
	}
	// Some thousand years, on which time.Time itself can be relied.
	at := time.Unix(unix%100_000_000_000, unix%1_000_000_000)
	loc := fuzzZones()[int(zone)%len(dstZones)]
	if s.Kind() == cron.Cron {
		checkSteps(t, s, at, loc)
	}
	upcoming.Warnings(s, time.Now(), loc)
	for _, o := range upcoming.Occurrences(s, at, 3, loc) {
		if o.Wall == "" || o.Time.IsZero() {
			t.Fatalf("%s: %+v", s, o)
		}
	}
}

// fuzzZones are dstZones, read once.
var fuzzZones = sync.OnceValue(func() []*time.Location {
	var zones []*time.Location
	for _, zone := range dstZones {
		loc, err := timezone.Load(zone.name)
		if err != nil {
			panic(err)
		}
		zones = append(zones, loc)
	}
	return zones
})

// TestFuzz runs the fuzz targets on mutated expressions, the same on each run.
func TestFuzz(t *testing.T) {
	t.Parallel()
	const rounds = 20_000
	r := seeded(3)
	parsed := 0
	for range rounds {
		expr := mistakes[r.IntN(len(mistakes))].expr
		if r.IntN(2) == 0 {
			expr = randomCron(r)
		}
		for range r.IntN(4) {
			expr = mutate(r, expr)
		}
		tryParse(t, expr)
		tryNext(t, expr, r.Int64(), uint16(r.Uint32()))
		if _, err := cron.Parse(expr, cron.Scheduler); err == nil {
			parsed++
		}
		if t.Failed() {
			t.Fatalf("with %q", expr)
		}
	}
	t.Logf("%d of %d texts were valid", parsed, rounds)
	if parsed < rounds/20 || parsed > rounds*19/20 {
		t.Error("the mutations are too wild or too tame")
	}
}

// mutate inserts, deletes, doubles or swaps something.
func mutate(r *rand.Rand, text string) string {
	pieces := []string{
		"*", "?", "/", "-", ",", "#", "L", "W", "LW", " ", "0", "1", "7", "31", "60", "2199", "SUN", "dec", "FRIDAY",
		"(", ")", "cron(", "rate(", "at(", "@daily", "minutes", "T", "Z", ":", "\t", "\n", "é", "\x00", "\xff", "ſ", "９",
	}
	i := r.IntN(len(text) + 1)
	switch j := i + r.IntN(len(text)+1-i); r.IntN(4) {
	case 0:
		return text[:i] + pieces[r.IntN(len(pieces))] + text[i:]
	case 1:
		return text[:i] + text[j:]
	case 2:
		return text[:j] + text[i:j] + text[j:]
	}
	fields := strings.Split(text, " ")
	a, b := r.IntN(len(fields)), r.IntN(len(fields))
	fields[a], fields[b] = fields[b], fields[a]
	return strings.Join(fields, " ")
}
