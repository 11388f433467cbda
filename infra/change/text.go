package change

import (
	"regexp"
	"strings"
)

// Text is the report for a terminal.
func (r Report) Text() string {
	var text strings.Builder
	text.WriteString(r.heading() + "\n")
	for _, section := range r.sections() {
		text.WriteString("\n== " + section.title + "\n")
		for _, item := range section.items {
			if item.sentence != "" {
				text.WriteString(item.sentence + "\n")
			}
			if item.detail != "" {
				text.WriteString(indent(item.detail))
			}
		}
	}
	return text.String()
}

func indent(text string) string {
	var indented strings.Builder
	for line := range strings.Lines(text) {
		indented.WriteString(strings.TrimRight("  "+line, " \n") + "\n")
	}
	return indented.String()
}

// Markdown is the report for a pull request or a build's summary.
func (r Report) Markdown() string {
	var text strings.Builder
	text.WriteString(plain(r.heading()) + "\n")
	for _, section := range r.sections() {
		text.WriteString("\n### " + plain(section.title) + "\n\n")
		var details []string
		for _, item := range section.items {
			if item.sentence != "" {
				text.WriteString("- " + plain(item.sentence) + "\n")
			}
			if item.detail != "" {
				details = append(details, item.detail)
			}
		}
		if len(details) > 0 {
			text.WriteString("\n" + fenced(strings.Join(details, "\n")))
		}
	}
	return text.String()
}

var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>#@!|~]")

// plain escapes what Markdown would read as more than text.
func plain(text string) string { return special.ReplaceAllString(text, `\$0`) }

var backticks = regexp.MustCompile("`+")

// fenced is a block of code, with a fence longer than any in the text.
func fenced(text string) string {
	fence := "```"
	for _, run := range backticks.FindAllString(text, -1) {
		if len(run) >= len(fence) {
			fence = run + "`"
		}
	}
	return fence + "\n" + text + "\n" + fence + "\n"
}
