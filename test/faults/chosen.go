package faults

import (
	"fmt"
	"os"
	"slices"
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

func chosen(name string) bool {
	asked := os.Getenv(campaignVariable)
	return asked == "" || asked == name || strings.HasPrefix(name, asked+"-")
}

// CheckChoice is an error if there is no campaign of the name that somebody asked for.
func CheckChoice() error {
	if !slices.ContainsFunc(Names, chosen) {
		return fmt.Errorf("CAMPAIGN: there is no %s; write one of %s", os.Getenv(campaignVariable), strings.Join(Names, ", "))
	}
	return nil
}
