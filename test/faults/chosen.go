package faults

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Names are all campaigns. docs/reliability.md says of each what it does.
var Names = []string{
	"s3", "kills-postgres", "kills-mariadb", "kills-mysql", "kills-sweep", "kills-message",
	"database-postgres", "database-mariadb", "database-mysql", "restart-postgres", "restart-mariadb", "restart-mysql",
	"time", "time-lost", "clocks", "delivery", "delivery-2000", "delivery-processes", "athena", "messages", "bounds",
}

// campaignVariable has the name of a campaign, or the first word of some. Empty is all.
const campaignVariable = "TALLY_FAULTS_CAMPAIGN"

// Choose skips a test if nobody asked for one of its campaigns.
func Choose(t *testing.T, names ...string) {
	t.Helper()
	if !slices.ContainsFunc(names, chosen) {
		t.Skip("somebody asked for another campaign")
	}
}

// chosen tells whether a campaign was asked for: by its name or, if that is no campaign's, by
// its first word.
func chosen(name string) bool {
	asked := os.Getenv(campaignVariable)
	return asked == "" || asked == name || !slices.Contains(Names, asked) && strings.HasPrefix(name, asked+"-")
}

// CheckChoice is an error if what somebody asked for cannot be: a campaign that there is not, or
// a seed or a number of runs that is none.
func CheckChoice() error {
	var problems []error
	if !slices.ContainsFunc(Names, chosen) {
		problems = append(problems, fmt.Errorf("CAMPAIGN: there is no %s; write one of %s", os.Getenv(campaignVariable), strings.Join(Names, ", ")))
	}
	if _, err := seedGiven(os.Getenv); err != nil {
		problems = append(problems, err)
	}
	if _, err := runsGiven(os.Getenv); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// The variables that "make faults" sets.
const (
	fullVariable = "TALLY_FAULTS"      // full: the full size; else the short form
	seedVariable = "TALLY_FAULTS_SEED" // the first seed
	runsVariable = "TALLY_FAULTS_RUNS" // how many runs each campaign makes
)

// seedGiven is the seed that somebody asked for; nil if nobody did.
func seedGiven(variable func(string) string) (*uint64, error) {
	text := variable(seedVariable)
	if text == "" {
		return nil, nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("SEED: %q is no seed; write a whole number, such as SEED=7", text)
	}
	return &seed, nil
}

// runsGiven is the number of runs that somebody asked for; 0 if nobody did.
func runsGiven(variable func(string) string) (int, error) {
	text := variable(runsVariable)
	if text == "" {
		return 0, nil
	}
	runs, err := strconv.Atoi(text)
	if err != nil || runs < 1 {
		return 0, fmt.Errorf("RUNS: %q is no number of runs; write 1 or more", text)
	}
	return runs, nil
}
