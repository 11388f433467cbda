package local

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// write is a value of PostgreSQL as Athena writes it.
func (c athenaColumn) write(value string) string {
	switch c.Type {
	case "boolean":
		return map[string]string{"t": "true", "f": "false"}[value]
	case "timestamp":
		return milliseconds(value)
	case "timestamp with time zone":
		return milliseconds(strings.TrimSuffix(value, "+00")) + " UTC"
	case "double":
		return javaFloat(value, 64)
	case "float":
		return javaFloat(value, 32)
	case "varbinary":
		return bytesInHex(value)
	}
	return value
}

// milliseconds are written always, microseconds where they are not 0.
func milliseconds(value string) string {
	whole, fraction, _ := strings.Cut(value, ".")
	return whole + "." + fraction + strings.Repeat("0", max(0, 3-len(fraction)))
}

// javaFloat writes 1 as 1.0 and 1e+20 as 1.0E20.
func javaFloat(value string, bits int) string {
	number, err := strconv.ParseFloat(value, bits)
	if err != nil || strings.ContainsAny(value, "IN") { // Infinity, NaN
		return value
	}
	format := byte('f')
	if size := max(number, -number); size != 0 && (size < 1e-3 || size >= 1e7) {
		format = 'E'
	}
	mantissa, exponent, scientific := strings.Cut(strconv.FormatFloat(number, format, -1, bits), "E")
	if !strings.Contains(mantissa, ".") {
		mantissa += ".0"
	}
	if !scientific {
		return mantissa
	}
	power, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(power)
}

// bytesInHex writes \x6501 as 65 01.
func bytesInHex(value string) string {
	content, err := hex.DecodeString(strings.TrimPrefix(value, `\x`))
	if err != nil {
		return value
	}
	var parts []string
	for _, b := range content {
		parts = append(parts, hex.EncodeToString([]byte{b}))
	}
	return strings.Join(parts, " ")
}
