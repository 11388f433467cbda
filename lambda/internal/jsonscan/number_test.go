package jsonscan

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// Numbers are read as strconv reads them.
func TestReadNum(t *testing.T) {
	check := func(text string) {
		t.Helper()
		want, err := strconv.ParseFloat(text, 64)
		got := ReadNum(text)
		if whole, isInt := strconv.Atoi(text); got.IsInt != (isInt == nil) || got.IsInt && got.Int != whole {
			t.Errorf("%s is %+v", text, got)
		}
		if err == nil && got.Float != want {
			t.Errorf("%s is %v, want %v", text, got.Float, want)
		}
	}
	for _, text := range []string{"0", "-0", "7", "-7", "12.5", "-12.5", "0.1", "0.30", "1e3", "1.5e-7", "123456789012345678", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999.9", "0.123456789012345", "1.00000000000000"} {
		check(text)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 100_000 {
		check(fmt.Sprintf("%d.%0*d", random.IntN(1<<random.IntN(40)), 1+random.IntN(9), random.IntN(10)))
		check(strconv.FormatFloat(random.Float64()*1000, 'f', random.IntN(18), 64))
	}
}
