package athenasource

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tally/lambda/internal/count"
)

// partitionLiteral is a value of a partition in SQL, for a column of a type.
func partitionLiteral(value, columnType string) (string, error) {
	switch {
	case isText(columnType):
		return quoteText(value), nil
	case columnType == "date":
		if _, err := time.Parse(time.DateOnly, value); err != nil {
			return "", count.Permanentf("its type is date, and %q is none; write \"{yyyy}-{MM}-{dd}\"", value)
		}
		return "DATE " + quoteText(value), nil
	case slices.Contains([]string{"tinyint", "smallint", "integer", "bigint"}, columnType):
		number, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return "", count.Permanentf("its type is %s, and %q is no number; write placeholders and digits alone, such as \"{yyyy}{MM}{dd}\"", columnType, value)
		}
		return strconv.FormatInt(number, 10), nil
	}
	return "", count.Permanentf("its type is %s; partitions need varchar, date or an integer", columnType)
}

// anyOf is the condition that columns have one of several lists of values. For the columns dt and
// hour, and lists of two days with all their hours and an hour of a third, it is
//
//	(dt IN ('1', '2') AND hour IN ('00', …, '23') OR dt IN ('3') AND hour IN ('00'))
func anyOf(columns []string, lists [][]string) string {
	var firsts []string
	rests := map[string][][]string{}
	for _, list := range lists {
		if rests[list[0]] == nil {
			firsts = append(firsts, list[0])
		}
		rests[list[0]] = append(rests[list[0]], list[1:])
	}
	var conditions []string
	sharing := map[string][]string{}
	for _, first := range firsts {
		condition := ""
		if len(columns) > 1 {
			condition = anyOf(columns[1:], rests[first])
		}
		if sharing[condition] == nil {
			conditions = append(conditions, condition)
		}
		sharing[condition] = append(sharing[condition], first)
	}
	for i, condition := range conditions {
		in := columns[0] + " IN (" + strings.Join(sharing[condition], ", ") + ")"
		if condition != "" {
			in += " AND " + condition
		}
		conditions[i] = in
	}
	if len(conditions) == 1 {
		return conditions[0]
	}
	return "(" + strings.Join(conditions, "\n    OR ") + ")"
}
