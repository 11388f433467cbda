package job

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tally/lambda/pattern"
)

// placeholder stands in a prefix for a time of the window.
type placeholder struct {
	name, period string
	text         func(time.Time) string
}

func formatted(layout string) func(time.Time) string {
	return func(at time.Time) string { return at.Format(layout) }
}

// placeholders are all there are, the longest period first.
var placeholders = []placeholder{
	{"{yyyy}", "year", formatted("2006")},
	{"{MM}", "month", formatted("01")},
	{"{M}", "month", formatted("1")},
	{"{dd}", "day", formatted("02")},
	{"{d}", "day", formatted("2")},
	{"{HH}", "hour", formatted("15")},
	{"{H}", "hour", func(at time.Time) string { return fmt.Sprint(at.Hour()) }},
}

// periods are the periods of spans and placeholders, the shortest first.
var periods = []string{"hour", "day", "week", "month", "year"}

// AllPrefixes are the prefixes as the job has them.
func (s Source) AllPrefixes() []string {
	if s.Prefixes != nil {
		return s.Prefixes
	}
	return []string{s.Prefix}
}

// LiteralPrefixes are the parts of the prefixes before the first placeholder or *. The keys
// of all windows start with one of them.
func (s Source) LiteralPrefixes() []string {
	var literals []string
	for _, prefix := range s.AllPrefixes() {
		if end := strings.IndexAny(prefix, "{*"); end >= 0 {
			prefix = prefix[:end]
		}
		literals = append(literals, prefix)
	}
	return literals
}

// HasPlaceholders tells whether the prefixes depend on the window.
func (s Source) HasPlaceholders() bool {
	return slices.ContainsFunc(s.AllPrefixes(), func(prefix string) bool { return strings.Contains(prefix, "{") })
}

// step is the largest time that divides the hours of every zone.
const step = 15 * time.Minute

// nextStep is when the next step begins, and with it maybe an hour of some zone.
func nextStep(at time.Time) time.Time { return at.Truncate(step).Add(step) }

// Folders are the prefixes of the periods that the window [from, to) touches, without
// repeats. Each * in them stands for a folder.
func (s Source) Folders(from, to time.Time) []string {
	if !s.HasPlaceholders() {
		return s.AllPrefixes()
	}
	if s.Layout().column != nil && from.Before(to) {
		to = to.Add(delivery)
	}
	var all []string
	for at := from; at.Before(to); at = nextStep(at) {
		for _, next := range s.expand(at) {
			if !slices.Contains(all, next) {
				all = append(all, next)
			}
		}
	}
	return all
}

func (s Source) expand(at time.Time) []string {
	local, all := at.In(s.PrefixZone), slices.Clone(s.AllPrefixes())
	for i := range all {
		all[i] = withTimes(all[i], local)
	}
	return all
}

// withTimes is a text with the times of local instead of its placeholders.
func withTimes(text string, local time.Time) string {
	for _, placeholder := range placeholders {
		text = strings.ReplaceAll(text, placeholder.name, placeholder.text(local))
	}
	return text
}

// isIn tells whether a key is in a folder, in whose name * may stand for a folder.
func isIn(folder, key string) bool {
	before, after, any := strings.Cut(folder, "*")
	rest, begins := strings.CutPrefix(key, before)
	if !any || !begins {
		return begins
	}
	end := strings.IndexByte(rest, '/')
	return end >= 0 && isIn(after, rest[end:])
}

// names tells whether a prefix has a placeholder of a period.
func names(prefix, period string) bool {
	return slices.ContainsFunc(placeholders, func(p placeholder) bool { return p.period == period && strings.Contains(prefix, p.name) })
}

// periodOf is the shortest period that a prefix names; empty without placeholders.
func periodOf(prefix string) string {
	for _, period := range periods {
		if names(prefix, period) {
			return period
		}
	}
	return ""
}

// period is that of the prefixes, which all name the same.
func (s Source) period() string { return periodOf(s.AllPrefixes()[0]) }

