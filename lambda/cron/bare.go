package cron

import (
	"strings"
	"time"
)

// macros are the nicknames of unix cron.
var macros = map[string]string{
	"@yearly":   "cron(0 0 1 1 ? *)",
	"@annually": "cron(0 0 1 1 ? *)",
	"@monthly":  "cron(0 0 1 * ? *)",
	"@weekly":   "cron(0 0 ? * 1 *)",
	"@daily":    "cron(0 0 * * ? *)",
	"@midnight": "cron(0 0 * * ? *)",
	"@hourly":   "cron(0 * * * ? *)",
}

// bare explains an expression without parentheses.
func bare(all token) *fault {
	text := all.text()
	words := all.words()
	first := words[0].text()
	fault := all.hopeless(wholeField, "%q is no schedule; it looks like cron(55 14 * * ? *)", text)
	switch {
	case first[0] == '@':
		fault.message = "EventBridge has no " + first
		fault.fix = macros[strings.ToLower(first)]
		if strings.EqualFold(first, "@every") && len(words) == 2 {
			fault.fix = every(words[1].text())
		}
	case isWord(first, "cron", "rate", "at") && len(words) > 1:
		fault.message = "the parentheses are missing"
		fault.fix = strings.ToLower(first) + "(" + text[words[1].from:] + ")"
	case len(words) == 2 && anyUnit(words[1].text()) > 0:
		fault.message = "rate(…) is missing around it"
		fault.fix = "rate(" + text + ")"
	case len(words) <= 2 && datePattern().MatchString(text):
		fault.message = "at(…) is missing around it"
		fault.fix = "at(" + text + ")"
	case len(words) == 6:
		if quartz := line(words).quartz(all); quartz != nil {
			return quartz
		}
		fault.message = "cron(…) is missing around it"
		fault.fix = "cron(" + text + ")"
		if l := line(words); !strings.Contains(text, "?") {
			fault.message += orBegins("seconds", cronOf(l.withoutSeconds().texts()...))
		}
	case len(words) == 5 || len(words) == 7:
		fault = wrongCount(all, words)
	}
	return fault
}

// every writes the interval of "@every 1h30m" as a rate.
func every(text string) string {
	interval, err := time.ParseDuration(text)
	if err != nil || interval < time.Minute || interval%time.Minute != 0 {
		return ""
	}
	return rateOf(interval)
}

// unknownWrapper explains "crom(…)" or "schedule(…)".
func unknownWrapper(all, head token, open int) *fault {
	fault := all.hopeless(wholeField, "the schedule begins with %q, it must begin with cron(, rate( or at(", all.text()[:open+1])
	fault.span = head.span
	inner := strings.TrimSuffix(all.text()[open+1:], ")")
	if n := len(strings.Fields(inner)); n >= 5 && n <= 7 {
		fault.fix = "cron(" + inner + ")"
	}
	return fault
}

func isWord(text string, words ...string) bool {
	for _, word := range words {
		if strings.EqualFold(text, word) {
			return true
		}
	}
	return false
}
