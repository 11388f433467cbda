package expression

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"tally/lambda/internal/jsonscan"
	"tally/lambda/spelling"
)

// Kind says what expressions are about, and so which fields there are.
type Kind int

const (
	Objects Kind = iota // of a bucket: key, size, last_modified, storage_class, etag
	JSON                // records whose fields may be anything
	CSV                 // records whose fields are text
	Logs                // records of a well-known log, whose fields are text or nil
)

// Set holds the expressions of one job, which share the fields they use. Compile all of
// them before a row is made.
type Set struct {
	kind     Kind
	columns  []string // all there are; nil if that is not known
	fields   [][]string
	used     []int    // slots of the expression that is being compiled
	unquoted []string // names that stand where a text may be meant
	decodes  bool     // fields are decoded before they are compared, for tests
}

// NewSet makes a set without expressions. Columns are all columns of CSV, if they are known.
func NewSet(kind Kind, columns ...string) *Set { return &Set{kind: kind, columns: columns} }

// Fields are the paths of the fields that the set's expressions use, without repeats. A
// path has one name, and more for a field of JSON in others.
func (s *Set) Fields() [][]string { return s.fields }

// Field adds a field that something else than an expression needs, such as the column of
// a window, and returns its slot, its index in a row. Dots lead into fields of JSON.
func (s *Set) Field(name string) int {
	if s.kind == JSON {
		return s.slot(strings.Split(name, "."))
	}
	return s.slot([]string{name})
}

func (s *Set) slot(path []string) int {
	slot := slices.IndexFunc(s.fields, func(known []string) bool { return slices.Equal(known, path) })
	if slot < 0 {
		slot = len(s.fields)
		s.fields = append(s.fields, path)
	}
	if !slices.Contains(s.used, slot) {
		s.used = append(s.used, slot)
	}
	return slot
}

// Column is the index of the column that an expression calls by a name. Those of well-known
// logs have their documented names and simpler ones: client_port is client:port, and
// http_status is HTTP status. An error says which columns there are.
func (s *Set) Column(columns []string, name string) (int, error) {
	at := slices.Index(columns, name)
	if at < 0 && s.kind == Logs {
		at = slices.IndexFunc(columns, func(column string) bool { return simpler(column) == simpler(name) })
	}
	if at >= 0 {
		return at, nil
	}
	const maxListed = 30 // columns that the error names
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
	return at, fmt.Errorf("there is no column %q; %sthere are %s", name, write, strings.Join(all, ", "))
}

// simpler is a name without what is hard to write.
func simpler(name string) string {
	isOther := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }
	return strings.ToLower(strings.Join(strings.FieldsFunc(name, isOther), ""))
}

// CheckColumn returns an error if the columns are known and name is none of them.
func (s *Set) CheckColumn(name string) error {
	if s.columns == nil {
		return nil
	}
	_, err := s.Column(s.columns, name)
	return err
}

// compiled is an expression that was checked and compiled.
type compiled struct {
	Slots []int // of the fields that the expression uses
	eval  eval
	slot  int // of a field that is the whole expression; -1 for any other expression
}

// Condition tells whether a row matches.
type Condition struct{ compiled }

// Condition compiles a condition. An error says what to write instead, where that is
// known, and ends with line and column, from 1, as in (1:8).
func (s *Set) Condition(text string) (Condition, error) {
	compiled, err := s.compile(text, true)
	return Condition{compiled}, err
}

// Matches tells whether a row matches. An error is about the row, such as a text that is
// compared with a number.
func (c Condition) Matches(row *Row) (bool, error) {
	value := c.eval(row)
	if is, ok := value.(bool); ok && row.err == nil {
		return is, nil
	}
	row.truth(value)
	return false, row.failed()
}

// Value is what rows are grouped by, or what distinct counts.
type Value struct{ compiled }

// Value compiles the expression of a value. A name with dashes that stands alone is the
// field of that name. Errors are as those of Condition.
func (s *Set) Value(text string) (Value, error) {
	if name := strings.TrimSpace(text); s.isDashedField(name) {
		slot := s.Field(name)
		return Value{compiled{Slots: []int{slot}, slot: slot}}, s.CheckColumn(name)
	}
	compiled, err := s.compile(text, false)
	return Value{compiled}, err
}

// Text returns one text for all values that are equal; ok is false for nil. The text may
// share memory with the row's fields.
func (v *Value) Text(row *Row) (text string, ok bool, err error) {
	if v.slot >= 0 {
		return row.Fields[v.slot].Canonical()
	}
	value := v.eval(row)
	if row.err != nil {
		return "", false, row.failed()
	}
	return jsonscan.Canonical(value)
}
