package report_test

import (
	"os"
	"testing"
)

func TestTmp(t *testing.T) {
	b := write(t, shop(t)...)
	t.Log(len(b))
	os.WriteFile("/tmp/w/shop.html", b, 0o644)
}
