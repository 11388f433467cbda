package faults

import (
	"strings"
	"testing"
)

func TestSeeds(t *testing.T) {
	campaign := Campaign{Name: "s3", Short: 20, Full: 2000}
	for _, test := range []struct {
		name      string
		variables map[string]string
		first     uint64
		runs      int
		says      string
	}{
		{"make test", nil, 1, 20, ""},
		{"make faults", map[string]string{fullVariable: "full"}, fullSeed, 2000, ""},
		{"one run again", map[string]string{fullVariable: "full", campaignVariable: "s3", seedVariable: "7"}, 7, 1, ""},
		{"all runs again", map[string]string{fullVariable: "full", seedVariable: "7"}, 7, 2000, ""},
		{"some runs from a seed", map[string]string{fullVariable: "full", seedVariable: "7", runsVariable: "100"}, 7, 100, ""},
		{"no runs", map[string]string{runsVariable: "0"}, 0, 0, `RUNS: "0" is no number of runs`},
		{"fewer", map[string]string{runsVariable: "-3"}, 0, 0, `RUNS: "-3" is no number of runs`},
		{"a word", map[string]string{seedVariable: "abc"}, 0, 0, `SEED: "abc" is no seed`},
	} {
		t.Run(test.name, func(t *testing.T) {
			first, runs, err := campaign.seeds(func(name string) string { return test.variables[name] })
			if test.says != "" {
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Fatalf("got %v, want an error with %s", err, test.says)
				}
				return
			}
			if err != nil || first != test.first || runs != test.runs {
				t.Errorf("got %d runs from seed %d, %v; want %d from %d", runs, first, err, test.runs, test.first)
			}
		})
	}
}

func TestChosen(t *testing.T) {
	for asked, want := range map[string]string{
		"":              strings.Join(Names, " "),
		"time":          "time",
		"kills":         "kills-postgres kills-mariadb kills-mysql kills-sweep kills-message",
		"delivery-2000": "delivery-2000",
	} {
		t.Setenv(campaignVariable, asked)
		var got []string
		for _, name := range Names {
			if chosen(name) {
				got = append(got, name)
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("CAMPAIGN=%s takes %s, want %s", asked, got, want)
		}
	}
	t.Setenv(campaignVariable, "nonsense")
	t.Setenv(runsVariable, "-3")
	err := CheckChoice()
	for _, want := range []string{"there is no nonsense", `RUNS: "-3"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
