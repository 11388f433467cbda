package cron

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// misuse is something that people write and EventBridge does not have.
type misuse struct {
	pattern *regexp.Regexp // of the whole text; what its group "at" matches is wrong, else the whole
	says    string         // the message, in which $1 is the first group
	instead string         // what to write in place of the wrong part; "" if nobody can know
}

// misuses makes a table of patterns, messages and what to write instead. The patterns are
// compiled when the first error needs them.
func misuses(rows [][3]string) func() []misuse {
	return sync.OnceValue(func() (table []misuse) {
		for _, row := range rows {
			table = append(table, misuse{pattern(row[0]), row[1], row[2]})
		}
		return table
	})
}

// pattern compiles a pattern of a whole text, in any case.
func pattern(text string) *regexp.Regexp { return regexp.MustCompile("^(?i:" + text + ")$") }

// misused explains the token by the first row of a table that matches, and returns what to
// write instead. The fault is nil if no row matches.
func (t token) misused(table []misuse) (fault *fault, instead string) {
	for _, row := range table {
		group := row.pattern.FindStringSubmatchIndex(t.text())
		if group == nil {
			continue
		}
		expand := func(template string) string {
			return string(row.pattern.ExpandString(nil, template, t.text(), group))
		}
		at := max(0, 2*row.pattern.SubexpIndex("at"))
		return t.sub(group[at], group[at+1]).fault("%s", expand(row.says)), expand(row.instead)
	}
	return nil, ""
}

// misusedDay explains a day field by a table, whose last column may name what to write in
// both day fields. That needs the other one to be free.
func (l line) misusedDay(place int, table []misuse) *fault {
	fault, instead := l[place].misused(table)
	other := l[dayOfMonthAt+dayOfWeekAt-place]
	switch _, _, both := strings.Cut(instead, " "); {
	case fault == nil:
		return nil
	case !both:
		return fault.replace(instead)
	case !free(other.text()):
		fault.message += "; " + other.field.name + " is set, too: EventBridge takes one of the day fields"
		return fault
	}
	month, week, _ := strings.Cut(instead, " ")
	return fault.write(l.withDays(month, week))
}

// monthMisuses are those of day-of-month.
var monthMisuses = misuses([][3]string{
	{`.*(?:#|` + weekdays + `).*|0*[1-7]L`, "weekdays stand in day-of-week", "? $0"},
	{`(L-.*)W.*`, "EventBridge has no weekday nearest to a day before the last, $0; LW is the last Monday to Friday, $1 the day itself", "LW"},
	{`W`, `"W" needs a day, as in 15W; Monday to Friday is MON-FRI in day-of-week`, "? MON-FRI"},
	{`WL`, "the last workday is LW", "LW"},
	{`W(\d+)`, `the day stands before "W"`, "${1}W"},
	{`(\d+).*W.*`, `"W" takes a single day, not a list, range or increment; use one schedule for each`, "${1}W"},
	{`.*(?:W|` + months + `).*`, `"$0" is not one of 1-31`, ""},
	{`(L[^,]*),.*|.*?,(L[^,]*).*`, `"L" must be the only entry, use one schedule for each`, "$1$2"},
	{`.*L.*`, `the last day is "L" alone, not $0`, "L"},
})

// weekMisuses are those of day-of-week.
var weekMisuses = misuses([][3]string{
	{`[^#]*,([^,#]*#[^,#]*).*|([^,#]*#[^,#]*)[,#].*`, `"#" must be the only entry, use one schedule for each`, "$1$2"},
	{`(?P<at>([^#-]*)-[^#]*)#.*`, `"#" takes a single weekday, not the range $1`, "$2"},
	{`#.*`, `the weekday is missing before "#"; 2#1 is the first Monday`, ""},
	{`W`, `"W" is for day-of-month only, Monday to Friday is MON-FRI`, "MON-FRI"},
	{`\d.*W|LW`, `"W" is for day-of-month only`, "$0 ?"},
	{`L-0*(?:[12]?\d|30)`, "$0 counts days of the month, which stand in day-of-month; the last Friday is 6L", "$0 ?"},
	{`L-.*`, "$0 is not documented; the last Friday is 6L, Saturday is 7", ""},
	{`L(0*[1-7]|` + weekdays + `)`, `the weekday stands before "L"`, "${1}L"},
	{`(?:.*[,/-])?(.*L)`, `"L" takes a single weekday and must be the only entry`, "$1"},
})

// nthMisuses are those of what stands after "#".
var nthMisuses = misuses([][3]string{
	{`.*#`, `a number 1-5 is missing after "#"`, "${0}1"},
	{`.*#(?P<at>0+)`, `the number after "#" is 1-5, not 0`, "1"},
	{`(.*)#0*(\d{1,9})`, `the number after "#" is 1-5, not $2; no month has that many; for the last write ${1}L`, "${1}L"},
	{`.*#(?P<at>.*)`, `"$1" after "#" is not a number 1-5`, ""},
})

func mentions(text string, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return strings.Contains(text, name) })
}
