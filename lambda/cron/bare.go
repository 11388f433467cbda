package cron

import (
	"strings"
	"time"
)

// bareMisuses are expressions without parentheses.
var bareMisuses = misuses([][3]string{
	{`(@yearly|@annually)( .*)?`, "EventBridge has no $1", "cron(0 0 1 1 ? *)"},
	{`(@monthly)( .*)?`, "EventBridge has no $1", "cron(0 0 1 * ? *)"},
	{`(@weekly)( .*)?`, "EventBridge has no $1", "cron(0 0 ? * 1 *)"},
	{`(@daily|@midnight)( .*)?`, "EventBridge has no $1", "cron(0 0 * * ? *)"},
	{`(@hourly)( .*)?`, "EventBridge has no $1", "cron(0 * * * ? *)"},
	{`(@\S*).*`, "EventBridge has no $1", ""},
	{`(cron|rate|at)\s+(.+)`, "the parentheses are missing", "$1($2)"},
	{datePattern, "at(…) is missing around it", "at($0)"},
})

// bare explains an expression without parentheses.
func bare(all token) *fault {
	words := all.words()
	if fault := all.misused(bareMisuses()); fault != nil {
		if strings.EqualFold(words[0].text(), "@every") && len(words) == 2 {
			fault.write(every(words[1].text()))
		}
		return fault
	}
	switch len(words) {
	case 2:
		if unitOf(words[1].text()).length > 0 {
			return all.fault("rate(…) is missing around it").write("rate(" + all.text() + ")")
		}
	case 5, 7:
		return wrongCount(all, words)
	case 6:
		if quartz := words.quartz(all); quartz != nil {
			return quartz
		}
		fault := all.fault("cron(…) is missing around it").write("cron(" + all.text() + ")")
		if !strings.Contains(all.text(), "?") {
			fault.message += orBegins("seconds", words.withoutSeconds())
		}
		return fault
	}
	return all.fault("%q is no schedule; it looks like cron(55 14 * * ? *)", all.text())
}

// every writes the interval of "@every 1h30m" as a rate.
func every(text string) string {
	interval, err := time.ParseDuration(text)
	if err != nil || interval < time.Minute || interval%time.Minute != 0 {
		return ""
	}
	return rateOf(interval)
}

// unknownWord explains "crom(…)" or "schedule(…)".
func unknownWord(head, body token) *fault {
	fault := head.fault("the schedule begins with %q, it must begin with cron(, rate( or at(", head.text()+"(")
	inner := strings.TrimSuffix(body.text(), ")")
	if n := len(strings.Fields(inner)); 5 <= n && n <= 7 {
		fault.write("cron(" + inner + ")")
	}
	return fault
}
