package s3source

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

func TestParseTime(t *testing.T) {
	for text, want := range map[string]string{
		"2026-11-25T09:30:00Z":                "2026-11-25T09:30:00Z",
		"2026-11-25t09:30:00z":                "2026-11-25T09:30:00Z",
		"2026-11-25T09:30:00.123456789+09:00": "2026-11-25T00:30:00.123456789Z",
		"2026-11-25 09:30:00.5+00":            "2026-11-25T09:30:00.5Z",
		"2026-11-25T09:30:00,25-0330":         "2026-11-25T13:00:00.25Z",
		"2026-11-25T09:30Z":                   "2026-11-25T09:30:00Z",
		"2026-11-25 09:30 UTC":                "2026-11-25T09:30:00Z",
		"2026/11/25 09:30:00 +0900":           "2026-11-25T00:30:00Z",
		"25/Nov/2026:09:30:00 +0000":          "2026-11-25T09:30:00Z",
		"[25/Nov/2026:09:30:00 +0000]":        "2026-11-25T09:30:00Z",
		"2026-11-25T09:30:00":                 "2026-11-25T09:30:00 without a zone",
		"2026/11/25 09:30:00":                 "2026-11-25T09:30:00 without a zone",
		"2026-11-25 09:30":                    "2026-11-25T09:30:00 without a zone",
		"2026-11-25 09:30:00Z  ":              "2026-11-25T09:30:00Z",
		"2026-11-25":                          "2026-11-25T00:00:00 without a zone",
		"2024-02-29T00:00:00.1234567890123Z":  "2024-02-29T00:00:00.123456789Z",
		"01/02/2026":                          errAmbiguous.Error(),
		"1.2.2026 10:00":                      errAmbiguous.Error(),
		"01/02/2026 10:00:00Z":                errAmbiguous.Error(),
		"":                                    errNoTime.Error(),
		"yesterday":                           errNoTime.Error(),
		"2026-02-29T00:00:00Z":                errNoTime.Error(),
		"2026-13-01T00:00:00Z":                errNoTime.Error(),
		"2026-00-01":                          errNoTime.Error(),
		"2026-11-25T24:00:00Z":                errNoTime.Error(),
		"2026-11-25T09:60Z":                   errNoTime.Error(),
		"2026-11-25T09:30:60Z":                errNoTime.Error(),
		"2026-11-25T09:30:00.Z":               errNoTime.Error(),
		"2026-11-25T09:30:00+24:00":           errNoTime.Error(),
		"2026-11-25T09:30:00+09:60":           errNoTime.Error(),
		"2026-11-25T09:30:00+9":               errNoTime.Error(),
		"2026-11-25T09":                       errNoTime.Error(),
		"2026-11/25 09:30:00":                 errNoTime.Error(),
		"2026-11-25T09:30:00Z and more":       errNoTime.Error(),
		"25/Now/2026:09:30:00 +0000":          errNoTime.Error(),
	} {
		at, zoned, err := parseTime(text)
		got := at.Format(time.RFC3339Nano)
		if !zoned {
			got = at.Format("2006-01-02T15:04:05.999999999") + " without a zone"
		}
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// What time.Parse reads is read as the same.
func TestParseTimeAgreesWithTheStandardLibrary(t *testing.T) {
	random := rand.New(rand.NewPCG(14, 3))
	layouts := []string{
		time.RFC3339, time.RFC3339Nano, "2006-01-02T15:04:05.000-0700", "2006-01-02 15:04:05-07", "2006/01/02 15:04:05 -0700",
		"02/Jan/2006:15:04:05 -0700", "2006-01-02T15:04Z07:00",
	}
	for range 50_000 {
		offset := (random.IntN(2*14*4) - 14*4) * 15 * 60
		layout := layouts[random.IntN(len(layouts))]
		text := time.Unix(random.Int64N(1<<33), random.Int64N(1e9)).In(time.FixedZone("", offset)).Format(layout)
		want, err := time.Parse(layout, text)
		if err != nil {
			continue // an offset that the layout writes without minutes
		}
		if got, zoned, err := parseTime(text); err != nil || !zoned || !got.Equal(want) {
			t.Fatalf("%s: got %v, %t, %v; want %v", text, got, zoned, err, want)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	f.Add("2026-11-25T09:30:00Z")
	f.Add("25/Nov/2026:09:30:00 +0000")
	f.Fuzz(func(t *testing.T, text string) {
		want, standard := time.Parse(time.RFC3339, text)
		got, zoned, err := parseTime(text)
		if standard == nil && (err != nil || !zoned || !got.Equal(want)) {
			t.Errorf("%q: got %v, %t, %v", text, got, zoned, err)
		}
		if err != nil && !errors.Is(err, errNoTime) && !errors.Is(err, errAmbiguous) {
			t.Error(fmt.Errorf("%q: %w", text, err))
		}
	})
}
