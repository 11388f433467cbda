package athenasource

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Two days, with rows at each boundary: those of 7 April in Seoul, UTC, or New York differ.
func startMoments(t *testing.T) *lake {
	t.Helper()
	l := startLake(t)
	l.exec(t, "CREATE TABLE moments (instant timestamptz, wall timestamp, day date, seconds bigint, millis bigint, zoned varchar, unzoned varchar, word varchar, clock time)")
	first := time.Date(2022, 4, 5, 12, 0, 0, 0, time.UTC)
	for hour := range 72 {
		for _, offset := range []time.Duration{-time.Millisecond, 0, 30 * time.Minute} {
			at := first.Add(time.Duration(hour)*time.Hour + offset)
			seoul := at.In(time.FixedZone("", 9*3600))
			zoned := []string{at.Format("2006-01-02T15:04:05.999Z07:00"), seoul.Format("2006-01-02T15:04:05.999-07:00"), seoul.Format("2006-01-02T15:04:05.999-0700")}[hour%3]
			l.exec(t, fmt.Sprintf("INSERT INTO moments VALUES ('%s', '%s', '%s', %d, %d, '%s', '%s', 'x')",
				at.Format(time.RFC3339Nano), seoul.Format("2006-01-02 15:04:05.999"), seoul.Format(time.DateOnly), at.Unix(), at.UnixMilli(), zoned, seoul.Format("2006-01-02T15:04:05.999")))
		}
	}
	l.exec(t, "INSERT INTO moments (word) VALUES ('without a time')")
	return l
}

func TestWindowsOverColumnsOfAllTypes(t *testing.T) {
	l := startMoments(t)
	for _, test := range []struct{ window, want string }{
		{"{span: previous-day, column: instant}", "total 72"},
		{"{span: previous-day, column: wall, column_timezone: Asia/Seoul}", "total 72"},
		{"{span: previous-day, column: day, column_timezone: Asia/Seoul}", "total 72"},
		{"{span: previous-day, column: millis, column_type: epoch_millis}", "total 72"},
		{"{span: previous-day, column: zoned}", "total 72"},
		{"{span: previous-day, column: zoned, column_timezone: Asia/Seoul}", "total 72"},
		{"{span: previous-day, column: unzoned, column_timezone: Asia/Seoul}", "total 72"},
		{"{span: previous-day, column: seconds, column_type: epoch_seconds}", "total 72"},
		{"{span: day-to-date, column: instant}", "total 4"},
		{"{span: previous-hour, column: instant}", "total 3"},
		{"{span: hour-to-date, column: instant}", "total 1"},
		{"{span: week-to-date, column: instant}", "total 158"},
		{"{span: previous-month, column: instant}", "total 0"},
	} {
		t.Run(test.window, func(t *testing.T) {
			query := queryOf(t, jobOf(t, "    source: {athena: lake, table: moments}\n    window: "+test.window+"\n"))
			if got, _ := counted(t, l.source(), query); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestWindowsThatCannotBeCounted(t *testing.T) {
	l := startMoments(t)
	for _, test := range []struct{ window, want string }{
		{"{span: previous-day, column: wall}", "window.column_timezone: column wall: its values have no time zone; write in job events what they mean, such as column_timezone: Asia/Seoul"},
		{"{span: previous-day, column: day}", "window.column_timezone: column day: its values have no time zone"},
		{"{span: previous-hour, column: day, column_timezone: Asia/Seoul}", "it holds days, and the window's bound"},
		{"{span: previous-day, column: seconds}", "window.column: column seconds: it holds integers; write in job events what they count: column_type: epoch_seconds or epoch_millis"},
		{"{span: previous-day, column: instant, column_type: epoch_millis}", "it holds times, not epoch_millis; leave column_type out of job events"},
		{"{span: previous-day, column: zoned, column_type: epoch_millis}", "it holds texts, not epoch_millis"},
		{"{span: previous-day, column: clock}", "its type is time; a window needs one of bigint, date, integer, timestamp, timestamp with time zone, varchar"},
		{"{span: previous-day, column: unzoned}", "window.column has a text that is no time with a zone in ISO 8601; if such texts are times without one, write column_timezone"},
		{"{span: previous-day, column: word, column_timezone: Asia/Seoul}", "a function does not take a value of a row"},
		{"{span: previous-day, column: missing}", "there is no such column: COLUMN_NOT_FOUND"},
	} {
		t.Run(test.window, func(t *testing.T) {
			query := queryOf(t, jobOf(t, "    source: {athena: lake, table: moments}\n    window: "+test.window+"\n"))
			_, err := l.source().Count(t.Context(), query)
			if failed := failureOf(t, err); !failed.Permanent || !strings.Contains(failed.Error(), test.want) {
				t.Errorf("got %v (permanent: %t), want %q", failed, failed.Permanent, test.want)
			}
			if strings.Contains(fmt.Sprint(err), "2022-04-05T") {
				t.Errorf("the error holds a value: %v", err)
			}
		})
	}
}
