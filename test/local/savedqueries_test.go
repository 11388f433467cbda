package local_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tally/test/local"
)

// scansOn are the lines of a day of daily-scans, by a loop over the sample.
func scansOn(day int) map[string]int64 {
	from := time.Date(2022, 4, day, 0, 0, 0, 0, local.Seoul)
	return countByLoop(from, from.Add(24*time.Hour-5*time.Minute), map[string]func(local.Scan) bool{
		"normal": func(s local.Scan) bool { return s.Result == "normal" },
		"caries": func(s local.Scan) bool { return s.Result == "caries" && s.Confidence >= 80 },
		"unread": func(s local.Scan) bool { return s.Result == "" },
	})
}

func testSavedQueries(t *testing.T, engine *athena) {
	first, third := scansOn(5), scansOn(7) // the 6th was repaired, on the 8th a case failed
	patients, uploads := patientsByLoop(), uploadsByLoop()
	tested := map[string]bool{}
	for _, test := range []struct {
		query      string
		parameters []any
		keep       string   // if set, only lines that match are compared
		want       []string // * is anything
	}{
		{
			query: "counts-by-day", parameters: []any{"daily-scans", "2022-04-06"}, keep: "normal|caries",
			want: []string{
				"2022-04-08|2022-04-08T14:55:00Z|caries||failed",
				fmt.Sprintf("2022-04-08|2022-04-08T14:55:00Z|normal|%d|ok", scansOn(8)["normal"]),
				fmt.Sprintf("2022-04-07|2022-04-07T14:55:00Z|caries|%d|ok", third["caries"]),
				fmt.Sprintf("2022-04-07|2022-04-07T14:55:00Z|normal|%d|ok", third["normal"]),
				fmt.Sprintf("2022-04-06|2022-04-06T14:55:00Z|normal|%d|ok", scansOn(6)["normal"]-1),
			},
		},
		{
			query: "counts-by-group", parameters: []any{"daily-patients", "2022-04-07"}, keep: `"[12]".*\|(normal|unread)`,
			want: []string{
				fmt.Sprintf(`2022-04-08|2022-04-07T15:15:00Z|{"clinic_id":"1"}|normal|%d|ok`, patients["1 normal"]),
				fmt.Sprintf(`2022-04-08|2022-04-07T15:15:00Z|{"clinic_id":"1"}|unread|%d|ok`, patients["1 unread"]),
				fmt.Sprintf(`2022-04-08|2022-04-07T15:15:00Z|{"clinic_id":"2"}|normal|%d|ok`, patients["2 normal"]),
				fmt.Sprintf(`2022-04-08|2022-04-07T15:15:00Z|{"clinic_id":"2"}|unread|%d|ok`, patients["2 unread"]),
			},
		},
		{
			query: "day-over-day", parameters: []any{"daily-scans", "2022-04-05"}, keep: "caries|total",
			want: []string{
				"2022-04-08|caries||2022-04-07|" + fmt.Sprint(third["caries"]) + "||",
				"2022-04-08|total|57400|2022-04-07|57400|0|0.0",
				fmt.Sprintf("2022-04-07|caries|%d|2022-04-05|%d|%d|%.1f", third["caries"], first["caries"], third["caries"]-first["caries"],
					100*float64(third["caries"]-first["caries"])/float64(first["caries"])),
				"2022-04-07|total|57400|2022-04-06|57399|1|0.0",
				"2022-04-06|total|57399|2022-04-05|57400|-1|0.0",
				fmt.Sprintf("2022-04-05|caries|%d||||", first["caries"]),
				"2022-04-05|total|57400||||",
			},
		},
		{
			query: "day-over-day", parameters: []any{"by-hand", "2022-04-05"}, // its last slot of the day was missed
			want: []string{"2022-04-07|total|||||"},
		},
		{
			query: "failed-or-missed", parameters: []any{"2022-04-01"},
			want: []string{
				`2022-04-08T14:55:00Z|daily-scans|caries|failed|42703|column "confidence" does not exist*`,
				"2022-04-08T14:55:00Z|daily-scans|other|failed||needs case caries, which failed",
				"2022-04-07T15:55:00Z|by-hand|total|missed||",
			},
		},
		{
			query: "lag-by-job", parameters: []any{"2022-04-01"},
			want: []string{
				"daily-scans|4|4|*|*", "daily-uploads|1|1|*|*", "daily-patients|1|1|*|*", "by-hand|2|0|90|90",
			},
		},
		{
			query: "late-records", parameters: []any{"2022-04-07"},
			want: []string{
				"2022-04-08T14:55:00Z|daily-scans|*|*", "2022-04-07T15:15:00Z|daily-patients|*|*",
				"2022-04-07T15:10:00Z|daily-uploads|*|*", "2022-04-07T14:55:00Z|daily-scans|*|*",
			},
		},
		{
			query: "latest-record", parameters: []any{"2022-04-01"}, keep: "by-hand|caries|daily-uploads",
			want: []string{
				"by-hand|2022-04-07T15:55:00Z|2022-04-07|total||missed||",
				"daily-scans|2022-04-08T14:55:00Z|2022-04-08|caries||failed|42703|*",
				"daily-scans|2022-04-08T14:55:00Z|2022-04-08|other||failed||needs case caries, which failed",
				"daily-uploads|2022-04-07T15:10:00Z|2022-04-08|jpeg|45|ok||",
				fmt.Sprintf("daily-uploads|2022-04-07T15:10:00Z|2022-04-08|large|%d|ok||", uploads[" large"]),
				fmt.Sprintf("daily-uploads|2022-04-07T15:10:00Z|2022-04-08|other|%d|ok||", uploads[" other"]),
				"daily-uploads|2022-04-07T15:10:00Z|2022-04-08|total|60|ok||",
			},
		},
		{
			query: "repaired-slots", parameters: []any{"2022-04-01"}, keep: "caries|total",
			want: []string{
				"2022-04-07T14:55:00Z|by-hand|total|1|9007199254740993|ok|2022-04-07T14:56:30.5Z",
				"2022-04-07T14:55:00Z|by-hand|total|2|9007199254740992|ok|2022-04-07T15:56:30.5Z",
				fmt.Sprintf("2022-04-06T14:55:00Z|daily-scans|caries|1|%d|ok|*", scansOn(6)["caries"]),
				"2022-04-06T14:55:00Z|daily-scans|total|1|57400|ok|*",
				"2022-04-06T14:55:00Z|daily-scans|total|2|57399|ok|*",
			},
		},
		{
			query: "failed-checks", parameters: []any{"2022-04-06"}, keep: "by-hand|daily-scans.*unread",
			want: []string{
				"by-hand|2022-04-07|2022-04-07T14:55:00Z|1|total|min|0|1|||||",
				"by-hand|2022-04-07|2022-04-07T14:55:00Z|1|total|within|0|2%||pair|daily-scans|total|7",
				"by-hand|2022-04-06|2022-04-06T14:55:00Z|1|total|max_drop|0|50%|10.5||||",
				"by-hand|2022-04-06|2022-04-06T14:55:00Z|1|total|min|0|1|||||",
				fmt.Sprintf("daily-scans|2022-04-08|2022-04-08T14:55:00Z|1|unread|max|%d|5000|||||", scansOn(8)["unread"]),
				fmt.Sprintf("daily-scans|2022-04-07|2022-04-07T14:55:00Z|1|unread|max|%d|5000|||||", scansOn(7)["unread"]),
				fmt.Sprintf("daily-scans|2022-04-06|2022-04-06T14:55:00Z|1|unread|max|%d|5000|||||", scansOn(6)["unread"]),
			},
		},
		{
			query: "checks-fired", parameters: []any{"2022-04-01"}, keep: "by-hand|daily-scans.*unread",
			want: []string{
				"daily-scans|unread|max||0|4|0|2022-04-08", // judged as they were stored
				"by-hand|total|min||2|2|0|2022-04-07",
				"by-hand|total|max_drop||0|1|3|2022-04-06",
				"by-hand|total|within|pair|0|1|0|2022-04-07",
			},
		},
	} {
		t.Run(test.query, func(t *testing.T) {
			query, exists := engine.catalog.Queries[test.query]
			if !exists {
				t.Fatal("the template has no such query")
			}
			var got []string
			for _, line := range engine.ask(t, query, test.parameters...) {
				if regexp.MustCompile(test.keep).MatchString(line) {
					got = append(got, line)
				}
			}
			if !slices.EqualFunc(test.want, got, matches) {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(test.want, "\n"))
			}
		})
		tested[test.query] = true
	}
	for name := range engine.catalog.Queries {
		if !tested[name] {
			t.Errorf("%s is not tested", name)
		}
	}
}

// matches compares a line with one in which * is anything.
func matches(want, got string) bool {
	pattern := strings.ReplaceAll(regexp.QuoteMeta(want), `\*`, ".*")
	return regexp.MustCompile("^" + pattern + "$").MatchString(got)
}
