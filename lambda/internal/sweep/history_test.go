package sweep

import (
	"testing"
	"time"
)

// The ids are examples of AWS's documentation.
func TestWhenAStackWasCreated(t *testing.T) {
	for id, want := range map[string]string{
		"arn:aws:cloudformation:us-west-2:123456789012:stack/teststack/51af3dc0-da77-11e4-872e-1234567db123":         "2015-04-04T03:04:33Z",
		"arn:aws:cloudformation:us-east-1:123456789012:stack/MyProductionStack/abc9dbf0-43c2-11e3-a6e8-50fa526be49c": "2013-11-02T13:28:33Z",
		"arn:aws:cloudformation:us-east-1:123456789012:stack/other/51af3dc0-da77-41e4-872e-1234567db123":             "",
		"first": "",
		"":      "",
	} {
		got := ""
		if at, ok := createdAt(id); ok {
			got = at.Truncate(time.Second).Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
