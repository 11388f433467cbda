package expression_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/expr-lang/expr"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// node is a condition that a test made, with what it is for a record: true, false,
// or nil for unknown.
type node struct {
	text string
	eval func(record map[string]any) any
}

// generate makes a random condition. Its meaning is written here anew, with three
// values as in SQL.
func generate(random *rand.Rand, depth int) node {
	if depth > 0 {
		left, right := generate(random, depth-1), generate(random, depth-1)
		switch random.IntN(5) {
		case 0:
			return node{"(" + left.text + " and " + right.text + ")", func(r map[string]any) any {
				return kleene(left.eval(r), right.eval(r), false)
			}}
		case 1:
			return node{"(" + left.text + " or " + right.text + ")", func(r map[string]any) any {
				return kleene(left.eval(r), right.eval(r), true)
			}}
		case 2:
			return node{"((" + left.text + ") == (" + right.text + "))", func(r map[string]any) any {
				a, b := left.eval(r), right.eval(r)
				if a == nil || b == nil {
					return nil
				}
				return a == b
			}}
		case 3:
			other := generate(random, depth-1)
			return node{"(" + left.text + " ? " + right.text + " : " + other.text + ")", func(r map[string]any) any {
				if left.eval(r) == true {
					return right.eval(r)
				}
				return other.eval(r)
			}}
		default:
			return node{"not (" + left.text + ")", func(r map[string]any) any {
				if value, known := left.eval(r).(bool); known {
					return !value
				}
				return nil
			}}
		}
	}
	literal := texts[random.IntN(len(texts))]
	number := random.IntN(5) - 1
	text, num := "t"+strconv.Itoa(random.IntN(3)), "n"+strconv.Itoa(random.IntN(3))
	onText := func(format string, holds func(value string) bool) node {
		return node{fmt.Sprintf(format, text, literal), func(r map[string]any) any {
			if value, there := r[text].(string); there {
				return holds(value)
			}
			return nil
		}}
	}
	onNumber := func(format string, holds func(value float64) bool) node {
		return node{fmt.Sprintf(format, num, number), func(r map[string]any) any {
			switch value := r[num].(type) {
			case int:
				return holds(float64(value))
			case float64:
				return holds(value)
			}
			return nil
		}}
	}
	n := float64(number)
	return []node{
		onText(`%s == %q`, func(v string) bool { return v == literal }),
		onText(`%s != %q`, func(v string) bool { return v != literal }),
		onText(`%s < %q`, func(v string) bool { return v < literal }),
		onText(`%s >= %q`, func(v string) bool { return v >= literal }),
		onText(`%s startsWith %q`, func(v string) bool { return strings.HasPrefix(v, literal) }),
		onText(`%s endsWith %q`, func(v string) bool { return strings.HasSuffix(v, literal) }),
		onText(`%s contains %q`, func(v string) bool { return strings.Contains(v, literal) }),
		onText(`upper(%s) != upper(%q)`, func(v string) bool { return !strings.EqualFold(v, literal) }),
		onText(`%s in [%q, "b"]`, func(v string) bool { return v == literal || v == "b" }),
		onText(`%s not in [%q, "b"]`, func(v string) bool { return v != literal && v != "b" }),
		onNumber(`%s == %d`, func(v float64) bool { return v == n }),
		onNumber(`%[2]d != %[1]s`, func(v float64) bool { return v != n }),
		onNumber(`%[2]d < %[1]s`, func(v float64) bool { return n < v }),
		onNumber(`%s <= %d`, func(v float64) bool { return v <= n }),
		onNumber(`%s * 2 > %d`, func(v float64) bool { return v*2 > n }),
		onNumber(`%s in [%d, 1]`, func(v float64) bool { return v == n || v == 1 }),
		onText(`split(%[1]s + %[2]q, "b")[0] == %[1]s + %[2]q`, func(v string) bool { return !strings.Contains(v+literal, "b") }),
		onNumber(`-%[1]s in [%[1]s, %[2]d]`, func(v float64) bool { return v == 0 || -v == n }),
		{text + " == nil", func(r map[string]any) any { return r[text] == nil }},
		{num + " != nil", func(r map[string]any) any { return r[num] != nil }},
	}[random.IntN(20)]
}

var texts = []string{"", "a", "b", "ab", "ba", "B"}

// kleene is "or" where decisive is true, and "and" where it is false.
func kleene(a, b any, decisive bool) any {
	switch {
	case a == decisive || b == decisive:
		return decisive
	case a == nil || b == nil:
		return nil
	}
	return !decisive
}

// ways are to evaluate one condition: fields as they were read, decoded first, and as
// a part of something else.
var ways = []struct {
	format string
	decode bool
}{
	{"%s", false}, {"%s", true}, {"[1, %s][1]", false}, {"any([1], %s)", false}, {"(%s) == true", false},
	{"not ((%s) == false)", false}, {"(%s) ? true : false", false}, {"[%s][0]", false}, {"(%s) ?? false", false},
}

// Conditions mean what they mean in SQL, however they are written; and where no field
// is nil, the expression language itself agrees.
func TestConditionsMeanWhatSQLMeans(t *testing.T) {
	for seed := range uint64(4000) {
		random := rand.New(rand.NewPCG(seed, 1))
		condition := generate(random, random.IntN(4))
		record := map[string]any{}
		for i := range 3 {
			if random.IntN(4) > 0 {
				record["t"+strconv.Itoa(i)] = texts[random.IntN(len(texts))]
			}
			switch random.IntN(4) {
			case 0, 1:
				record["n"+strconv.Itoa(i)] = random.IntN(5) - 1
			case 2:
				record["n"+strconv.Itoa(i)] = float64(random.IntN(8)-2) / 2
			}
		}
		want := condition.eval(record) == true
		for _, way := range ways {
			text := fmt.Sprintf(way.format, condition.text)
			if got := matches(t, text, record, way.decode); got != want {
				t.Fatalf("%s of %v, decoded first %t: got %t, want %t", text, record, way.decode, got, want)
			}
		}
		if len(record) == 6 {
			if got, err := expr.Eval(condition.text, record); err != nil || got != want {
				t.Fatalf("%s of %v: the language says %v, %v; want %t", condition.text, record, got, err, want)
			}
		}
	}
}

func matches(t *testing.T, text string, record map[string]any, decode bool) bool {
	t.Helper()
	set := expression.NewSet(expression.JSON)
	if decode {
		expression.Decode(set)
	}
	condition, err := set.Condition(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	fields := map[string]jsonscan.Value{}
	for name, value := range record {
		switch value := value.(type) {
		case string:
			fields[name] = jsonscan.Value{Type: jsonscan.Text, Text: value}
		default:
			fields[name] = jsonscan.Value{Type: jsonscan.Number, Text: fmt.Sprint(value)}
		}
	}
	got, err := condition.Matches(rowOf(set, fields))
	if err != nil {
		t.Fatalf("%s of %v: %v", text, record, err)
	}
	return got
}
