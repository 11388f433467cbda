package athenasource

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// condition is one condition in both languages.
type condition struct{ sql, expression string }

// randomCondition makes a tree of conditions, written in SQL and as an expression. They must mean
// the same, also for NULL.
func randomCondition(r *rand.Rand, depth int) condition {
	if depth == 0 || r.IntN(2) == 0 {
		return randomComparison(r)
	}
	left := randomCondition(r, depth-1)
	if r.IntN(3) == 0 {
		return condition{"NOT (" + left.sql + ")", "not (" + left.expression + ")"}
	}
	right := randomCondition(r, depth-1)
	both := func(sql, expression string) condition {
		return condition{"(" + left.sql + ") " + sql + " (" + right.sql + ")", "(" + left.expression + ") " + expression + " (" + right.expression + ")"}
	}
	if r.IntN(2) == 0 {
		return both("AND", "and")
	}
	return both("OR", "or")
}

// operators are those of comparisons in both languages.
var operators = []condition{{"=", "=="}, {"<>", "!="}, {"<", "<"}, {"<=", "<="}, {">", ">"}, {">=", ">="}}

func randomComparison(r *rand.Rand) condition {
	operator := pick(r, operators...)
	compare := func(left, right condition) condition {
		return condition{left.sql + " " + operator.sql + " " + right.sql, left.expression + " " + operator.expression + " " + right.expression}
	}
	same := func(text string) condition { return condition{text, text} }
	number := func() string {
		return fmt.Sprint(pick(r, int64(0), 1, -1, 3, 7, 1<<62, 9007199254740992, 9007199254740993))
	}
	word := func() condition { return literal(pick(r, equalWords...)) }
	list := func(column string, a, b condition) condition {
		if r.IntN(2) == 0 {
			return condition{column + " NOT IN (" + a.sql + ", " + b.sql + ")", column + " not in [" + a.expression + ", " + b.expression + "]"}
		}
		return condition{column + " IN (" + a.sql + ", " + b.sql + ")", column + " in [" + a.expression + ", " + b.expression + "]"}
	}
	switch r.IntN(13) {
	case 0:
		return compare(same("n"), same(number()))
	case 1:
		return compare(same("a"), same("b"))
	case 2:
		return compare(same("a + b"), same(fmt.Sprint(r.IntN(5)-2)))
	case 3:
		return compare(same("price"), same(fmt.Sprint(float64(r.IntN(40))/8+0.0625)))
	case 4:
		return compare(same("word"), word())
	case 5:
		return list("n", same(number()), same(number()))
	case 6:
		return list("word", word(), word())
	case 7:
		part := pick(r, "a", "b", "스", "it", "end")
		return pick(r, condition{"word LIKE '" + part + "%'", `word startsWith "` + part + `"`}, condition{"word LIKE '%" + part + "'", `word endsWith "` + part + `"`},
			condition{"word LIKE '%" + part + "%'", `word contains "` + part + `"`})
	case 8:
		column := pick(r, "n", "word", "flag", "price")
		return pick(r, condition{column + " IS NULL", column + " == nil"}, condition{column + " IS NOT NULL", column + " != nil"})
	case 9:
		return pick(r, same("flag"), condition{"flag = TRUE", "flag == true"}, condition{"flag <> TRUE", "flag != true"})
	case 10:
		from := r.IntN(5) - 3
		return condition{fmt.Sprintf("a BETWEEN %d AND %d", from, from+2), fmt.Sprintf("a >= %d and a <= %d", from, from+2)}
	case 11:
		other := word()
		return compare(condition{"COALESCE(word, " + other.sql + ")", "(word ?? " + other.expression + ")"}, word())
	default:
		return compare(same("person"), same("word"))
	}
}

// literal is a text in quotes.
func literal(text string) condition {
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`).Replace(text)
	return condition{"'" + strings.ReplaceAll(text, "'", "''") + "'", `"` + escaped + `"`}
}
