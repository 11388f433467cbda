package expression_test

import (
	"testing"

	"tally/lambda/expression"
	"tally/lambda/internal/jsonscan"
)

// Numbers that == calls equal are one group and one distinct value; others are two.
func TestNumbersAsGroups(t *testing.T) {
	for _, test := range []struct{ number, want string }{
		{"1000000", "1000000"},
		{"1000000.0", "1000000"},
		{"1e6", "1000000"},
		{"1E+6", "1000000"},
		{"10.00e5", "1000000"},
		{"1", "1"},
		{"1.0", "1"},
		{"0", "0"},
		{"-0", "0"},
		{"-0.0", "0"},
		{"-0e1", "0"},
		{"-7.0", "-7"},
		{"0.10", "0.1"},
		{"1234567.5", "1234567.5"},
		{"12345678901234567890", "12345678901234567890"},
		{"12345678901234567891", "12345678901234567891"},
		{"12345678901234567891.0", "12345678901234567891"},
		{"-12345678901234567890", "-12345678901234567890"},
		{"1e20", "100000000000000000000"},
		{"0.0000001", "0.0000001"},
		{"1e999", "1e999"},
	} {
		for _, wrap := range []struct{ before, after string }{{"", ""}, {`[`, `]`}, {`{"n":`, `}`}} {
			set := expression.NewSet(expression.JSON)
			value, err := set.Value("id")
			if err != nil {
				t.Fatal(err)
			}
			field := num(test.number)
			if wrap.before != "" {
				field = jsonscan.Value{Type: jsonscan.Composite, Text: wrap.before + test.number + wrap.after}
			}
			got, _, err := value.Text(rowOf(set, map[string]jsonscan.Value{"id": field}))
			if want := wrap.before + test.want + wrap.after; err != nil || got != want {
				t.Errorf("%s%s%s: got %s, %v; want %s", wrap.before, test.number, wrap.after, got, err, want)
			}
		}
	}
	if got, _, _ := computed(t, "id * 1.0", num("2500000")); got != "2500000" {
		t.Errorf("a computed number shows as %s", got)
	}
}

func computed(t *testing.T, text string, id jsonscan.Value) (string, bool, error) {
	t.Helper()
	set := expression.NewSet(expression.JSON)
	value, err := set.Value(text)
	if err != nil {
		t.Fatal(err)
	}
	return value.Text(rowOf(set, map[string]jsonscan.Value{"id": id}))
}

func TestEqualNumbers(t *testing.T) {
	for _, test := range []struct {
		a, b  string
		equal bool
	}{
		{"12345678901234567890", "12345678901234567890", true},
		{"12345678901234567890", "12345678901234567891", false},
		{"12345678901234567890.0", "12345678901234567890", true},
		{"9007199254740993", "9007199254740992.0", false},
		{"100000000000000000000", "1e20", true},
		{"1", "1.0", true},
		{"1e0", "1", true},
		{"-0.0", "0", true},
		{"0.5", "5e-1", true},
		{"0.5", "0.25", false},
	} {
		fields := map[string]jsonscan.Value{"a": num(test.a), "b": num(test.b)}
		for text, want := range map[string]bool{"a == b": test.equal, "b == a": test.equal, "a != b": !test.equal, "not (a == b)": !test.equal} {
			if got := holds(t, text, fields) == "yes"; got != want {
				t.Errorf("%s of %v: got %t", text, test, got)
			}
		}
	}
}
