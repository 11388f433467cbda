package s3source

import (
	"errors"
	"strings"
	"time"

	"tally/lambda/pattern"
)

// errNoTime is the error about a text that is no time. It shows the forms that are.
var errNoTime = errors.New("the window's column is no time such as 2026-11-25T09:30:00Z; seconds, their fractions and the zone may be missing, " +
	"the zone may also be +09:00, +0900, +09 or UTC, and the date 2026/11/25 or 25/Nov/2026:09:30:00; write column_format for another form")

// errAmbiguous is about a date whose month is not told from its day.
var errAmbiguous = errors.New("the window's column has dates such as 01/02/2026, which may be of January or February; write column_format: dd/MM/yyyy HH:mm:ss, or MM/dd/yyyy HH:mm:ss, as they are")

var ambiguous = pattern.New(`^\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}`)

// parseTime reads a time as most programs write it: ISO 8601, RFC 3339 and what they make of
// these, and the time of Apache's and S3's logs. Without a zone it is what clocks show, as a
// time in UTC.
func parseTime(text string) (at time.Time, zoned bool, err error) {
	t := timeText{text: strings.TrimRight(text, " ")}
	if inner, opened := strings.CutPrefix(t.text, "["); opened {
		t.text = strings.TrimSuffix(inner, "]")
	}
	year, month, day := t.date()
	var hour, minute, second, nanosecond int
	if !t.wrong && t.text != "" {
		t.one("Tt :")
		hour = t.number(2)
		t.one(":")
		minute = t.number(2)
		if t.maybe(":") {
			second = t.number(2)
			if t.maybe(".,") {
				nanosecond = t.fraction()
			}
		}
		zoned = t.text != ""
	}
	offset := t.zone()
	at = time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, time.UTC)
	if t.wrong || month > 12 || hour > 23 || minute > 59 || second > 59 || at.Day() != day || month < 1 {
		if ambiguous.MatchString(text) {
			return time.Time{}, false, errAmbiguous
		}
		return time.Time{}, false, errNoTime
	}
	return at.Add(-offset), zoned, nil
}

// timeText is the rest of a time that is being read.
type timeText struct {
	text  string
	wrong bool
}

// number reads a number of that many digits.
func (t *timeText) number(digits int) (number int) {
	if len(t.text) < digits {
		t.wrong = true
		return 0
	}
	for i := range digits {
		digit := t.text[i] - '0'
		t.wrong = t.wrong || digit > 9
		number = 10*number + int(digit)
	}
	t.text = t.text[digits:]
	return number
}

// maybe reads one of some characters, if the next one is.
func (t *timeText) maybe(characters string) bool {
	is := t.text != "" && strings.IndexByte(characters, t.text[0]) >= 0
	if is {
		t.text = t.text[1:]
	}
	return is
}

func (t *timeText) one(characters string) { t.wrong = !t.maybe(characters) || t.wrong }

// date reads 2026-11-25, 2026/11/25 or 25/Nov/2026.
func (t *timeText) date() (year, month, day int) {
	if len(t.text) > 3 && t.text[2] == '/' {
		day = t.number(2)
		t.one("/")
		name, rest, _ := strings.Cut(t.text, "/")
		if at, err := time.Parse("Jan", name); err == nil {
			month = int(at.Month())
		}
		t.text = rest
		return t.number(4), month, day
	}
	separator := "-"
	if len(t.text) > 4 && t.text[4] == '/' {
		separator = "/"
	}
	year = t.number(4)
	t.one(separator)
	month = t.number(2)
	t.one(separator)
	return year, month, t.number(2)
}

// fraction reads the digits after the seconds. What is below a nanosecond is left out.
func (t *timeText) fraction() (nanoseconds int) {
	digits := 0
	for ; t.text != "" && t.text[0]-'0' <= 9; digits++ {
		if digits < 9 {
			nanoseconds = 10*nanoseconds + int(t.text[0]-'0')
		}
		t.text = t.text[1:]
	}
	t.wrong = t.wrong || digits == 0
	for ; digits < 9; digits++ {
		nanoseconds *= 10
	}
	return nanoseconds
}

// zone reads what is left: nothing, Z, UTC, or an offset, perhaps after blanks.
func (t *timeText) zone() time.Duration {
	t.text = strings.TrimLeft(t.text, " ")
	switch {
	case t.text == "", strings.EqualFold(t.text, "Z"), t.text == "UTC", t.text == "GMT":
		return 0
	}
	sign := time.Duration(1)
	if t.text[0] == '-' {
		sign = -1
	}
	t.one("+-")
	offset := time.Duration(t.number(2)) * time.Hour
	if t.text != "" {
		t.maybe(":")
		minutes := t.number(2)
		t.wrong = t.wrong || minutes > 59
		offset += time.Duration(minutes) * time.Minute
	}
	t.wrong = t.wrong || t.text != "" || offset >= 24*time.Hour
	return sign * offset
}
