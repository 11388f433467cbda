package job_test

import (
	"strings"
	"testing"
)

func TestCaseNames(t *testing.T) {
	for _, test := range []struct{ name, keys, want string }{
		{"plain", "", "b a other total"},
		{"exclusive", "    exclusive: true\n", "b a other total overlap"},
		{"without total", "    total: false\n", "b a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := strings.Replace(good, "    cases:\n      normal: a = 1\n", test.keys+"    cases: {b: x = 1, a: x = 2}\n", 1)
			if got := strings.Join(mustRead(t, text).Jobs[0].CaseNames(), " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
