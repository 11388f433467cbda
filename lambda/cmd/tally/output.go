package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"strings"
	"unicode"

	"github.com/aws/smithy-go"
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

// legibleLimit is how much of a text somebody reads at a glance, in characters.
const legibleLimit = 300

// legible is a text that others wrote, for a terminal: in one line, not too long, and without
// characters that steer the terminal or that nobody sees.
func legible(text string) string {
	var kept []rune
	for _, char := range strings.Join(strings.Fields(text), " ") {
		if len(kept) == legibleLimit {
			return string(kept) + "…"
		}
		if !unicode.IsPrint(char) {
			char = unicode.ReplacementChar
		}
		kept = append(kept, char)
	}
	return string(kept)
}

// inWords is an error's text: where AWS refused something, with what it said, or the right that
// is missing, and without what the SDK says around it.
func inWords(err error) string {
	var operation *smithy.OperationError
	var refusal smithy.APIError
	var cut *url.Error
	if !errors.As(err, &operation) {
		return err.Error()
	}
	said := operation.Error()
	switch right := missingRight(err); {
	case right != "":
		said = "AWS does not allow it; needs " + right
	case errors.As(err, &refusal):
		said = strings.TrimSuffix(refusal.ErrorCode()+": "+refusal.ErrorMessage(), ": ")
	case errors.Is(err, context.Canceled):
		said = "interrupted"
	case errors.As(err, &cut):
		said = cut.Err.Error()
	}
	return strings.Replace(err.Error(), operation.Error(), said, 1)
}

// missingRight is the IAM action that AWS did not allow; empty if an error has another reason.
func missingRight(err error) string {
	var refusal smithy.APIError
	var operation *smithy.OperationError
	if !errors.As(err, &refusal) || !errors.As(err, &operation) {
		return ""
	}
	if code := refusal.ErrorCode(); !strings.Contains(code, "AccessDenied") && !strings.Contains(code, "Authorization") {
		return ""
	}
	action := strings.ToLower(operation.Service()) + ":" + operation.Operation()
	return strings.Replace(action, "s3:ListObjectsV2", "s3:ListBucket", 1)
}
