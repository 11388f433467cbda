package sqlsource

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tally/lambda/internal/count"
)

// lines counts as the reader and shows each line: "[clinic=7] normal: 2".
func (f fixture) lines(t *testing.T, query count.Query) []string {
	t.Helper()
	return linesWithin(t, f, query, 30*time.Second)
}

func linesWithin(t *testing.T, f fixture, query count.Query, limit time.Duration) []string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	lines, err := linesAt(ctx, f.server.ReaderURL, query)
	if err != nil {
		t.Fatal(err)
	}
	shown := make([]string, len(lines))
	for i, line := range lines {
		shown[i] = showGroup(query.Job.GroupBy, line) + showCount(line)
	}
	return shown
}

func showGroup(columns []string, line count.CaseCount) string {
	if len(line.Groups) == 0 {
		return ""
	}
	var values []string
	for _, column := range columns {
		value := "NULL"
		if line.Groups[column] != nil {
			value = *line.Groups[column]
		}
		values = append(values, column+"="+value)
	}
	return "[" + strings.Join(values, " ") + "] "
}

func showCount(line count.CaseCount) string {
	if line.Failure != nil {
		return fmt.Sprintf("%s: failed %s %s", line.Case, line.Failure.Code, line.Failure)
	}
	return fmt.Sprintf("%s: %d", line.Case, line.Count)
}
