// Package report writes what was counted as one page of HTML: a chart per job, with the slots
// that have no count or an unusual one, and a table behind each chart. The page needs no
// network and no script. The same input gives the same bytes.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"tally/lambda/internal/history"
)

// Page is what to write.
type Page struct {
	Environment string
	Made        time.Time // the next times of the jobs are after it
	From, To    time.Time // of the slots: from From to before To
	Series      []history.Series
}

//go:embed page.html
var pageHTML string

//go:embed page.css
var pageCSS string

// How many characters of a text are shown.
const (
	longestTitle   = 200
	longestText    = 1000
	longestName    = 160 // of a group or case
	longestMessage = 400
)

func shortenTo(most int) func(string) string {
	return func(text string) string { return shorten(text, most) }
}

func day(at time.Time) string { return at.Format("2 January 2006") }

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"count": exact, "amount": amount, "day": day,
	"last":    func(to time.Time) string { return day(to.Add(-time.Nanosecond)) },
	"columns": func(names []string) string { return strings.Join(names, " and ") },
	"title":   shortenTo(longestTitle), "text": shortenTo(longestText), "name": shortenTo(longestName),
	"icons": func() []icon { return icons }, "icon": iconOf,
	"style": func() template.CSS { return template.CSS(pageCSS) },
}).Parse(pageHTML))

// Write writes the page.
func Write(out io.Writer, page Page) error {
	if err := pageTemplate.Execute(out, newView(page)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
