package spelling_test

import (
	"testing"

	"tally/lambda/spelling"
)

func TestNearest(t *testing.T) {
	for _, test := range []struct {
		name  string
		names []string
		want  string
		near  bool
	}{
		{"tmie", []string{"id", "status", "time"}, "time", true},
		{"statsu", []string{"stats", "status"}, "stats", true}, // the first of two
		{"paid", []string{"id", "status"}, "id", false},
		{"Orderid", []string{"customer", "order_id"}, "order_id", true},
		{"userid", []string{"user_id", "UserID", "user"}, "UserID", true},
		{"paid", []string{"status"}, "status", false},
		{"a", []string{"b"}, "b", false},
		{"a", nil, "", false},
	} {
		if got, near := spelling.Nearest(test.name, test.names); got != test.want || near != test.near {
			t.Errorf("%s of %q: got %q, near %t; want %q, %t", test.name, test.names, got, near, test.want, test.near)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ac", 1},
		{"tmie", "time", 1}, {"ca", "abc", 3}, {"kitten", "sitting", 3},
	} {
		if got := spelling.Distance(test.a, test.b); got != test.want || spelling.Distance(test.b, test.a) != test.want {
			t.Errorf("from %q to %q: %d letters, want %d", test.a, test.b, got, test.want)
		}
	}
}
