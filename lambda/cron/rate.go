package cron

import (
	"strconv"
	"strings"
	"time"
)

// Fields of rate(value unit) as errors name them.
var (
	rateValue = &field{name: "value"}
	rateUnit  = &field{name: "unit"}
)

const dayLength = 24 * time.Hour

// rateUnits are the units of AWS, in singular.
var rateUnits = []struct {
	name string
	unit time.Duration
}{
	{"minute", time.Minute}, {"hour", time.Hour}, {"day", dayLength},
}

// longestRate bounds what AWS leaves open, far below an overflow.
const longestRate = 100 * 365 * dayLength

// parseRate reads "value unit". One takes the singular, more the plural.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-rate-expressions
func parseRate(body token) (time.Duration, *fault) {
	words := body.words()
	if len(words) != 2 {
		return 0, rateShape(body, words)
	}
	value, unit := words[0], words[1]
	singular, length := unitOf(unit.text())
	if length == 0 {
		return 0, foreignUnit(body, value, unit)
	}
	n, ok := number(value.text())
	switch {
	case !ok:
		return 0, notInteger(body, value, length)
	case n == 0:
		return 0, body.fault(rateValue, "1 "+singular, "0 is no interval, the least is 1")
	case time.Duration(n) > longestRate/length:
		return 0, value.hopeless(rateValue, "%s %ss are more than 100 years", value.text(), singular)
	}
	want := singular
	if n > 1 {
		want += "s"
	}
	if unit.text() != want {
		return 0, unit.fault(rateUnit, want, "%d takes %q, not %q", n, want, unit.text())
	}
	return time.Duration(n) * length, nil
}

// unitOf returns the singular and the length of a unit of AWS, in any case and
// number.
func unitOf(text string) (string, time.Duration) {
	for _, u := range rateUnits {
		if isWord(text, u.name, u.name+"s") {
			return u.name, u.unit
		}
	}
	return "", 0
}

// foreignUnits are what other tools have; a month or a year has no length.
var foreignUnits = []struct {
	names string
	unit  time.Duration
}{
	{"s sec secs second seconds", time.Second}, {"m min mins", time.Minute}, {"h hr hrs", time.Hour},
	{"d", dayLength}, {"w week weeks", 7 * dayLength},
}

// anyUnit returns the length of a unit of AWS or of other tools, or 0.
func anyUnit(text string) time.Duration {
	if _, length := unitOf(text); length > 0 {
		return length
	}
	for _, u := range foreignUnits {
		if isWord(text, strings.Fields(u.names)...) {
			return u.unit
		}
	}
	return 0
}

func foreignUnit(body, value, unit token) *fault {
	fault := unit.hopeless(rateUnit, "%q is not minutes, hours or days", unit.text())
	n, ok := number(value.text())
	if length := anyUnit(unit.text()); ok && length > 0 && time.Duration(n) <= longestRate/length {
		// Rounded up, because nothing fires more often than every minute.
		whole := (time.Duration(n)*length + time.Minute - 1).Truncate(time.Minute)
		fault.fix = body.with(rateBody(max(whole, time.Minute)))
	}
	return fault
}

// notInteger explains -5, 1.5 or "five".
func notInteger(body, value token, unit time.Duration) *fault {
	fault := value.hopeless(rateValue, "%q is not a whole number above 0", value.text())
	f, err := strconv.ParseFloat(strings.TrimLeft(value.text(), "+-"), 64)
	if err == nil && f > 0 && f <= float64(longestRate/unit) {
		interval := time.Duration(f * float64(unit)).Truncate(time.Minute)
		fault.fix = body.with(rateBody(max(interval, time.Minute)))
	}
	return fault
}

// rateShape explains rate(), rate(5) and rate(5minutes).
func rateShape(body token, words []token) *fault {
	fault := body.hopeless(wholeField, "a rate has a value and a unit, as in rate(5 minutes)")
	if len(words) != 1 {
		return fault
	}
	text := words[0].text()
	digits := text[:len(text)-len(strings.TrimLeft(text, "0123456789"))]
	n, ok := number(digits)
	unit := text[len(digits):]
	switch {
	case !ok:
	case unit == "":
		fault.field, fault.message = rateUnit.name, "the unit is missing: minutes, hours or days"
		fault.fix = body.with(rateBody(time.Duration(max(n, 1)) * time.Minute))
	case anyUnit(unit) > 0:
		fault.message = "a blank is missing between value and unit"
		fault.fix = body.with(digits + " " + unit)
	}
	return fault
}

// rateOf writes an interval of whole minutes in the largest unit that fits.
func rateOf(interval time.Duration) string { return "rate(" + rateBody(interval) + ")" }

func rateBody(interval time.Duration) string {
	for i := len(rateUnits) - 1; i >= 0; i-- {
		if u := rateUnits[i]; interval%u.unit == 0 {
			n := int64(interval / u.unit)
			if n == 1 {
				return "1 " + u.name
			}
			return strconv.FormatInt(n, 10) + " " + u.name + "s"
		}
	}
	return ""
}
