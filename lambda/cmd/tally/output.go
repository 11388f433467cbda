package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/spf13/pflag"
	"golang.org/x/term"
)

// addJSON adds --json, which is the same for every command.
func addJSON(flags *pflag.FlagSet, asJSON *bool) {
	flags.BoolVar(asJSON, "json", false, "print the facts as JSON, for programs")
}

// printJSON writes facts for programs: one JSON value, indented.
func printJSON(out io.Writer, facts any) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(facts); err != nil {
		return fmt.Errorf("write JSON: %w", err)
	}
	return nil
}

// warn prints a warning for people.
func warn(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, "%s %s\n", painterFor(out).doubt("warning:"), fmt.Sprintf(format, args...))
}

// isTerminal tells whether a person reads the output as it is written.
func isTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// painter colours words, if it is true.
type painter bool

// painterFor colours on a terminal only, unless NO_COLOR is set (https://no-color.org) or the
// terminal says that it can show text alone.
func painterFor(out io.Writer) painter {
	return painter(isTerminal(out) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

func (p painter) good(words string) string  { return p.paint(text.FgGreen, words) }
func (p painter) bad(words string) string   { return p.paint(text.FgRed, words) }
func (p painter) doubt(words string) string { return p.paint(text.FgYellow, words) }
func (p painter) faint(words string) string { return p.paint(text.Faint, words) }

func (p painter) paint(color text.Color, words string) string {
	if !p {
		return words
	}
	return color.EscapeSeq() + words + text.Reset.EscapeSeq()
}
