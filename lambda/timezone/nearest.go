package timezone

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"tally/lambda/pattern"
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

// Nearest returns the name that was most likely meant: the same but for
// case and blanks, an unofficial one, an offset, a city, else one with a letter or two to
// change; UTC if there is none.
func Nearest(name string) string {
	want := plain(name)
	if zone, ok := unofficial()[want[strings.LastIndexByte(want, '/')+1:]]; ok {
		return zone
	}
	if zone, ok := ofOffset(name); ok {
		return zone
	}
	// Longer inputs are no typing mistakes, and the distance takes n × m steps.
	const longest = 64
	if len(want) > longest {
		want = want[:longest]
	}
	best, least := "UTC", 2*3 // a slip of the pen takes fewer than three letters
	for _, zone := range names() {
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

var offset = pattern.New(`^(?i:utc|gmt)?([+-])(\d{1,2})(?::?00)?$`)

// ofOffset returns the zone of "UTC+9" or "+09:00". Etc/GMT-9 is nine hours
// east of Greenwich: the sign of those names is that of POSIX.
func ofOffset(name string) (string, bool) {
	parts := offset.Regexp().FindStringSubmatch(name)
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

// Like tells whether a word is meant as the name of a time zone: it is one, people use it
// as one, it begins as one does, with Europe/ for example, or it is an offset such as UTC+9
// and +09:00. A number such as -5 is none.
func Like(word string) bool {
	if _, isOffset := ofOffset(word); Known(word) || isOffset && len(word) > len("-500") {
		return true
	}
	if _, short := unofficial()[strings.ToLower(word)]; short && len(word) > 1 {
		return true
	}
	region, city, _ := strings.Cut(word, "/")
	return city != "" && slices.ContainsFunc(names(), func(name string) bool {
		known, _, _ := strings.Cut(name, "/")
		return strings.EqualFold(known, region)
	})
}
