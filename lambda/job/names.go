package job

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Table names a table or view: the name alone, or the schema and the name. The file may write
// it as "orders", "sales.orders" or, for names with blanks or dots, [sales, Order Items].
type Table []string

var errEmpty = errors.New("is empty; write a text")

// UnmarshalScalar implements strictyaml.ScalarUnmarshaler.
func (t *Table) UnmarshalScalar(word string) error {
	if word == "" {
		return errEmpty
	}
	*t = strings.Split(word, ".")
	return nil
}

// String is the name for people.
func (t Table) String() string { return strings.Join(t, ".") }

// MarshalJSON writes what "schema.table" can say as that.
func (t Table) MarshalJSON() ([]byte, error) {
	if slices.ContainsFunc(t, func(part string) bool { return !tablePattern.MatchString(part) || strings.Contains(part, ".") }) {
		return json.Marshal([]string(t))
	}
	return json.Marshal(t.String())
}

// Columns are the column of a time, or several whose texts are the time if blanks join them,
// such as [date, time].
type Columns []string

// UnmarshalScalar implements strictyaml.ScalarUnmarshaler.
func (c *Columns) UnmarshalScalar(word string) error {
	if word == "" {
		return errEmpty
	}
	*c = Columns{word}
	return nil
}

// String is the column's name, or those of all.
func (c Columns) String() string { return strings.Join(c, " ") }

// MarshalJSON writes one column as a text.
func (c Columns) MarshalJSON() ([]byte, error) {
	if len(c) > 1 {
		return json.Marshal([]string(c))
	}
	return json.Marshal(c.String())
}
