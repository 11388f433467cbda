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
	text, words := all.text(), all.words()
	first := words[0].text()
	switch {
	case strings.EqualFold(first, "@every") && len(words) == 2:
		return all.fault("EventBridge has no %s", first).write(every(words[1].text()))
	case first[0] == '@':
		return all.fault("EventBridge has no %s", first).write(macros[strings.ToLower(first)])
	case isWord(first, "cron rate at") && len(words) > 1:
		return all.fault("the parentheses are missing").write(strings.ToLower(first) + "(" + text[words[1].from:] + ")")
	case len(words) == 2 && unitOf(words[1].text()).length > 0:
		return all.fault("rate(…) is missing around it").write("rate(" + text + ")")
	case len(words) <= 2 && datePattern().MatchString(text):
		return all.fault("at(…) is missing around it").write("at(" + text + ")")
	case len(words) == 5 || len(words) == 7:
		return wrongCount(all, words)
	case len(words) != 6:
		return all.fault("%q is no schedule; it looks like cron(55 14 * * ? *)", text)
	}
	if quartz := words.quartz(all); quartz != nil {
		return quartz
	}
	fault := all.fault("cron(…) is missing around it").write("cron(" + text + ")")
	if !strings.Contains(text, "?") {
		fault.message += orBegins("seconds", words.withoutSeconds())
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

// unknownWord explains "crom(…)" or "schedule(…)".
func unknownWord(head, body token) *fault {
	fault := head.fault("the schedule begins with %q, it must begin with cron(, rate( or at(", head.text()+"(")
	inner := strings.TrimSuffix(body.text(), ")")
	if n := len(strings.Fields(inner)); 5 <= n && n <= 7 {
		fault.write("cron(" + inner + ")")
	}
	return fault
}

// isWord reports whether a text is one of some words, in any case.
func isWord(text, words string) bool {
	for word := range strings.FieldsSeq(words) {
		if strings.EqualFold(text, word) {
			return true
		}
	}
	return false
}