var (
	inBraces = pattern.New(`\{[^{}]*\}?|\}`)
	unpadded = pattern.New(`\{[MdH]\}(\d|\{|$)`)
	// runTogether has a time without leading zeros, and no end of it but more digits.
	runTogether = pattern.New(`\{[MdH]\}(\d|\{)`)
	// strftime and bare are how other programs write times in keys.
	strftime  = pattern.New(`%[YmdH]`)
	bare      = pattern.New(`(?:^|[^A-Za-z{])(?:yyyy|YYYY)[/_-]?(?:MM|mm)(?:[/_-]?(?:dd|DD))?(?:[/_-]?(?:HH|hh))?(?:[^A-Za-z}]|$)`)
	inOurWay  = strings.NewReplacer("%Y", "{yyyy}", "%m", "{MM}", "%d", "{dd}", "%H", "{HH}")
	bareInWay = strings.NewReplacer("yyyy", "{yyyy}", "YYYY", "{yyyy}", "MM", "{MM}", "mm", "{MM}", "dd", "{dd}", "DD", "{dd}", "HH", "{HH}", "hh", "{HH}")
)

func (j *Job) checkPrefixes(report report) {
	source := j.Source
	all := source.AllPrefixes()
	for i, prefix := range all {
		key := "source.prefix"
		if source.Prefixes != nil {
			key = element("source.prefixes", i)
		}
		if wrong := wrongPrefix(prefix); wrong != "" {
			report(key, "%s", wrong)
			return
		}
		if periodOf(prefix) != periodOf(all[0]) {
			report(key, "has other placeholders than the first prefix; write a job for each")
		}
		for k, other := range all {
			if k != i && strings.HasPrefix(prefix, other) {
				report(key, "is within %q, whose keys count already; leave it out", other)
			}
		}
		if j.Window == nil && strings.Contains(prefix, "{") {
			report(key, "has placeholders for times of a window; write a window too")
		}
	}
	if source.PrefixTimezone != "" && !source.HasPlaceholders() {
		report("source.prefix_timezone", "is about placeholders, and the prefix has none; leave it out")
	}
}

// wrongTimes says what is wrong with the times in a text, and what to write; empty if nothing is.
func wrongTimes(text string) string {
	for _, found := range inBraces.Regexp().FindAllString(text, -1) {
		if !slices.ContainsFunc(placeholders, func(p placeholder) bool { return p.name == found }) {
			return fmt.Sprintf("%q is not a placeholder; write {yyyy}, {MM}, {dd} or {HH}", found)
		}
	}
	switch {
	case strftime.MatchString(text):
		return fmt.Sprintf("has times as strftime writes them; write %q", inOurWay.Replace(text))
	case bare.MatchString(text):
		return fmt.Sprintf("has times without braces, which would be read as they are; write %q", bareInWay.Replace(text))
	}
	return ""
}

// comesAgain tells whether a text names a time without the longer period that it is in.
func comesAgain(text string) bool {
	return names(text, "day") && !names(text, "month") || names(text, "hour") && !names(text, "day") || names(text, "month") && !names(text, "year")
}

// wrongPrefix says what is wrong with a prefix, and what to write; empty if nothing is.
func wrongPrefix(prefix string) string {
	wrong := wrongTimes(prefix)
	switch {
	case strings.HasPrefix(prefix, "/"):
		return fmt.Sprintf("starts with /, but keys hardly ever do; write %q", strings.TrimLeft(prefix, "/"))
	case strings.HasPrefix(prefix, "s3://"):
		return "is a URL; write the start of the keys, without the bucket"
	case wrong != "":
		return wrong
	case strings.Contains(prefix, "?"), strings.HasSuffix(prefix, "*"),
		slices.ContainsFunc(strings.Split(prefix, "/"), func(folder string) bool { return folder != "*" && strings.Contains(folder, "*") }):
		return "holds * or ?, which are ordinary characters for S3 and wildcards for permissions; write the start of the keys, with * for whole folders only, such as AWSLogs/*/CloudTrail/, and conditions on the key for the rest"
	case unpadded.MatchString(prefix):
		return "has a time without leading zeros before a digit or at its end, so that 1 would stand for 10, too; write / after it"
	case comesAgain(prefix):
		return "names a time that comes again; write the longer periods too, such as {yyyy}/{MM}/{dd}/"
	}
	return ""
}

// PrefixesInWords are the prefixes for people: logs/…
func (s Source) PrefixesInWords() string { return strings.Join(s.AllPrefixes(), "…, ") + "…" }
