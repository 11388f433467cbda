package report

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// TestMarksAreDocumented compares the marks with the table of docs/report.md.
func TestMarksAreDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/report.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, icon := range icons {
		if row := fmt.Sprintf("| `%s` | %s |\n", icon.Kind, icon.Meaning); !strings.Contains(string(page), row) {
			t.Errorf("docs/report.md has no row %s", row)
		}
	}
	if rows := strings.Count(string(page), "\n| `"); rows != len(icons) {
		t.Errorf("docs/report.md has %d marks, the report %d", rows, len(icons))
	}
}

// Cases that failed for one reason share it.
func TestFailures(t *testing.T) {
	line := func(name, code, message string) contract.Record {
		return contract.Record{CaseName: name, Status: contract.StatusFailed, Code: code, Message: message}
	}
	slot := history.Slot{State: history.Failed, Revision: 1, Lines: []contract.Record{
		line("paid", "57014", "canceled"), line("open", "", "took too long"), {CaseName: "total", Status: contract.StatusOK},
		line("lost", "57014", "canceled"), line("none", "", ""),
	}}
	want := "[{failed paid, lost: 57014 canceled} {failed open: took too long} {failed none}]"
	if got := fmt.Sprint(marksOf(slot)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
