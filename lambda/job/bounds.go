package job

import (
	"slices"
	"strings"
)

// exceptKey is the key of checks that is no case.
const exceptKey = "except"

// CheckChecks reports bounds of the job's checks that do not fit together, and cases of
// written that the job does not have. These are what a file says: the job's checks, or those
// of an environment that are among them.
func (j Job) CheckChecks(written Checks, report report) {
	names := j.CaseNames()
	if slices.Contains(names, exceptKey) && (len(written.Cases) > 0 || len(written.Except) > 0) {
		report("cases."+exceptKey, "cannot be checked: %s in checks is a list of days; write another name", exceptKey)
	}
	for _, name := range written.Cases.Keys() {
		if !slices.Contains(names, name) {
			report("checks."+name, "job %s has no case %q; write one of %s", j.Name, name, strings.Join(names, ", "))
		}
	}
	for _, entry := range j.Checks.Cases {
		entry.Value.check(func(field, format string, args ...any) {
			report("checks."+entry.Key+field, format, args...)
		})
	}
}

func (c Check) check(report report) {
	compares := c.MaxDrop != "" || c.MaxRise != ""
	switch {
	case compares && c.Baseline == "":
		report(".baseline", "is missing; write baseline: %s, or %s", BaselinePrevious, BaselineSameWeekday)
	case !compares && c.Baseline != "":
		report(".baseline", "is compared with nothing; write max_drop or max_rise too, or leave it out")
	case !compares && c.MinBaseline != nil:
		report(".min_baseline", "limits nothing; write max_drop or max_rise too, or leave it out")
	case !compares && c.Min == nil && c.Max == nil:
		report("", "has no bound; write min, max, max_drop or max_rise, or leave the case out")
	}
	if c.Min != nil && c.Max != nil && *c.Min > *c.Max {
		report(".min", "is %d, above max, which is %d; no count passes both", *c.Min, *c.Max)
	}
}
