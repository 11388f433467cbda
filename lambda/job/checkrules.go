package job

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/pattern"
	"tally/lambda/strictyaml"
)

// maxBound is the largest number that a bound may be. Every reader of JSON takes it as it is.
const maxBound = 1_000_000_000_000_000

// partOfAll is a percentage below 100%.
const partOfAll = `[0-9]{1,2}(\.[0-9]{1,2})?%`

var (
	datePattern = pattern.New(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)
	dropPattern = pattern.New(`^` + partOfAll + `$`)
	risePattern = pattern.New(`^[0-9]{1,5}(\.[0-9]{1,2})?%$`)
	// withinPattern allows percentages of the larger count, which is never farther away than 100%.
	withinPattern = pattern.New(`^(` + partOfAll + `|[0-9]{1,15})$`)

	sideRule = strictyaml.Match(`^[a-z][a-z0-9_-]{0,62}\.[a-z][a-z0-9_-]{0,62}$`, "a job and its case, such as daily-orders.paid")
)

// CheckRules are the rules of a job's checks at that key, in the jobs file or in an
// environment's.
func CheckRules(at string) strictyaml.Rules {
	bound := strictyaml.Rule{Max: maxBound}
	return strictyaml.Rules{
		at + ".except":         {Twice: "keep one"},
		at + ".except.*":       {Pattern: datePattern, Check: checkDate},
		at + ".*.min":          bound,
		at + ".*.max":          bound,
		at + ".*.min_baseline": bound,
		at + ".*.max_drop":     percentRule(dropPattern, "one below 100%"),
		at + ".*.max_rise":     percentRule(risePattern, "one below 100000%"),
		at + ".*.baseline":     {OneOf: strictyaml.Values(BaselinePrevious, BaselineSameWeekday), Is: "a baseline"},
	}
}

func percentRule(allowed *pattern.Pattern, write string) strictyaml.Rule {
	return strictyaml.Rule{Pattern: allowed, Digits: true, Check: checkSign, Is: "a percentage", Write: write + " with at most two decimals, such as 50%"}
}

// checkSign refuses a number without %, which some mean as a percentage and some as a part: 50
// or 0.5, and one with a blank, as people write it. The rule's pattern refuses all else.
func checkSign(text string) error {
	if number, blank := strings.CutSuffix(text, " %"); blank {
		return fmt.Errorf("%q has a blank; write %s%%", text, strings.TrimSpace(number))
	}
	number, noNumber := strconv.ParseFloat(text, 64)
	if noNumber == nil && number >= 0 && number <= maxBound {
		if number < 1 {
			number *= 100
		}
		return fmt.Errorf("%s has no %%; write %v%%", text, math.Round(number*100)/100)
	}
	return nil
}

func checkDate(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q is no date; write a day that exists, such as 2026-12-25", text)
	}
	return nil
}

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

// readOff reads the one word that may stand for checks in an environment file.
func readOff(off *bool, word, instead string) error {
	if word != "off" {
		return fmt.Errorf("%q is not off; write off, or %s", word, instead)
	}
	*off = true
	return nil
}

// UnmarshalScalar reads "checks: off".
func (o *CheckOverrides) UnmarshalScalar(word string) error {
	return readOff(&o.Off, word, "jobs with their checks, such as daily-orders: off")
}

// UnmarshalScalar reads "daily-orders: off".
func (c *Checks) UnmarshalScalar(word string) error {
	return readOff(&c.Off, word, "cases with their bounds, such as total: {min: 1}")
}

// UnmarshalScalar reads "paid: off".
func (c *Check) UnmarshalScalar(word string) error {
	return readOff(&c.Off, word, "bounds, such as {min: 1}")
}
