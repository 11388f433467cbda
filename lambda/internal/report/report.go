// Package report writes what was counted as one page of HTML: a chart per job, with the slots
// that have no count or an unusual one, and a table behind each chart. The page needs no
// network and no script. The same input gives the same bytes.
package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
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

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"count":   func(n any) string { return group(fmt.Sprint(n)) },
	"amount":  amount,
	"shorten": func(name string) string { return shorten(name, longestName) },
	"icon":    iconOf,
	"icons":   func() []icon { return icons },
	"style":   func() template.CSS { return template.CSS(pageCSS) },
}).Parse(pageHTML))

// Write writes the page.
func Write(out io.Writer, page Page) error {
	if err := pageTemplate.Execute(out, newView(page)); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
