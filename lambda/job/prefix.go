package job

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// placeholder stands in a prefix for a time of the window.
type placeholder struct{ name, layout, period string } // layout is Go's

// placeholders are all there are, the longest period first.
var placeholders = []placeholder{
	{"{yyyy}", "2006", "year"},
	{"{MM}", "01", "month"},
	{"{dd}", "02", "day"},
	{"{HH}", "15", "hour"},
}

// periods are the periods of spans and placeholders, the shortest first.
var periods = []string{"hour", "day", "week", "month", "year"}

// LiteralPrefix is the part of the prefix before the first placeholder. The keys of all
// windows start with it.
func (s Source) LiteralPrefix() string {
	literal, _, _ := strings.Cut(s.Prefix, "{")
	return literal
}

// HasPlaceholders tells whether the prefix depends on the window.
func (s Source) HasPlaceholders() bool { return s.LiteralPrefix() != s.Prefix }

// step is the largest time that divides the hours of every zone.
const step = 15 * time.Minute

// Prefixes are the prefixes of the periods that the window [from, to) touches,
// without repeats.
func (s Source) Prefixes(from, to time.Time) []string {
	if !s.HasPlaceholders() {
		return []string{s.Prefix}
	}
	var all []string
	for at := from; at.Before(to); at = at.Add(step) {
		if next := s.expand(at); !slices.Contains(all, next) {
			all = append(all, next)
		}
	}
	if last := s.expand(to.Add(-time.Nanosecond)); from.Before(to) && !slices.Contains(all, last) {
		all = append(all, last)
	}
	return all
}

func (s Source) expand(at time.Time) string {
	local, text := at.In(s.PrefixZone), s.Prefix
	for _, placeholder := range placeholders {
		text = strings.ReplaceAll(text, placeholder.name, local.Format(placeholder.layout))
	}
	return text
}

// period is the shortest period that the prefix names; empty without placeholders.
func (s Source) period() string {
	period := ""
	for _, placeholder := range placeholders {
		if strings.Contains(s.Prefix, placeholder.name) {
			period = placeholder.period
		}
	}
	return period
}

var inBraces = regexp.MustCompile(`\{[^{}]*\}?|\}`)

func (j *Job) checkPrefix(report report) {
	prefix := j.Source.Prefix
	for _, found := range inBraces.FindAllString(prefix, -1) {
		if !slices.ContainsFunc(placeholders, func(p placeholder) bool { return p.name == found }) {
			report("source.prefix", "%q is not a placeholder; write {yyyy}, {MM}, {dd} or {HH}", found)
			return
		}
	}
	switch {
	case strings.ContainsAny(prefix, "*?"):
		report("source.prefix", "holds * or ?, which are ordinary characters for S3 and wildcards for permissions; write the start of the keys, and conditions on the key for the rest")
	case strings.HasPrefix(prefix, "/"):
		report("source.prefix", "starts with /, but keys hardly ever do; write %q", strings.TrimLeft(prefix, "/"))
	case strings.HasPrefix(prefix, "s3://"):
		report("source.prefix", "is a URL; write the start of the keys, without the bucket")
	case !j.Source.HasPlaceholders():
		if j.Source.PrefixTimezone != "" {
			report("source.prefix_timezone", "is about placeholders, and the prefix has none; leave it out")
		}
	case j.Window == nil:
		report("source.prefix", "has placeholders for times of a window; write a window too")
	case strings.Contains(prefix, "{dd}") && !strings.Contains(prefix, "{MM}"),
		strings.Contains(prefix, "{HH}") && !strings.Contains(prefix, "{dd}"),
		strings.Contains(prefix, "{MM}") && !strings.Contains(prefix, "{yyyy}"):
		report("source.prefix", "names a time that comes again; write the longer periods too, such as {yyyy}/{MM}/{dd}/")
	}
}
