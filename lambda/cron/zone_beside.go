package cron

import "strings"

// zoneBeside explains a time zone in the expression or beside it, as other tools write
// it: CRON_TZ=Europe/Berlin before it, or the name alone.
func zoneBeside(all token) *fault {
	for _, word := range all.words() {
		text := word.text()
		end := len(strings.TrimRight(text, ")"))
		start := strings.LastIndexAny(text[:end], "()") + 1
		name := text[start:end]
		for _, prefix := range []string{"CRON_TZ=", "TZ="} {
			name = strings.TrimPrefix(name, prefix)
		}
		if len(name) == end-start && !zoneLike(name) {
			continue
		}
		if !knownZone(name) {
			name = nearestZone(name)
		}
		zone := word.sub(start, end)
		where := "in the schedule"
		if shut := strings.IndexByte(all.text(), ')'); shut >= 0 && zone.from > shut {
			zone, where = all.sub(shut+1, len(all.text())), `after the closing ")"`
			if whole := strings.ReplaceAll(strings.TrimSpace(zone.text()), " ", "_"); knownZone(whole) {
				name = whole // America/New York is two words
			}
		}
		fault := zone.fault(wholeField, "", "%q %s is a time zone, which has a place of its own: schedule_timezone: %s for a job, --timezone %s for tally next",
			zone.text(), where, name, name)
		fault.fix = zone.without()
		return fault
	}
	return nil
}

// zoneLike reports whether a word is the name of a time zone, not written quite right
// perhaps: it begins as names do, with Europe/ say, is one that people use, or an offset
// such as UTC+9 and +09:00. A field may be -5.
func zoneLike(word string) bool {
	if _, offset := offsetZone(word); knownZone(word) || offset && len(word) > len("-500") {
		return true
	}
	if _, short := abbreviations[strings.ToLower(word)]; short && len(word) > 1 {
		return true
	}
	region, city, _ := strings.Cut(word, "/")
	if city == "" {
		return false
	}
	for _, name := range zoneNames() {
		if known, _, _ := strings.Cut(name, "/"); strings.EqualFold(known, region) {
			return true
		}
	}
	return false
}

// without is the expression without the token, and without the blanks that it leaves.
func (t token) without() string {
	left, right := strings.TrimRight(t.expr[:t.from], " \t"), strings.TrimLeft(t.expr[t.to:], " \t")
	if left == "" || right == "" || strings.HasSuffix(left, "(") || strings.HasPrefix(right, ")") {
		return left + right
	}
	return left + " " + right
}
