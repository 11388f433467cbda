package report

import (
	"math/big"
	"testing"
)

func TestExact(t *testing.T) {
	for digits, want := range map[string]string{
		"0": "0", "999": "999", "1000": "1,000", "123456": "123,456", "9007199254740993": "9,007,199,254,740,993",
		"9223372036854775807": "9,223,372,036,854,775,807", "92233720368547758070": "92,233,720,368,547,758,070",
	} {
		n, _ := new(big.Int).SetString(digits, 10)
		if got := exact(n); got != want {
			t.Errorf("%s is %q, want %q", digits, got, want)
		}
	}
}

func TestShort(t *testing.T) {
	for n, want := range map[float64]string{0: "0", 5: "5", 999: "999", 1000: "1k", 1500: "1.5k", 2_000_000: "2M", 3e9: "3G", 9e15: "9P", 1e19: "10E"} {
		if got := short(n); got != want {
			t.Errorf("%g is %q, want %q", n, got, want)
		}
	}
}

func TestShorten(t *testing.T) {
	for _, test := range []struct {
		text string
		most int
		want string
	}{
		{"as it is", 8, "as it is"},
		{"a long name-1", 8, "a long… (5 characters left out) …-1"},
		{"가나다라마바사아자", 8, "가나다라마바… (1 character left out) …아자"},
	} {
		if got := shorten(test.text, test.most); got != test.want {
			t.Errorf("%q is %q, want %q", test.text, got, test.want)
		}
	}
}

func TestCompared(t *testing.T) {
	for _, test := range []struct {
		count, usual float64
		want         string
	}{
		{100, 100, "as usual"}, {0, 0, "as usual"}, {7, 0, "usually 0"}, {100_001, 100_000, "about as usual"},
		{80, 100, "20.0% below usual"}, {0, 100, "100.0% below usual"}, {118, 100, "18.0% above usual"}, {5000, 100, "50 times the usual"},
	} {
		if got := compared(test.count, test.usual); got != test.want {
			t.Errorf("%g to %g is %q, want %q", test.count, test.usual, got, test.want)
		}
	}
}
