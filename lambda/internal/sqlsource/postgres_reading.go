package sqlsource

import (
	"context"
	"strings"

	"tally/lambda/pattern"
	"tally/lambda/sqlcheck"
)

var postgresClock = clock{
	days:     []string{"current_date", "current_time", "localtime", "localtimestamp", "make_timestamptz"},
	instants: []string{"now", "current_timestamp", "transaction_timestamp", "statement_timestamp", "clock_timestamp", "to_timestamp", "timestamptz"},
}

// ambiguousDate is a date that the server's datestyle decides about.
var ambiguousDate = pattern.New(`^'\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}`)

// readings asks for what the session would have without the run's SET LOCAL.
func (d postgres) readings(ctx context.Context, s *session, table string) ([]otherReading, error) {
	_, rows, err := s.texts(ctx, "SELECT lower(name), reset_val FROM pg_settings WHERE lower(name) IN ('timezone', 'datestyle', 'standard_conforming_strings')")
	if err != nil {
		return nil, err
	}
	own := map[string]string{}
	for _, row := range rows {
		own[row[0]] = row[1]
	}
	_, columns, err := s.texts(ctx, `SELECT attname, atttypid::regtype FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'time'::regtype)`, quoteTable(d, table))
	if err != nil {
		return nil, err
	}
	readings := postgresClock.withColumns("timestamp with time zone", columns).reading("TimeZone", own["timezone"])
	if style := own["datestyle"]; !strings.HasSuffix(style, "MDY") {
		readings = append(readings, otherReading{"DateStyle " + style, "'04/07/2022' as April 7", anyToken(func(token sqlcheck.Token) bool {
			return ambiguousDate.MatchString(string(token))
		})})
	}
	if own["standard_conforming_strings"] == "off" {
		readings = append(readings, otherReading{"standard_conforming_strings off", "a backslash in '…' as it is", anyToken(escaped)})
	}
	return readings, nil
}
