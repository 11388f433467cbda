package sqlsource

import (
	"context"
	"fmt"
	"strings"

	"tally/lambda/internal/count"
)

// typesOf are the types of columns, as the driver calls them. They are read from a
// result without rows, which costs nothing and sees through views and search paths.
func (s *session) typesOf(ctx context.Context, table string, names ...string) ([]string, error) {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = s.dialect.quote(name)
	}
	rows, err := s.query(ctx, fmt.Sprintf("SELECT %s FROM %s LIMIT 0", strings.Join(quoted, ", "), quoteTable(s.dialect, table)))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	types := make([]string, len(columns))
	for i, column := range columns {
		types[i] = column.DatabaseTypeName()
	}
	return types, answered(rows.Err())
}

// groupTexts are the columns of a job's group_by as text.
func (s *session) groupTexts(ctx context.Context, table string, names ...string) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	types, err := s.typesOf(ctx, table, names...)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(names))
	for i, name := range names {
		if texts[i] = s.dialect.text(s.dialect.quote(name), types[i]); texts[i] == "" {
			return nil, count.Permanentf("column %s: values of type %s have no text to tell groups by; group by another column, or by one of a view that makes a text of it",
				name, strings.ToLower(types[i]))
		}
	}
	return texts, nil
}

// distinctOf is the expression of a job's distinct, empty if it has none.
func (s *session) distinctOf(ctx context.Context, table, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	types, err := s.typesOf(ctx, table, name)
	if err != nil {
		return "", err
	}
	return s.dialect.distinct(s.dialect.quote(name), types[0]), nil
}

// touch asks for no row of a table.
func (s *session) touch(ctx context.Context, table string) error {
	_, _, err := s.texts(ctx, "SELECT 1 FROM "+quoteTable(s.dialect, table)+" LIMIT 0")
	return err
}
