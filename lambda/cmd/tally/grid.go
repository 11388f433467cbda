package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"
	"golang.org/x/term"
)

// How wide lines are where no terminal says how wide it is: for people who read them in a mail
// or a log, or for programs, which read each row as one line.
const (
	pipeWidth = 80
	wide      = 10_000
)

// widthOf is how many columns a terminal has, or else as many as said.
func widthOf(out io.Writer, otherwise int) int {
	if isTerminal(out) {
		if width, _, err := term.GetSize(int(out.(*os.File).Fd())); err == nil && width > 0 {
			return width
		}
	}
	return otherwise
}

// screen shows facts to people.
type screen struct {
	out   io.Writer
	width int // in columns
	painter
}

// screenFor is a screen for tables. Where a program reads them, each row is one line.
func screenFor(out io.Writer) screen { return screen{out, widthOf(out, wide), painterFor(out)} }

// pageFor is a screen for what people read.
func pageFor(out io.Writer) screen { return screen{out, widthOf(out, pipeWidth), painterFor(out)} }

// blanks are those at the end of a line, also before its colour ends.
var blanks = regexp.MustCompile(` +((\x1b\[[0-9;]*m)*)$`)

// line writes a line without blanks at its end.
func (s screen) line(indent int, words string) {
	fmt.Fprintf(s.out, "%*s%s\n", indent, "", blanks.ReplaceAllString(words, "$1"))
}

// say writes a text in lines that fit. All but the first are indented by two columns more.
func (s screen) say(indent int, paint func(string) string, format string, values ...any) {
	const hanging = 2
	wrapped := fmt.Sprintf(format, values...)
	if text.StringWidthWithoutEscSequences(wrapped) > s.width-indent {
		wrapped = text.WrapSoft(wrapped, max(s.width-indent-hanging, 10))
	}
	for i, line := range strings.Split(wrapped, "\n") {
		if i == 1 {
			indent += hanging
		}
		s.line(indent, paint(strings.TrimRight(line, " ")))
	}
}

func (painter) none(words string) string { return words }

// gap is what is between two columns.
const gap = 2

// columnWidth is how wide a column of rows is.
func columnWidth(heading []string, rows [][]string, column int) int {
	widest := text.StringWidthWithoutEscSequences(heading[column])
	for _, row := range rows {
		widest = max(widest, text.StringWidthWithoutEscSequences(row[column]))
	}
	return widest
}

func tableWidth(heading []string, rows [][]string) int {
	width := -gap
	for column := range heading {
		width += columnWidth(heading, rows, column) + gap
	}
	return width
}

// grid is a table whose first column takes what the others leave. If that is too little, each
// row becomes lines. The columns with numbers are aligned to the right.
func (s screen) grid(heading []string, rows [][]string, numbers ...int) {
	const leastFirst = 14
	first := s.width - tableWidth(heading, rows) + columnWidth(heading, rows, 0)
	if first < min(leastFirst, columnWidth(heading, rows, 0)) {
		for _, row := range rows {
			s.say(0, s.none, "%s", row[0])
			for column, cell := range row[1:] {
				if cell != "" {
					s.say(2, s.none, "%s %s", strings.ToLower(heading[column+1]), cell)
				}
			}
		}
		return
	}
	grid := table.NewWriter()
	grid.AppendHeader(tableRow(heading))
	for _, row := range rows {
		grid.AppendRow(tableRow(row))
	}
	style := table.StyleDefault
	style.Options = table.OptionsNoBordersAndSeparators
	style.Format.Header = text.FormatDefault
	style.Box.PaddingLeft, style.Box.PaddingRight = "", strings.Repeat(" ", gap)
	grid.SetStyle(style)
	columns := []table.ColumnConfig{{Number: 1, WidthMax: first, WidthMaxEnforcer: text.WrapSoft}}
	for _, column := range numbers {
		columns = append(columns, table.ColumnConfig{Number: column + 1, Align: text.AlignRight, AlignHeader: text.AlignRight})
	}
	grid.SetColumnConfigs(columns)
	for line := range strings.SplitSeq(grid.Render(), "\n") {
		s.line(0, line)
	}
}

func tableRow(cells []string) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		row[i] = cell
	}
	return row
}
