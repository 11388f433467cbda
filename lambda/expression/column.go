package expression

import (
	"fmt"
	"slices"
	"strings"

	"tally/lambda/spelling"
)

// listed is how many columns an error names.
const listed = 30

// NoColumn is the error about a column that is not among those there are.
func NoColumn(name string, columns []string) error {
	write, all := "", make([]string, 0, listed)
	for _, column := range columns[:min(listed, len(columns))] {
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

// checkColumns finds a field of the expression that is none of the columns, where
// those are known.
func (s *Set) checkColumns() error {
	for _, slot := range s.used {
		name := s.fields[slot][0]
		if err := s.CheckColumn(name); err != nil {
			return fmt.Errorf("%w%s", err, s.QuotesHint(name))
		}
	}
	return nil
}

// CheckColumn is an error if the columns are known and name is none of them.
func (s *Set) CheckColumn(name string) error {
	if s.columns == nil || slices.Contains(s.columns, name) {
		return nil
	}
	return NoColumn(name, s.columns)
}
