package cron

import (
	"strings"

	"tally/lambda/timezone"
)

// zoneBeside explains a time zone in the expression or beside it, as other tools write
// it: CRON_TZ=Europe/Berlin before it, or the name alone.
func zoneBeside(all token) *fault {
	for _, word := range all.words() {
		text := word.text()
		end := len(strings.TrimRight(text, ")"))
		start := strings.LastIndexAny(text[:end], "()") + 1
		written := text[start:end]
		name := strings.TrimPrefix(strings.TrimPrefix(written, "CRON_TZ="), "TZ=")
		if name == written && !timezone.Like(name) {
			continue
		}
		if !timezone.Known(name) {
			name = timezone.Nearest(name)
		}
		zone, where := word.sub(start, end), "in the schedule"
		if _, after, closed := all.cut(")"); closed && zone.from >= after.from {
			zone, where = after, `after the closing ")"`
			if joined := strings.ReplaceAll(strings.TrimSpace(zone.text()), " ", "_"); timezone.Known(joined) {
				name = joined // America/New York is two words
			}
		}
		return zone.fault("%q %s is a time zone, which has a place of its own: schedule_timezone: %s for a job, --timezone %s for tally next",
			zone.text(), where, name, name).write(zone.without())
	}
	return nil
}

// without returns the expression without the token and the blanks around it.
func (t token) without() string {
	left, right := strings.TrimRight(t.expr[:t.from], " \t"), strings.TrimLeft(t.expr[t.to:], " \t")
	if left == "" || right == "" || strings.HasSuffix(left, "(") || strings.HasPrefix(right, ")") {
		return left + right
	}
	return left + " " + right
}
