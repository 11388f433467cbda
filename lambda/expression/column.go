package expression

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/expr-lang/expr/ast"

	"tally/lambda/spelling"
)

// maxListed is how many columns an error names.
const maxListed = 30

// NoColumn is the error about a column that is not among those there are.
func NoColumn(name string, columns []string) error {
	write, all := "", make([]string, 0, maxListed)
	for _, column := range columns[:min(maxListed, len(columns))] {
		all = append(all, fmt.Sprintf("%q", column))
	}
	if more := len(columns) - len(all); more > 0 {
		all = append(all, fmt.Sprintf("and %d more", more))
	}
	if nearest, near := spelling.Nearest(name, columns); near {
		write = fmt.Sprintf("write %q; ", nearest)
	}
	return fmt.Errorf("there is no column %q; %sthere are %s", name, write, strings.Join(all, ", "))
}

// CheckColumn returns an error if the columns are known and name is none of them.
func (s *Set) CheckColumn(name string) error {
	if s.columns == nil || s.kind.Column(s.columns, name) >= 0 {
		return nil
	}
	return NoColumn(name, s.columns)
}

// Column is the index of the column that an expression calls by a name; -1 if there is none.
// Those of well-known logs have their documented names and simpler ones: client_port is
// client:port, and http_status is HTTP status.
func (k Kind) Column(columns []string, name string) int {
	at := slices.Index(columns, name)
	if at < 0 && k == Logs {
		at = slices.IndexFunc(columns, func(column string) bool { return simpler(column) == simpler(name) })
	}
	return at
}

// simpler is a name without what is hard to write.
func simpler(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, name)
}

// checkColumns checks the fields of the expression that was just compiled.
func (s *Set) checkColumns() error {
	for _, slot := range s.used {
		name := s.fields[slot][0]
		if err := s.CheckColumn(name); err != nil {
			return fmt.Errorf("%w%s", err, s.QuotesHint(name))
		}
	}
	return nil
}

// noteUnquoted remembers names on the right of a comparison. Such a name is a field, and
// may be meant as a text.
func (c *compiler) noteUnquoted(right ast.Node) {
	values := []ast.Node{right}
	if list, isList := right.(*ast.ArrayNode); isList {
		values = list.Nodes
	}
	for _, value := range values {
		if name, isName := value.(*ast.IdentifierNode); isName {
			c.set.unquoted = append(c.set.unquoted, name.Value)
		}
	}
}

// QuotesHint is what to add to an error about a name that is no field: that texts have
// quotes, if the name stands where a text may be meant; else nothing.
func (s *Set) QuotesHint(name string) string {
	if !slices.Contains(s.unquoted, name) {
		return ""
	}
	return fmt.Sprintf("; a text is written in quotes: %q", name)
}
