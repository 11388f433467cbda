package s3source_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
	"tally/lambda/internal/sqlsource"
	"tally/lambda/job"
	"tally/test/local"
)

// change is when the clocks of a zone change.
type change struct{ zone, at string }

var changes = []change{
	{"America/New_York", "2024-11-03T06:00:00Z"},    // 02:00 becomes 01:00
	{"America/New_York", "2024-03-10T07:00:00Z"},    // 02:00 becomes 03:00
	{"Australia/Lord_Howe", "2024-04-06T15:00:00Z"}, // 02:00 becomes 01:30
	{"Australia/Lord_Howe", "2024-10-05T15:30:00Z"}, // 02:00 becomes 02:30
	{"America/Havana", "2024-11-03T05:00:00Z"},      // 01:00 becomes 00:00
	{"Antarctica/Troll", "2024-10-27T01:00:00Z"},    // 03:00 becomes 01:00
}

// moment is a record's time, and what a clock shows then.
type moment struct {
	at    time.Time
	shown string
}

// id tells a moment from the others.
func (m moment) id() string { return m.at.UTC().Format(time.RFC3339) + " " + m.shown }

const wallClock = "2006-01-02 15:04:05"

// moments are times around a change, and those that the clocks skip there, once
// shortly before the change and once after it.
func (c change) moments(t *testing.T) []moment {
	zone, err := time.LoadLocation(c.zone)
	if err != nil {
		t.Fatal(err)
	}
	at := parseTime(t, c.at).In(zone)
	var all []moment
	for offset := -4 * time.Hour; offset < 4*time.Hour; offset += 15 * time.Minute {
		all = append(all, moment{at.Add(offset), at.Add(offset).Format(wallClock)})
	}
	from, to := job.Shown(at.Add(-time.Second)).Add(time.Second), job.Shown(at)
	for skipped := from; skipped.Before(to); skipped = skipped.Add(15 * time.Minute) {
		text := skipped.Format(wallClock)
		all = append(all, moment{at.Add(skipped.Sub(to)), text}, moment{at.Add(skipped.Sub(from)), text})
	}
	return all
}

// windowsAround are the different windows of slots around a change.
func (c change) windowsAround(t *testing.T, counted job.Job, reach time.Duration) []count.Window {
	t.Helper()
	var all []count.Window
	at := parseTime(t, c.at)
	for slot := at.Add(-reach); slot.Before(at.Add(reach)); slot = slot.Add(15 * time.Minute) {
		window, err := count.WindowOf(counted, job.Slot{Time: slot})
		if err != nil {
			t.Fatal(err)
		}
		if len(all) == 0 || *window != all[len(all)-1] {
			all = append(all, *window)
		}
	}
	return all
}

// Each record is in exactly one hour where clocks change, whatever folders there are.
// Folders that tell the two passes of a repeated hour apart decide in which one.
func TestChangedClocks(t *testing.T) {
	server := startS3(t)
	for _, c := range changes {
		for _, folders := range []struct {
			prefix, zone string
			tell         bool // which pass it is
		}{
			{"", "UTC", false},
			{"{yyyy}/{MM}/{dd}/{HH}/", "UTC", true},
			{"{yyyy}/{MM}/{dd}/{HH}/", "Asia/Seoul", true},
			{"{yyyy}/{MM}/{dd}/{HH}/", c.zone, false},
			{"{yyyy}/{MM}/{dd}/", "UTC", false},
		} {
			b := server.bucket(t)
			c.put(t, b, folders.prefix, folders.zone)
			source := fmt.Sprintf("    source: {bucket: logs, prefix: %q, prefix_timezone: %s, format: jsonl}\n", "log/"+folders.prefix, folders.zone)
			if folders.prefix == "" {
				source = "    source: {bucket: logs, prefix: log/, format: jsonl}\n"
			}
			for _, zone := range []string{c.zone, "UTC", "Asia/Kolkata"} {
				hours := c.hours(t, b, "    timezone: "+zone+"\n"+source+
					"    window: {span: previous-hour, column: shown, column_timezone: "+c.zone+"}\n    group_by: [id]\n    cases: {all: \"true\"}\n")
				for _, m := range c.moments(t) {
					got := hours[m.id()]
					told := folders.tell && m.at.Format(wallClock) == m.shown
					if len(got) != 1 || told && (m.at.Before(got[0].From) || !m.at.Before(got[0].To)) {
						t.Errorf("%s, %s of %s, hours of %s: %s is in %v, want one hour, its own if the folder tells", c.zone, folders.prefix, folders.zone, zone, m.id(), got)
					}
				}
			}
		}
	}
}

// hours are the windows around a change that each record is in, by its id, as often as
// it counts there.
func (c change) hours(t *testing.T, b bucket, text string) map[string][]count.Window {
	t.Helper()
	counted, source := jobOf(t, text), b.source(2)
	found := map[string][]count.Window{}
	for _, window := range c.windowsAround(t, counted, 6*time.Hour) {
		result, err := source.Count(t.Context(), count.Query{Job: counted, Window: &window})
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range result.Counts {
			if id := line.Groups["id"]; line.Case == "all" && id != nil {
				found[*id] = append(found[*id], slices.Repeat([]count.Window{window}, int(line.Count))...)
			}
		}
	}
	return found
}

