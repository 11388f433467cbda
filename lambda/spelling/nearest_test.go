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
