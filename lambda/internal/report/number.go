package report

import (
	"fmt"
	"math/big"
	"strconv"
)

// exact writes a count with all its digits: 9,007,199,254,740,993. A sum of counts may be
// more than an int64 holds.
func exact(n *big.Int) string {
	digits := n.String()
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// short writes a number of an axis: 1.5k.
func short(n float64) string {
	units := []string{"", "k", "M", "G", "T", "P", "E"}
	i := 0
	for ; n >= 1000 && i < len(units)-1; i++ {
		n /= 1000
	}
	return strconv.FormatFloat(n, 'f', -1, 32) + units[i]
}

// amount writes how many things there are: "1 slot", "1,440 slots".
func amount(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return exact(big.NewInt(int64(n))) + " " + thing
}

// shorten cuts the middle of a text that would fill the page, and says so. Long names often
// differ at their end.
func shorten(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	end := most / 4
	return fmt.Sprintf("%s… (%s left out) …%s", string(runes[:most-end]), amount(len(runes)-most, "character"), string(runes[len(runes)-end:]))
}
