package main

import (
	"strings"
	"testing"
)

func TestLegible(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"words", "relation \"scans\" does not exist", "relation \"scans\" does not exist"},
		{"lines", " a\r\n\tb \u00a0 c ", "a b c"},
		{"an escape sequence", "\x1b[31mred\x1b[0m", "�[31mred�[0m"},
		{"8-bit control characters", "\u009b2J\x07\x00", "�2J��"},
		{"text that runs backwards", "a\u202eb\u200bc", "a�b�c"},
		{"no UTF-8", "a\xffb", "a�b"},
		{"Korean and Arabic", "없음 لا يوجد", "없음 لا يوجد"},
		{"10,000 characters", strings.Repeat("가", 10_000), strings.Repeat("가", 300) + "…"},
		{"nothing", "", ""},
	} {
		if got := legible(test.text); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
