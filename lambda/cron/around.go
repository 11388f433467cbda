package cron

import (
	"strings"
	"time"
	"unicode/utf8"

	"tally/lambda/timezone"
)

// around finds what is wrong with any expression, whatever its kind.
func around(all token) *fault {
	text := all.text()
	trimmed := strings.TrimSpace(text)
	switch {
	case trimmed == "":
		return all.fault("the schedule is empty; it looks like cron(55 14 * * ? *)")
	case len(text) > maxLength:
		return all.sub(maxLength, len(text)).fault("the schedule has %d characters, AWS takes %d", len(text), maxLength)
	case trimmed != text:
		return all.fault("there are blanks around the schedule").replace(trimmed)
	}
	return foreignCharacter(all)
}

// foreignCharacter refuses what is not printable ASCII or a tab. Web pages and input
// methods write such characters in place of the ASCII ones.
func foreignCharacter(all token) *fault {
	i := strings.IndexFunc(all.text(), func(r rune) bool { return !isPlain(r) })
	if i < 0 {
		return nil
	}
	_, size := utf8.DecodeRuneInString(all.text()[i:]) // 1 for a broken byte, too
	return all.sub(i, i+size).fault("the schedule has a character that AWS does not take").write(strings.Map(toASCII, all.text()))
}

func isPlain(r rune) bool { return ' ' <= r && r <= '~' || r == '\t' }

// toASCII returns the character that was meant, or -1 to drop it.
func toASCII(r rune) rune {
	const fullWidth = '！' - '!'
	switch {
	case isPlain(r):
		return r
	case '！' <= r && r <= '～':
		return r - fullWidth
	case '‐' <= r && r <= '―' || r == '−':
		return '-'
	case r == '\u00a0' || r == '\u3000' || r == '\n' || r == '\r':
		return ' '
	}
	return -1
}

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
	if fault, instead := all.misused(bareMisuses()); fault != nil {
		fault.replace(instead)
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
	return "rate(" + intervalWords(interval) + ")"
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
