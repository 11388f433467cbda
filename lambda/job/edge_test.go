package job_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

// A run has a bit for each of 60 cases.
func TestTheCasesOfDistinct(t *testing.T) {
	for cases, want := range map[int]string{60: "", 61: "distinct: counts at most 60 cases in a bucket, and there are 61; write two jobs"} {
		var all strings.Builder
		for i := range cases {
			fmt.Fprintf(&all, "      c%d: amount > %d\n", i, i)
		}
		before, _, _ := strings.Cut(goodRecords, "      paid:")
		_, err := read(t, before+all.String())
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%d cases: got %v, want %q", cases, err, want)
		}
	}
}

func TestAges(t *testing.T) {
	for age, want := range map[job.Age]time.Duration{"6h": 6 * time.Hour, "7d": 7 * 24 * time.Hour, "999d": 999 * 24 * time.Hour, "": 0, "d": 0, "1w": 0, "xd": 0} {
		if got := age.Duration(); got != want {
			t.Errorf("%q is %s, want %s", age, got, want)
		}
	}
}

// What an environment writes replaces what the file has, also by nothing. A job that is off is
// compared on neither side.
func TestOverrides(t *testing.T) {
	file := mustRead(t, compared)
	of := func(name string, checks job.Checks) job.File {
		return file.WithChecks(job.CheckOverrides{Jobs: strictyaml.Map[job.Checks]{{Key: name, Value: checks}}})
	}
	for _, test := range []struct {
		name        string
		file        job.File
		days, pairs int
	}{
		{"the file alone", file.WithChecks(job.CheckOverrides{}), 1, 1},
		{"nothing is said of days", of("orders", job.Checks{}), 1, 1},
		{"no days", of("orders", job.Checks{Except: []string{}}), 0, 1},
		{"the left side is off", of("orders", job.Checks{Off: true}), 0, 0},
		{"the right side is off", of("orders-log", job.Checks{Off: true}), 1, 0},
	} {
		if days, compared := len(test.file.Jobs[0].Checks.Except), len(test.file.Reconcile); days != test.days || compared != test.pairs {
			t.Errorf("%s: %d days are left out and %d pairs compared, want %d and %d", test.name, days, compared, test.days, test.pairs)
		}
	}
}

// A summary may come every hour.
func TestSummaries(t *testing.T) {
	for schedule, good := range map[string]bool{"cron(0 * * * ? *)": true, "cron(0,59 8 * * ? *)": false} {
		if _, err := read(t, strings.Replace(compared, "{schedule: cron(0 8 * * ? *)", "{schedule: \""+schedule+"\"", 1)); (err == nil) != good {
			t.Errorf("%s: %v", schedule, err)
		}
	}
}
