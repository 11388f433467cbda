package cron

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fields of rate(value unit) as errors name them.
var (
	rateValue = &field{name: "value"}
	rateUnit  = &field{name: "unit"}
)

const (
	dayLength = 24 * time.Hour
	week      = 7 * dayLength
	// longestRate bounds what AWS leaves open, far below an overflow.
	longestRate = 100 * 365 * dayLength
)

// unit is a unit of time. A month or a year has no fixed length.
type unit struct {
	name   string // AWS's, in singular; empty if AWS does not have it
	length time.Duration
	words  string // by which people call it
}

var units = []unit{
	{"day", dayLength, "day days"}, {"hour", time.Hour, "hour hours"}, {"minute", time.Minute, "minute minutes"},
	{"", time.Second, "s sec secs second seconds"}, {"", time.Minute, "m min mins"}, {"", time.Hour, "h hr hrs"},
	{"", dayLength, "d"}, {"", week, "w week weeks"},
}

// unitOf returns the unit of a word in any case, without length if there is none.
func unitOf(word string) unit {
	for _, u := range units {
		if slices.Contains(strings.Fields(u.words), strings.ToLower(word)) {
			return u
		}
	}
	return unit{}
}

// parseRate reads "value unit". One takes the singular, more the plural.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-rate-expressions
func parseRate(body token) (time.Duration, *fault) {
	words := body.words()
	if len(words) != 2 {
		return 0, rateShape(body, words)
	}
	value, word := words[0].as(rateValue), words[1].as(rateUnit)
	unit := unitOf(word.text())
	n, ok := number(value.text())
	switch {
	case unit.name == "":
		fault := word.fault("%q is not minutes, hours or days", word.text())
		if ok && unit.length > 0 && time.Duration(n) <= longestRate/unit.length {
			// Rounded up: nothing fires more often than every minute.
			fault.write(body.withRate(time.Duration(n)*unit.length + time.Minute - 1))
		}
		return 0, fault
	case !ok:
		fault := value.fault("%q is not a whole number above 0", value.text())
		f, err := strconv.ParseFloat(strings.TrimLeft(value.text(), "+-"), 64)
		if err == nil && f > 0 && f <= float64(longestRate/unit.length) {
			fault.write(body.withRate(time.Duration(f * float64(unit.length))))
		}
		return 0, fault
	case n == 0:
		return 0, body.as(rateValue).fault("0 is no interval, the least is 1").replace("1 " + unit.name)
	case time.Duration(n) > longestRate/unit.length:
		return 0, value.fault("%s %ss are more than 100 years", value.text(), unit.name)
	}
	want := unit.name
	if n > 1 {
		want += "s"
	}
	if word.text() != want {
		return 0, word.fault("%d takes %q, not %q", n, want, word.text()).replace(want)
	}
	return time.Duration(n) * unit.length, nil
}

// withRate returns the expression with the whole minutes of an interval, at least one,
// in place of the token.
func (t token) withRate(interval time.Duration) string {
	return t.with(intervalWords(max(interval.Truncate(time.Minute), time.Minute)))
}

// rateShape explains rate(), rate(5) and rate(5minutes).
func rateShape(body token, words line) *fault {
	if len(words) == 1 {
		text := words[0].text()
		value := leadingDigits(text)
		n, ok := number(value)
		switch word := text[len(value):]; {
		case ok && word == "":
			return &fault{body.as(rateUnit), "the unit is missing: minutes, hours or days", body.withRate(time.Duration(n) * time.Minute)}
		case ok && unitOf(word).length > 0:
			return body.fault("a blank is missing between value and unit").replace(value + " " + word)
		}
	}
	return body.fault("a rate has a value and a unit, as in rate(5 minutes)")
}

// intervalWords writes an interval of whole minutes in the largest unit that fits.
func intervalWords(interval time.Duration) string {
	for _, u := range units {
		if interval == u.length {
			return "1 " + u.name
		}
		if interval%u.length == 0 {
			return strconv.FormatInt(int64(interval/u.length), 10) + " " + u.name + "s"
		}
	}
	return ""
}
