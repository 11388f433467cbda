package job_test

import (
	"strings"
	"testing"
	"time"

	"tally/lambda/contract"
	"tally/lambda/job"
)

// Only what can change a count makes counts that cannot be compared.
func TestCountingSHA256ChangesWithWhatIsCounted(t *testing.T) {
	first := mustRead(t, hashed).Jobs[0]
	for _, test := range []struct {
		name, old, new string
		changes        bool
	}{
		{"nothing", "", "", false},
		{"name", "name: scans", "name: scan", false},
		{"label", "name: scans\n", "name: scans\n    label: 오늘의 스캔\n", false},
		{"description", "Scans read today", "Scans", false},
		{"schedule", "55 14", "54 14", false},
		{"schedule_timezone", "cron(55 14 * * ? *)\n", "cron(55 14 * * ? *)\n    schedule_timezone: Asia/Tokyo\n", false},
		{"recount_after", "    cases:\n", "    recount_after: [1d]\n    cases:\n", false},
		{"checks", "    cases:\n", "    checks: {total: {min: 1}}\n    cases:\n", false},

		{"timezone", "timezone: Asia/Seoul", "timezone: Asia/Tokyo", true},
		{"table", "table: scans", "table: scan", true},
		{"span", "day-to-date", "previous-day", true},
		{"column_timezone", "column_timezone: Asia/Seoul", "column_timezone: UTC", true},
		{"window removed", "    window: {span: day-to-date, column: created_at, column_timezone: Asia/Seoul}\n", "", true},
		{"condition", "result = 'caries'", "result = 'Caries'", true},
		{"case added", "    cases:\n", "    cases:\n      unread: result IS NULL\n", true},
		{"group_by", "    cases:\n", "    group_by: [clinic]\n    cases:\n", true},
		{"distinct", "    cases:\n", "    distinct: patient\n    cases:\n", true},
	} {
		changed := mustRead(t, strings.Replace(hashed, test.old, test.new, 1)).Jobs[0]
		if (changed.CountingSHA256() != first.CountingSHA256()) != test.changes {
			t.Errorf("%s: from %s to %s", test.name, first.CountingSHA256(), changed.CountingSHA256())
		}
		made := contract.Record{CountingSHA256: first.CountingSHA256(), JobSHA256: first.SHA256()}
		old := contract.Record{JobSHA256: first.SHA256()} // from before records had counting_sha256
		if changed.SameCounting(made) == test.changes || changed.SameCounting(old) != (changed.SHA256() == first.SHA256()) {
			t.Errorf("%s: made %t, an old record %t", test.name, changed.SameCounting(made), changed.SameCounting(old))
		}
	}
}

func TestCountedDay(t *testing.T) {
	for _, test := range []struct {
		name, zone string
		span       job.Span
		slot, want string
	}{
		{"day before", "Asia/Seoul", job.PreviousDay, "2022-04-07T15:20:00Z", "2022-04-07"},
		{"day so far", "Asia/Seoul", job.DayToDate, "2022-04-07T14:55:00Z", "2022-04-07"},
		{"nothing of the day so far", "Asia/Seoul", job.DayToDate, "2022-04-07T15:00:00Z", "2022-04-07"},
		{"week before", "Asia/Seoul", job.PreviousWeek, "2022-04-07T15:20:00Z", "2022-04-03"},
		{"month before, at the end of a year", "UTC", job.PreviousMonth, "2022-01-01T00:05:00Z", "2021-12-31"},
		{"month before, in a leap year", "UTC", job.PreviousMonth, "2024-03-01T00:05:00Z", "2024-02-29"},
		{"hour before midnight", "Europe/Berlin", job.PreviousHour, "2022-04-06T22:05:00Z", "2022-04-06"},
		{"day of 25 hours", "Europe/Berlin", job.PreviousDay, "2022-10-30T23:05:00Z", "2022-10-30"},
		{"no window", "Asia/Seoul", "", "2022-04-07T15:20:00Z", "2022-04-08"},
	} {
		t.Run(test.name, func(t *testing.T) {
			slot, err := time.Parse(time.RFC3339, test.slot)
			if err != nil {
				t.Fatal(err)
			}
			zone, err := time.LoadLocation(test.zone)
			if err != nil {
				t.Fatal(err)
			}
			j := job.Job{Zone: zone}
			if test.span != "" {
				j.Window = &job.Window{Span: test.span}
			}
			if got := j.CountedDay(slot); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestPercentAsAFraction(t *testing.T) {
	for percent, want := range map[job.Percent]string{"50%": "1/2", "12.5%": "1/8", "0%": "0", "99999.99%": "9999999/10000", "": "none", "50": "none", "much%": "none"} {
		got := "none"
		if rat := percent.Rat(); rat != nil {
			got = rat.RatString()
		}
		if got != want {
			t.Errorf("%s is %s, want %s", percent, got, want)
		}
	}
}