// put writes the moments of a change as records into folders of their time.
func (c change) put(t *testing.T, b bucket, prefix, zone string) {
	t.Helper()
	folderZone, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	layout := strings.NewReplacer("{yyyy}", "2006", "{MM}", "01", "{dd}", "02", "{HH}", "15").Replace(prefix)
	files := map[string]*bytes.Buffer{}
	for _, m := range c.moments(t) {
		key := "log/" + m.at.In(folderZone).Format(layout) + "a.jsonl"
		if files[key] == nil {
			files[key] = new(bytes.Buffer)
		}
		fmt.Fprintf(files[key], "{\"id\":%q,\"shown\":%q}\n", m.id(), m.shown)
	}
	for key, content := range files {
		b.put(t, key, content.Bytes())
	}
}

// Six records of New York with the same local time, three of each pass.
func TestRepeatedHour(t *testing.T) {
	b := startS3(t).bucket(t)
	const three = "{\"at\":\"2024-11-03T01:15:00\"}\n{\"at\":\"2024-11-03 01:15:00\"}\n{\"at\":\"2024-11-03T01:15\"}\n"
	b.put(t, "log/2024/11/03/05/a.jsonl", []byte(three))
	b.put(t, "log/2024/11/03/06/a.jsonl", []byte(three))
	for slot, want := range map[string]int64{
		"previous-hour 2024-11-03T05:05:00Z": 0, "previous-hour 2024-11-03T06:05:00Z": 3, "previous-hour 2024-11-03T07:05:00Z": 3, "previous-hour 2024-11-03T08:05:00Z": 0,
		"previous-day 2024-11-04T06:05:00Z": 6, "day-to-date 2024-11-03T06:05:00Z": 3, "day-to-date 2024-11-03T08:05:00Z": 6, "hour-to-date 2024-11-03T06:05:00Z": 0,
	} {
		span, at, _ := strings.Cut(slot, " ")
		counted := jobOf(t, "    timezone: America/New_York\n    source: {bucket: logs, prefix: \"log/{yyyy}/{MM}/{dd}/{HH}/\", prefix_timezone: UTC, format: jsonl}\n"+
			"    window: {span: "+span+", column: at, column_timezone: America/New_York}\n    cases: {all: \"true\"}\n")
		window, err := count.WindowOf(counted, job.Slot{Time: parseTime(t, at)})
		if err != nil {
			t.Fatal(err)
		}
		result, err := b.source(2).Count(t.Context(), count.Query{Job: counted, Window: window})
		if err != nil || counts(result)["total"] != want {
			t.Errorf("%s: counted %v (%v), want %d", slot, counts(result), err, want)
		}
	}
}

// Without folders a record is in the windows that a row with the same time is in.
func TestChangedClocksAsInADatabase(t *testing.T) {
	database, err := local.StartPostgres(t.Context(), "../../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	admin, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	rows := sqlsource.New(sqlsource.Options{Variable: func(name string) string {
		return map[string]string{"TALLY_DATABASE_APP": database.ReaderURL}[name]
	}})
	server := startS3(t)
	for i, c := range changes {
		b, table := server.bucket(t), fmt.Sprint("moments_", i)
		records := b.source(2)
		c.put(t, b, "", "UTC")
		values := []string{}
		for _, m := range c.moments(t) {
			values = append(values, "('"+m.shown+"')")
		}
		if _, err := admin.ExecContext(t.Context(), "CREATE TABLE "+table+" (shown timestamp); INSERT INTO "+table+" VALUES "+strings.Join(values, ", ")); err != nil {
			t.Fatal(err)
		}
		for span, reach := range map[string]time.Duration{"previous-hour": 4 * time.Hour, "hour-to-date": 2 * time.Hour, "previous-day": 24 * time.Hour, "day-to-date": 2 * time.Hour} {
			for _, zone := range []string{c.zone, "Asia/Kolkata"} {
				window := "    window: {span: " + span + ", column: shown, column_timezone: " + c.zone + "}\n    cases: {all: "
				inTable := jobOf(t, "    timezone: "+zone+"\n    source: {database: app, table: "+table+"}\n"+window+"\"1 = 1\"}\n")
				inBucket := jobOf(t, "    timezone: "+zone+"\n    source: {bucket: logs, prefix: log/, format: jsonl}\n"+window+"\"true\"}\n")
				var want, got []string
				for _, window := range c.windowsAround(t, inTable, reach) {
					want = append(want, totalOf(t, rows, inTable, window))
					got = append(got, totalOf(t, records, inBucket, window))
				}
				if difference := cmp.Diff(want, got); difference != "" {
					t.Errorf("%s, %s of %s (-rows +records):\n%s", c.zone, span, zone, difference)
				}
			}
		}
	}
}

func totalOf(t *testing.T, source count.Source, counted job.Job, window count.Window) string {
	t.Helper()
	result, err := source.Count(t.Context(), count.Query{Job: counted, Window: &window})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(window.From.Format(time.RFC3339), " ", window.To.Format(time.RFC3339), " ", counts(result)["total"])
}
