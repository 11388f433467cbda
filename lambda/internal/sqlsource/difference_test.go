package sqlsource

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/lambda/sqlcheck"
)

// Columns of the conditions below: ts is a point in time, dt and d hold wall clocks.
func TestConditionsThatDependOnTheZone(t *testing.T) {
	for _, test := range []struct {
		condition       string
		mySQL, postgres bool
	}{
		{"result = 'normal' AND n > 20220407", false, false},
		{"DATE(ts) = '2022-04-07'", true, true},
		{"ts >= '2022-04-07'", true, true},
		{"TS < 20220407000000", true, true},
		{"ts >= '2022-04-07T00:00:00+09:00' AND ts < '2022-04-08 00:00:00Z'", false, false},
		{"ts IS NULL OR ts IS NOT NULL", false, false},
		{"ts > other_ts AND result = '7-up'", false, false},
		{"ts > dt", true, true},
		{"dt >= '2022-04-07' AND date(dt) = d", false, false},
		{"dt > NOW() - INTERVAL '1' DAY", true, true},
		{"ts > now() - interval '1' hour", false, false},
		{"d = CURRENT_DATE", true, true},
		{"d = CURDATE()", true, false},
		{"EXTRACT(HOUR FROM ts) < 9", true, true},
		{"EXTRACT(EPOCH FROM ts) < 9", false, false},
		{"UNIX_TIMESTAMP(ts) > 0", false, false},
		{"UNIX_TIMESTAMP('2022-04-07') > n", true, false},
		{"FROM_UNIXTIME(n) > d", true, false},
		{"note = 'DATE(ts) = now()' -- ts > '2022-04-07'", false, false},
		{"ts::date = d", true, true},
		{"(ts AT TIME ZONE 'Asia/Seoul')::date = '2022-04-07'", false, false},
		{"date_trunc('day', ts) = ts", true, true},
		{"'2022-04-07'::timestamptz > n", false, true},
		{"ts > 'yesterday'", true, true},
		{"(ts) IN (ts)", false, false},
		{"ts <= UTC_TIMESTAMP() - INTERVAL '1' DAY", true, false},
		{"dt <= UTC_TIMESTAMP()", false, false},
		{"ts > make_timestamptz(2022, 4, 7, 0, 0, 0)", false, true},
	} {
		columns := [][]string{{"ts", "instant"}, {"other_ts", "instant"}, {"dt", "wall"}, {"d", "wall"}}
		for engine, want := range map[string]bool{contract.EngineMySQL: test.mySQL, contract.EnginePostgres: test.postgres} {
			clock := map[string]zoneDependence{contract.EngineMySQL: mySQLZones, contract.EnginePostgres: postgresZones}[engine].withColumns("instant", columns)
			if got := clock.mayChange(sqlcheck.Tokens(engine, test.condition)); got != want {
				t.Errorf("%s, %s: got %t", engine, test.condition, got)
			}
		}
	}
	for zone, want := range map[string]bool{"UTC": true, "Etc/UTC": true, "GMT": true, "+00:00": true, "Europe/London": false, "KST": false, "+09:00": false} {
		if got := mySQLZones.difference("time_zone", zone) == nil; got != want {
			t.Errorf("zone %s: taken for UTC: %t", zone, got)
		}
	}
}

// The check warns of what another session of the server would read differently, and of
// nothing else.
func testReadings(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE differences (n integer, word varchar(20), ts "+f.pick("timestamptz", "timestamp NULL")+")")
	query := queryOf("differences", "plain", "n = 1 AND word = 'normal' AND NOT (n = 2) AND word IS NOT NULL",
		"quotes", f.pick(`word = "word"`, `word = "x"`), "backslash", `word = 'a\\b'`, "pipes", f.pick("word || 'a' = 'b'", "n = 1 || n = 2"),
		"not", "NOT n = 2", "day", f.pick("ts::date = '2022-04-07'", "DATE(ts) = '2022-04-07'"), "date", f.pick("ts > '04/07/2022Z'", "n = 2"))
	warned := func() (all []string) {
		for _, problem := range problemsOf(t, f.server.ReaderURL, query) {
			name, found := strings.CutPrefix(problem, "warning: cases.")
			if !found {
				t.Errorf("got %s", problem)
			}
			_, setting, _ := strings.Cut(name, "own setting (")
			setting, _, _ = strings.Cut(setting, ")")
			all = append(all, strings.SplitN(name, ":", 2)[0]+": "+setting)
		}
		return all
	}
	if got := warned(); len(got) > 0 {
		t.Errorf("with the settings of a run: %q", got)
	}
	var want []string
	if f.postgres() {
		f.exec(t, "ALTER ROLE tally_reader SET timezone = 'Asia/Seoul'", "ALTER DATABASE app SET datestyle = 'ISO, DMY'",
			"ALTER ROLE tally_reader SET standard_conforming_strings = off")
		t.Cleanup(func() { f.exec(t, "ALTER ROLE tally_reader RESET ALL", "ALTER DATABASE app RESET datestyle") })
		want = []string{"backslash: standard_conforming_strings off", "day: TimeZone Asia/Seoul", "date: TimeZone Asia/Seoul", "date: DateStyle ISO, DMY"}
	} else {
		f.exec(t, "SET GLOBAL sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES,HIGH_NOT_PRECEDENCE'", "SET GLOBAL time_zone = '+09:00'")
		t.Cleanup(func() { f.exec(t, "SET GLOBAL sql_mode = DEFAULT", "SET GLOBAL time_zone = '+00:00'") })
		want = []string{"quotes: sql_mode ANSI_QUOTES", "backslash: sql_mode NO_BACKSLASH_ESCAPES", "pipes: sql_mode PIPES_AS_CONCAT",
			"not: sql_mode HIGH_NOT_PRECEDENCE", "day: time_zone +09:00"}
	}
	got := warned()
	slices.Sort(got)
	slices.Sort(want)
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("warnings (-want +got):\n%s", difference)
	}
}
