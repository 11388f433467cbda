package sqlsource

import (
	"context"
	"slices"
	"strings"

	"tally/lambda/sqlcheck"
)

var mySQLClock = clock{
	days:     []string{"curdate", "current_date", "curtime", "current_time", "from_unixtime"},
	instants: []string{"now", "current_timestamp", "localtime", "localtimestamp", "sysdate", "unix_timestamp"},
	walls:    []string{"utc_timestamp", "utc_date", "utc_time"},
}

// modeReadings are by the modes of sql_mode that a run does not have.
var modeReadings = map[string]otherReading{
	"ANSI_QUOTES":          {ours: `"x" as a text`, differs: anyToken(func(token sqlcheck.Token) bool { return token[0] == '"' })},
	"NO_BACKSLASH_ESCAPES": {ours: `a backslash in a text as an escape`, differs: anyToken(escaped)},
	"EMPTY_STRING_IS_NULL": {ours: "'' as an empty text", differs: anyToken(func(token sqlcheck.Token) bool { return token == "''" })},
	"PIPES_AS_CONCAT": {ours: "|| as OR", differs: func(tokens []sqlcheck.Token) bool {
		i := slices.Index(tokens, "|")
		return i >= 0 && i+1 < len(tokens) && tokens[i+1] == "|"
	}},
	"HIGH_NOT_PRECEDENCE": {ours: "NOT a = b as NOT (a = b)", differs: func(tokens []sqlcheck.Token) bool {
		for i, token := range tokens[:max(0, len(tokens)-1)] {
			if token.Is("not") && !tokens[i+1].Is("(", "in", "like", "between", "regexp", "rlike", "null", "true", "false", "unknown", "exists") {
				return true
			}
		}
		return false
	}},
}

// readings asks for what another session would have.
func (*mySQL) readings(ctx context.Context, s *session, table string) ([]otherReading, error) {
	_, rows, err := s.texts(ctx, "SELECT @@GLOBAL.sql_mode, @@GLOBAL.time_zone, @@GLOBAL.system_time_zone")
	if err != nil {
		return nil, err
	}
	is, values := isTable(table)
	_, columns, err := s.texts(ctx, "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE "+is+
		" AND DATA_TYPE IN ('timestamp', 'datetime', 'date', 'time')", values...)
	if err != nil {
		return nil, err
	}
	modes, zone, system := rows[0][0], rows[0][1], rows[0][2]
	if zone == "SYSTEM" {
		zone = system
	}
	readings := mySQLClock.withColumns("timestamp", columns).reading("time_zone", zone)
	for _, mode := range strings.Split(modes, ",") {
		if other, known := modeReadings[mode]; known {
			other.setting = "sql_mode " + mode
			readings = append(readings, other)
		}
	}
	return readings, nil
}
