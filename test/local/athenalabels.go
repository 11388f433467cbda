package local

import (
	"fmt"
	"slices"
	"strings"
)

// columnLabels are the names of the columns of a SELECT as Trino makes them: an expression that
// has no name is called _col and its number, from 0. It is nil if a column is *.
func columnLabels(tokens []sqlToken) []string {
	begin := slices.IndexFunc(tokens, func(t sqlToken) bool { return t.depth == 0 && t.is("SELECT") })
	if begin < 0 {
		return nil
	}
	var labels []string
	var item []sqlToken
	for i := begin + 1; ; i++ {
		ended := i == len(tokens) || tokens[i].depth == 0 && tokens[i].is("FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "UNION")
		if !ended && (tokens[i].depth > 0 || tokens[i].text != ",") {
			item = append(item, tokens[i])
			continue
		}
		label := labelOf(item, len(labels))
		if label == "*" {
			return nil
		}
		labels, item = append(labels, label), nil
		if ended {
			return labels
		}
	}
}

// labelOf is the name of a column that is written as these tokens.
func labelOf(item []sqlToken, number int) string {
	unnamed := fmt.Sprintf("_col%d", number)
	if len(item) > 1 && item[0].is("DISTINCT", "ALL") {
		item = item[1:]
	}
	last := len(item) - 1
	switch {
	case last < 0:
		return unnamed
	case item[last].text == "*" && (last == 0 || item[last-1].text == "."):
		return "*"
	case !item[last].isName(), item[last].is("END", "NULL", "TRUE", "FALSE", "CURRENT_TIMESTAMP", "CURRENT_DATE"):
		return unnamed
	case last == 0, item[last-1].is(".", "AS", ")", "END"), item[last-1].text[0] == '"':
		return unquoted(item[last].text)
	}
	return unnamed
}

// unquoted is the name itself. Trino writes names without quotes in lower case.
func unquoted(name string) string {
	if inner, isQuoted := strings.CutPrefix(name, `"`); isQuoted {
		return strings.ReplaceAll(strings.TrimSuffix(inner, `"`), `""`, `"`)
	}
	return strings.ToLower(name)
}
