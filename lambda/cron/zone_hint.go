package cron

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tally/lambda/spelling"
)

// abbreviations are names that people use for time zones and IANA does not.
var abbreviations = map[string]string{
	"aedt": "Australia/Sydney", "aest": "Australia/Sydney", "bst": "Europe/London", "cdt": "America/Chicago",
	"cest": "Europe/Berlin", "cst": "America/Chicago", "edt": "America/New_York", "eest": "Europe/Helsinki",
	"hkt": "Asia/Hong_Kong", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "kst": "Asia/Seoul",
	"mdt": "America/Denver", "msk": "Europe/Moscow", "nzdt": "Pacific/Auckland", "nzst": "Pacific/Auckland",
	"pdt": "America/Los_Angeles", "pst": "America/Los_Angeles", "sgt": "Asia/Singapore", "west": "Europe/Lisbon",
	"z": "UTC",
}

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
// case and blanks, an abbreviation, an offset, a city, else the one with the
// fewest letters to change.
func nearestZone(name string) string {
	want := plain(name)
	if zone, ok := abbreviations[want]; ok {
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
	best, least := "UTC", len(want)+longest
	for _, zone := range zoneNames() {
		candidate := plain(zone)
		d := 2 * spelling.Distance(want, candidate)
		if _, city, ok := strings.Cut(candidate, "/"); ok {
			// "Seoul" means Asia/Seoul; a right continent still counts for more.
			d = min(d, 2*spelling.Distance(want, city[strings.LastIndexByte(city, '/')+1:])+1)
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

var offsetPattern = regexp.MustCompile(`^(?i:utc|gmt)?([+-])(\d{1,2})(?::?00)?$`)

// offsetZone returns the zone of "UTC+9" or "+09:00". Etc/GMT-9 is nine hours
// east of Greenwich: the sign of those names is that of POSIX.
func offsetZone(name string) (string, bool) {
	parts := offsetPattern.FindStringSubmatch(name)
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
