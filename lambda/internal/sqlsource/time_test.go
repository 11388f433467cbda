package sqlsource

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"tally/lambda/internal/count"
)

// testLostTime counts a case that takes as long as a run has for it, but not a run that
// waited for its table first: that one fails, and stores nothing.
func testLostTime(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE crowded (n integer)", insert("crowded", "1", "2"))
	query := queryOf("crowded", "slow", f.pick("n = 1 AND pg_sleep(1.25) IS NOT NULL", "n = 1 AND SLEEP(1.25) = 0"), "one", "n = 1")
	query.FullTime = 8 * time.Second // 3.6 s of it for the one scan, in which slow and other sleep
	for _, lock := range []time.Duration{0, 2800 * time.Millisecond} {
		conn, err := f.admin.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		send := func(statement string) {
			if _, err := conn.ExecContext(context.WithoutCancel(t.Context()), statement); err != nil {
				t.Error(err)
			}
		}
		send(f.pick("BEGIN", "SELECT 1"))
		send(f.pick("LOCK TABLE crowded", "LOCK TABLES crowded WRITE"))
		time.AfterFunc(lock, func() { send(f.pick("ROLLBACK", "UNLOCK TABLES")) })
		ctx, cancel := context.WithTimeout(t.Context(), query.FullTime)
		defer cancel()
		lines, err := linesAt(ctx, f.server.ReaderURL, query)
		switch {
		case lock == 0 && (err != nil || lines[0].Failure != nil || lines[0].Count != 1):
			t.Errorf("counted %+v (%v), want 1", lines, err)
		case lock > 0 && (err == nil || count.IsPermanent(err) || !strings.Contains(err.Error(), "lost time")):
			t.Errorf("behind a lock: got %+v (%v), want a transient failure", lines, err)
		}
	}
}

// testLateTimeout is a server under load, whose timeout comes late: the cases are
// counted one by one all the same.
func testLateTimeout(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE loaded (n integer)", insert("loaded", "1", "2"))
	query := queryOf("loaded", "slow", f.pick("pg_sleep(60) IS NULL", "SLEEP(60) = 1"), "one", "n = 1")
	to, err := sourceAt(f.server.ReaderURL).findTarget("app")
	if err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	to.connector = hook{to.connector, func(text string) string {
		if strings.HasPrefix(text, "SELECT COUNT(") {
			once.Do(func() { time.Sleep(600 * time.Millisecond) })
		}
		return text
	}}
	ctx, cancel := context.WithTimeout(t.Context(), 8*time.Second)
	defer cancel()
	s, err := open(ctx, to)
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	sheet, err := (&run{session: s, query: query}).count(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if lines := sheet.Lines(); lines[0].Failure == nil || lines[1].Count != 1 {
		t.Errorf("got %+v, want that only the slow case fails", lines)
	}
}
