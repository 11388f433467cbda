package job

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// TimeFormat reads times as a window's column_format describes them.
type TimeFormat struct {
	layout string // of Go
	Zoned  bool   // the times say their zone
}

// Parse reads a time. Without a zone it is what clocks show, as a time in UTC.
func (f TimeFormat) Parse(text string) (time.Time, error) { return time.Parse(f.layout, text) }

// timeLetters are the parts of a format, as Java and Unicode write them, and as Go does.
var timeLetters = map[string]string{
	"yyyy": "2006", "MMM": "Jan", "MM": "01", "M": "1", "dd": "02", "d": "2", "HH": "15", "H": "15", "hh": "03", "h": "3",
	"mm": "04", "m": "4", "ss": "05", "s": "5", "a": "PM", "Z": "-0700", "XXX": "Z07:00", "'T'": "T", "T": "T",
}

// ParseTimeFormat reads a format such as "dd/MM/yyyy HH:mm:ss". Fractions of seconds may
// follow the seconds of a time, whatever the format says.
func ParseTimeFormat(text string) (TimeFormat, error) {
	if strings.Contains(text, "%") {
		return TimeFormat{}, errors.New("is written as for strftime; write dd/MM/yyyy HH:mm:ss, say")
	}
	var format TimeFormat
	has := map[byte]bool{}
	for rest := text; rest != ""; {
		size := 1
		for size < len(rest) && rest[size] == rest[0] {
			size++
		}
		if strings.HasPrefix(rest, "'T'") {
			size = len("'T'")
		}
		part := rest[:size]
		written, known := timeLetters[part]
		switch {
		case known && has[part[0]]:
			return TimeFormat{}, fmt.Errorf("has %q twice, of which M is the month and m the minute; write each part once", part[:1])
		case known:
			has[part[0]] = true
			format.Zoned = format.Zoned || part == "Z" || part == "XXX"
		case strings.Trim(part, " /-.:,;|") == "":
			written = part
		default:
			return TimeFormat{}, fmt.Errorf("%q is no part of a time; write yyyy, MM, MMM, dd, HH, mm and ss, hh and a for 12 hours, Z for +0900 or XXX for +09:00", part)
		}
		format.layout += written
		rest = rest[size:]
	}
	switch {
	case !has['y'] || !has['M'] || !has['d']:
		return TimeFormat{}, errors.New("lacks the date; write yyyy, MM and dd, too")
	case has['h'] != has['a'] || has['h'] && has['H']:
		return TimeFormat{}, errors.New("has hours of which nobody knows the half of the day; write HH for 24 hours, or hh and a for 12")
	case has['s'] && !has['m'] || has['m'] && !has['H'] && !has['h']:
		return TimeFormat{}, errors.New("has minutes or seconds without the hour; write HH:mm:ss")
	}
	return format, nil
}

// PerSecond is how many units of the column make a second: 1 or 1000.
func (c ColumnType) PerSecond() int64 {
	if c == EpochMillis {
		return 1000
	}
	return 1
}

// Other is the other type.
func (c ColumnType) Other() ColumnType {
	if c == EpochMillis {
		return EpochSeconds
	}
	return EpochMillis
}

// Likely is the range of likely values, in the column's unit: times from 1990 until ten
// years after the window. Seconds that are read as milliseconds are smaller, and
// milliseconds that are read as seconds are larger.
func (c ColumnType) Likely(windowEnd time.Time) (from, to int64) {
	first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.Unix() * c.PerSecond(), windowEnd.AddDate(10, 0, 0).Unix() * c.PerSecond()
}

// WrongUnit is the error of a window whose column has likely times only in the other unit.
func (w *Window) WrongUnit() error {
	where := "before 1990"
	if w.ColumnType == EpochSeconds {
		where = "more than ten years ahead"
	}
	return fmt.Errorf("window.column %s: as %s its values lie %s, and nothing would ever be counted; write column_type: %s",
		w.Column, w.ColumnType, where, w.ColumnType.Other())
}
