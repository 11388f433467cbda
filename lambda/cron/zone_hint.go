package cron

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"tally/lambda/spelling"
)

// unofficial are abbreviations, cities and regions that people use for time zones and IANA does not.
var unofficial = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"aedt": "Australia/Sydney", "aest": "Australia/Sydney", "bst": "Europe/London", "cdt": "America/Chicago",
		"cest": "Europe/Berlin", "cst": "America/Chicago", "edt": "America/New_York", "eest": "Europe/Helsinki",
		"hkt": "Asia/Hong_Kong", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
		"mdt": "America/Denver", "msk": "Europe/Moscow", "nzdt": "Pacific/Auckland", "nzst": "Pacific/Auckland",
		"pdt": "America/Los_Angeles", "pst": "America/Los_Angeles", "sgt": "Asia/Singapore", "west": "Europe/Lisbon",
		"z": "UTC",

		"atlanta": "America/New_York", "bangalore": "Asia/Kolkata", "barcelona": "Europe/Madrid", "beijing": "Asia/Shanghai",
		"boston": "America/New_York", "busan": "Asia/Seoul", "california": "America/Los_Angeles", "delhi": "Asia/Kolkata",
		"frankfurt": "Europe/Berlin", "germany": "Europe/Berlin", "hamburg": "Europe/Berlin", "hyderabad": "Asia/Kolkata",
		"korea": "Asia/Seoul", "miami": "America/New_York", "milan": "Europe/Rome", "mumbai": "Asia/Kolkata",
		"munich": "Europe/Berlin", "ohio": "America/New_York", "oregon": "America/Los_Angeles", "osaka": "Asia/Tokyo",
		"san_francisco": "America/Los_Angeles", "seattle": "America/Los_Angeles", "shenzhen": "Asia/Shanghai", "virginia": "America/New_York",
		"washington": "America/New_York",
	}
})

// unknownZone explains a name that LoadZone does not take.
func unknownZone(name string) *Error {
	e := &Error{Field: "timezone", Length: len(name)}
	switch {
	case strings.TrimSpace(name) == "":
		e.Message, e.Suggestion = "the time zone is empty", "UTC"
	case strings.EqualFold(name, "Local"):
		e.Message = "the time zone Local is that of whatever machine runs this, name one"
		e.Suggestion = "UTC"
	default:
		e.Suggestion = nearestZone(name)
		e.Message = fmt.Sprintf("there is no time zone %q", name)
	}
	return e
}

// nearestZone returns the name that was most likely meant: the same but for
// case and blanks, an unofficial one, an offset, a city, else one with a letter or two to
// change; UTC if there is none.
func nearestZone(name string) string {
	want := plain(name)
	if zone, ok := unofficial()[want[strings.LastIndexByte(want, '/')+1:]]; ok {
		return zone
	}
	if zone, ok := offsetZone(name); ok {
		return zone
	}
	// Longer inputs are no typing mistakes, and the distance takes n × m steps.
	const longest = 64
	if len(want) > longest {
		want = want[:longest]
	}
	best, least := "UTC", 2*3 // a slip of the pen takes fewer than three letters
	for _, zone := range zoneNames() {
		candidate := plain(zone)
		d := 2 * spelling.Distance(want, candidate)
		if at := strings.LastIndexByte(candidate, '/'); at >= 0 {
			// "Seoul" means Asia/Seoul; a right continent still counts for more.
			d = min(d, 2*spelling.Distance(want[strings.LastIndexByte(want, '/')+1:], candidate[at+1:])+1)
		}
		if d < least {
			best, least = zone, d
		}
	}
	return best
}

// plain drops what people get wrong.
func plain(name string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(name)), " ", "_")
}

var offsetPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?i:utc|gmt)?([+-])(\d{1,2})(?::?00)?$`) })

// offsetZone returns the zone of "UTC+9" or "+09:00". Etc/GMT-9 is nine hours
// east of Greenwich: the sign of those names is that of POSIX.
func offsetZone(name string) (string, bool) {
	parts := offsetPattern().FindStringSubmatch(name)
	if parts == nil {
		return "", false
	}
	hours, _ := strconv.Atoi(parts[2])
	switch {
	case hours == 0:
		return "UTC", true
	case parts[1] == "+" && hours <= 14:
		return "Etc/GMT-" + strconv.Itoa(hours), true
	case parts[1] == "-" && hours <= 12:
		return "Etc/GMT+" + strconv.Itoa(hours), true
	}
	return "", false
}
