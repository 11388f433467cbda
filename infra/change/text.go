package change

import "strings"

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
