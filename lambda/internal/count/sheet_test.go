package count_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

func grouped(limit int, columns ...string) job.Job {
	return job.Job{
		Name: "daily", GroupBy: columns, MaxGroups: limit,
		Cases: strictyaml.Map[job.Condition]{{Key: "b", Value: "1 = 1"}, {Key: "a", Value: "1 = 2"}},
	}
}

func TestSheet(t *testing.T) {
	sheet := count.NewSheet(grouped(0, "x", "y"))
	sheet.All[0], sheet.All[1] = 5, 9 // 9 are what was counted until it failed
	meet := func(n int64, x, y *string) {
		t.Helper()
		counts, err := sheet.Group([]*string{x, y})
		if err != nil {
			t.Fatal(err)
		}
		counts[0] += n
	}
	// Values that would be the same if they were only joined.
	meet(1, new("b"), nil)
	meet(2, nil, new("b"))
	meet(3, new(""), nil)
	meet(4, new("a\x00\x00t"), new(""))
	meet(5, new("a"), new("\x00\x00t"))
	meet(6, nil, nil)
	meet(7, new("atb"), nil)
	meet(8, new("a"), new("bu"))
	meet(10, new("b"), nil)
	sheet.Fail("a", count.Permanentf("bad"))

	var got []string
	for _, line := range sheet.Lines() {
		text := fmt.Sprintf("%s %s=%d", shown(line.Groups), line.Case, line.Count)
		if line.Failure != nil {
			text += " " + line.Failure.Error()
		}
		if line.Case == "b" || line.Case == "a" && line.Groups == nil {
			got = append(got, text)
		}
	}
	want := []string{
		"all b=5", "all a=0 bad",
		`x="" y=NULL b=3`, `x="a" y="\x00\x00t" b=5`, `x="a" y="bu" b=8`, `x="a\x00\x00t" y="" b=4`, `x="atb" y=NULL b=7`, `x="b" y=NULL b=11`, `x=NULL y="b" b=2`, "x=NULL y=NULL b=6",
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("lines (-want +got):\n%s", difference)
	}
}

func shown(groups contract.Groups) string {
	if groups == nil {
		return "all"
	}
	var words []string
	for _, column := range []string{"x", "y"} {
		if value := groups[column]; value == nil {
			words = append(words, column+"=NULL")
		} else {
			words = append(words, fmt.Sprintf("%s=%q", column, *value))
		}
	}
	return strings.Join(words, " ")
}

func TestTooManyGroupsAreAPermanentFailure(t *testing.T) {
	sheet := count.NewSheet(grouped(2, "x"))
	for i, value := range []string{"a", "b", "a", "c"} {
		_, err := sheet.Group([]*string{&value})
		if i < 3 && err != nil {
			t.Fatal(err)
		}
		if i == 3 && (!count.IsPermanent(err) || !strings.Contains(err.Error(), "more than 2 groups; write a larger max_groups in job daily")) {
			t.Errorf("got %v, want a permanent failure", err)
		}
	}
}

// Values of groups are held in memory. Their number says little about their size.
func TestTooLargeGroupsAreAPermanentFailure(t *testing.T) {
	sheet := count.NewSheet(grouped(100, "x", "y"))
	half := strings.Repeat("v", count.MaxValuesSize/2)
	for i, values := range [][]*string{{&half, nil}, {nil, &half}, {&half, nil}, {nil, nil}, {new(""), nil}} {
		if _, err := sheet.Group(values); err != nil {
			t.Errorf("group %d: %v", i, err)
		}
	}
	_, err := sheet.Group([]*string{new("w"), nil})
	if !count.IsPermanent(err) || !strings.Contains(err.Error(), "group_by x, y: the values of 5 groups take more than 8 MB; group by something shorter") {
		t.Errorf("got %v, want a permanent failure", err)
	}
}
