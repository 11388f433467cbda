package local

import (
	"testing"
	"time"
)

// checkRestart restarts a database: it has its data and its port, after a crash too.
func checkRestart(t *testing.T, db *Database) {
	t.Helper()
	mustExec(t, mustOpen(t, db.URL), "CREATE TABLE kept AS SELECT 42 AS answer")
	for _, crash := range []bool{false, true} {
		begun := time.Now()
		if err := db.Restart(t.Context(), crash); err != nil {
			t.Fatal(err)
		}
		t.Logf("restarted in %s, by a crash: %t", time.Since(begun).Round(time.Millisecond), crash)
		if got := queryString(t, mustOpen(t, db.ReaderURL), "SELECT answer FROM kept"); got != "42" {
			t.Errorf("the table has %s after the restart", got)
		}
	}
}

// A replica lags, and then has what its server has. It takes no writes.
func TestReplicaLagsCatchesUpAndTakesNoWrites(t *testing.T) {
	db, err := StartPostgres(t.Context(), projectRoot, CanBeReplicated...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Stop() })
	admin := mustOpen(t, db.URL)
	mustExec(t, admin, "CREATE TABLE before AS SELECT 1 AS answer")
	const lag = time.Second
	replica, err := StartReplica(t.Context(), projectRoot, db, lag, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { replica.Stop() })
	reader := mustOpen(t, replica.ReaderURL)
	count := func() string {
		return queryString(t, reader, "SELECT count(*) FROM pg_tables WHERE tablename IN ('before', 'after')")
	}
	if got := count(); got != "1" {
		t.Fatalf("the replica has %s of the tables, want the one from before", got)
	}
	begun := time.Now()
	mustExec(t, admin, "CREATE TABLE after AS SELECT 2 AS answer")
	for count() != "2" {
		if time.Since(begun) > time.Minute {
			t.Fatal("the replica still lacks the table after, a minute after its server has it")
		}
		time.Sleep(10 * time.Millisecond)
	}
	if took := time.Since(begun); took < lag-100*time.Millisecond {
		t.Errorf("the replica lags by %s, want %s", took, lag)
	}
	if _, err := mustOpen(t, replica.URL).ExecContext(t.Context(), "CREATE TABLE own (id int)"); err == nil {
		t.Error("the replica takes writes")
	}
}
