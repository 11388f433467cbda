package contract_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
)

func TestSame(t *testing.T) {
	lines := func() contract.Lines {
		from := slot.Add(-time.Hour)
		return contract.Lines{
			AllRows: []contract.Record{
				{CaseName: "paid", Groups: contract.Groups{}, Count: new(int64(3)), Status: contract.StatusOK, WindowFrom: &from, WindowTo: &slot, Revision: 1, JobSHA256: "ab"},
				{CaseName: "bad", Groups: contract.Groups{}, Status: contract.StatusFailed, Message: "no column", Revision: 1, JobSHA256: "ab"},
				{CaseName: "other", Groups: contract.Groups{}, Count: new(int64(9)), Status: contract.StatusOK, Revision: 1, JobSHA256: "ab"},
			},
			Groups: []contract.GroupCounts{
				{Groups: contract.Groups{"country": new("KR")}, Counts: []int64{1, 0, 4}},
				{Groups: contract.Groups{"country": nil}, Counts: []int64{2, 0, 5}},
			},
		}
	}
	for _, test := range []struct {
		name   string
		change func(*contract.Lines)
		want   bool
	}{
		{"nothing", func(*contract.Lines) {}, true},
		{"when and why", func(l *contract.Lines) {
			for i := range l.AllRows {
				l.AllRows[i].CountedAt, l.AllRows[i].Late, l.AllRows[i].Revision = slot.Add(time.Hour), true, 2
				l.AllRows[i].Origin, l.AllRows[i].Reason, l.AllRows[i].Message = contract.OriginRecount, "late rows", "there is no column"
			}
		}, true},
		{"a count", func(l *contract.Lines) { *l.AllRows[0].Count = 4 }, false},
		{"a group's count", func(l *contract.Lines) { l.Groups[1].Counts[0] = 3 }, false},
		{"a group's count of another case", func(l *contract.Lines) { l.Groups[1].Counts[2] = 2 }, false},
		{"the window's end in another zone", func(l *contract.Lines) { l.AllRows[0].WindowTo = new(slot.In(time.FixedZone("", 9*3600))) }, true},
		{"a group's value", func(l *contract.Lines) { l.Groups[1].Groups["country"] = new("") }, false},
		{"a group more", func(l *contract.Lines) { l.Groups = append(l.Groups, l.Groups[0]) }, false},
		{"a group less", func(l *contract.Lines) { l.Groups = l.Groups[:1] }, false},
		{"a case less", func(l *contract.Lines) { l.AllRows, l.Groups = l.AllRows[:1], nil }, false},
		{"a status", func(l *contract.Lines) { l.AllRows[1].Count, l.AllRows[1].Status = new(int64), contract.StatusOK }, false},
		{"the window", func(l *contract.Lines) { l.AllRows[0].WindowFrom = &slot }, false},
		{"no window", func(l *contract.Lines) { l.AllRows[0].WindowFrom = nil }, false},
		{"the definition", func(l *contract.Lines) { l.AllRows[0].JobSHA256 = "cd" }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			stored, err := contract.EncodeRecords(lines().Records())
			if err != nil {
				t.Fatal(err)
			}
			now := lines()
			test.change(&now)
			if same, err := now.Same(strings.NewReader(string(stored))); err != nil || same != test.want {
				t.Errorf("got %t (%v)", same, err)
			}
		})
	}
	// A recount would store a revision that says the same as the one before.
	for _, noRecord := range []string{"{", ""} {
		if _, err := lines().Same(strings.NewReader(noRecord)); err == nil {
			t.Errorf("%q is no record, and has no error", noRecord)
		}
	}
}
