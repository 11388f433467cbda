package faults_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tally/test/faults"
	"tally/test/local"
)

// server is a database server with the table orders, which writers change all the time. Each of
// their transactions keeps how many rows are in the window: whoever sees one snapshot counts that
// many rows, and groups whose sum they are.
type server struct {
	*local.Database
	admin *sql.DB
	locks *sql.DB // where its table is locked: a replica gets the locks of its server
	rows  int64   // in the window
	still int64   // of them, which no writer changes: paid, in the shop "still"
	// What its writers have committed. A replica has no writers.
	commits atomic.Int64
}

// The window of the slot that all runs count, and its slot.
var (
	movingSlot = time.Date(2024, 3, 10, 1, 0, 0, 0, time.UTC)
	movingDay  = movingSlot.Truncate(24 * time.Hour).Add(-24 * time.Hour)
)

const movingJobs = `
timezone: UTC
jobs:
  - name: moving
    schedule: cron(0 1 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: placed, column_timezone: UTC}
    group_by: [shop]
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
  - name: apart
    schedule: cron(0 1 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: placed, column_timezone: UTC}
    group_by: [shop]
    total: false
    cases: {paid: status = 'paid', refunded: status = 'refunded'}
  - name: slowly
    schedule: cron(0 1 * * ? *)
    source: {database: app, table: orders}
    window: {span: previous-day, column: placed, column_timezone: UTC}
    group_by: [shop]
    total: false
    cases:
      paid: status = 'paid' AND CASE WHEN id = 0 THEN $sleep ELSE TRUE END
      refunded: status = 'refunded'
`

// sleeping is a condition that is true after a while. A statement with it still runs when it is
// cancelled.
var sleeping = map[string]string{"postgres": "pg_sleep(0.05) IS NOT NULL", "mysql": "SLEEP(0.05) = 0"}

// startWriting fills the table of a database, and has it written to until the test ends.
func startWriting(t *testing.T, database *local.Database, rows int64) *server {
	t.Helper()
	s := &server{Database: database, rows: rows, still: 5}
	var err error
	if s.admin, err = database.Open(); err != nil {
		t.Fatal(err)
	}
	s.locks = s.admin
	s.exec(t, "CREATE TABLE orders (id integer PRIMARY KEY, placed timestamp NOT NULL, shop varchar(10) NOT NULL, status varchar(10) NOT NULL)")
	for base := range rows + others {
		o := order{id: base, shop: "a", status: "paid"}
		if base < s.still {
			o.shop = "still"
		}
		s.exec(t, s.insert(o))
	}
	ctx, stop := context.WithCancel(context.Background())
	var writers sync.WaitGroup
	for writer := range int64(2) {
		writers.Go(func() {
			random := rand.New(rand.NewPCG(uint64(writer), 7))
			for ctx.Err() == nil {
				if s.write(ctx, random, writer) == nil { // else a deadlock, a restart, or the end
					s.commits.Add(1)
				}
				time.Sleep(3 * time.Millisecond)
			}
		})
	}
	t.Cleanup(func() {
		stop()
		writers.Wait()
		_ = s.admin.Close()
	})
	return s
}

// startFollowing starts a replica of a PostgreSQL that lags by some transactions.
func startFollowing(t *testing.T, first *server) *server {
	t.Helper()
	replica, err := local.StartReplica(t.Context(), projectRoot, first.Database, 200*time.Millisecond, 300*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := replica.Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = admin.Close()
		if err := replica.Stop(); err != nil {
			t.Error(err)
		}
	})
	return &server{Database: replica, admin: admin, locks: first.admin, rows: first.rows, still: first.still}
}

func (s *server) exec(t *testing.T, text string) {
	t.Helper()
	if _, err := s.admin.ExecContext(t.Context(), text); err != nil {
		t.Fatal(err)
	}
}

// order is a row of the table. Its id is its base, which it keeps for good, or aside of it.
type order struct {
	id           int64
	shop, status string
}

// aside is what is added to the base of an order for its other id.
const aside = 1000

// others are rows before and after the window.
const others = 40

func (s *server) insert(o order) string {
	base := o.id % aside
	placed := movingDay.Add(time.Duration(base) * 24 * time.Hour / time.Duration(s.rows))
	if base >= s.rows {
		placed = movingDay.Add(time.Duration(base%2*24)*time.Hour + time.Duration(base%2*2-1)*time.Duration(base)*time.Second)
	}
	return fmt.Sprintf("INSERT INTO orders VALUES (%d, '%s', '%s', '%s')", o.id, placed.Format(time.DateTime), o.shop, o.status)
}

// write is one transaction of a writer, which has half of the rows for itself: it replaces some by
// rows of other shops and statuses, with other numbers. A row never leaves its window.
func (s *server) write(ctx context.Context, random *rand.Rand, writer int64) error {
	tx, err := s.admin.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // nothing is left of it after a commit
	first := s.still + random.Int64N(s.rows+others-s.still-5)
	for base := first; base < first+6; base++ {
		if base%2 != writer {
			continue
		}
		o := order{id: base + aside*random.Int64N(2), shop: faults.Pick(random, "a", "b", "c"), status: faults.Pick(random, "paid", "refunded")}
		for _, text := range []string{fmt.Sprintf("DELETE FROM orders WHERE id IN (%d, %d)", base, base+aside), s.insert(o)} {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
	}
	return tx.Commit()
}

// end has the server end the statement or the session of a client at a port. It fails if there is
// no such session.
func (s *server) end(port int, session bool) error {
	ctx := context.Background()
	if s.Engine == "postgres" {
		do, told := map[bool]string{false: "pg_cancel_backend", true: "pg_terminate_backend"}[session], false
		return s.admin.QueryRowContext(ctx, fmt.Sprintf("SELECT %s(pid) FROM pg_stat_activity WHERE client_port = %d", do, port)).Scan(&told)
	}
	var id int
	if err := s.admin.QueryRowContext(ctx, fmt.Sprintf("SELECT id FROM information_schema.processlist WHERE host LIKE '%%:%d'", port)).Scan(&id); err != nil {
		return err
	}
	_, err := s.admin.ExecContext(ctx, map[bool]string{false: "KILL QUERY ", true: "KILL "}[session]+fmt.Sprint(id))
	return err
}

// cancelled tells whether an answer of a server says that somebody cancelled the statement, which
// is no timeout.
func cancelled(answer []byte) bool {
	return bytes.Contains(answer, []byte("57014\x00Mcanceling statement due to user request")) || bytes.Contains(answer, []byte{0xff, 1317 & 0xff, 1317 >> 8, '#'})
}

// sessions are what the server is at, for a report.
func (s *server) sessions() (text string) {
	query := "SELECT concat_ws(' ', pid, state, wait_event, query) FROM pg_stat_activity WHERE datname = 'app'"
	if s.Engine != "postgres" {
		query = "SELECT concat_ws(' ', id, user, command, time, state, info) FROM information_schema.processlist"
	}
	rows, err := s.admin.QueryContext(context.Background(), query)
	if err != nil {
		return err.Error()
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err.Error()
		}
		text += "\n      " + line
	}
	if err := rows.Err(); err != nil {
		return err.Error()
	}
	return text
}

// lock locks the table for a while, as soon as it gets the lock, and tells so.
func (s *server) lock(during time.Duration, locked func()) error {
	ctx := context.Background()
	conn, err := s.locks.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	lock, unlock := "BEGIN; LOCK TABLE orders IN ACCESS EXCLUSIVE MODE", "ROLLBACK"
	if s.Engine != "postgres" {
		lock, unlock = "LOCK TABLES orders WRITE", "UNLOCK TABLES"
	}
	if _, err := conn.ExecContext(ctx, lock); err != nil {
		return err
	}
	locked()
	time.Sleep(during)
	_, err = conn.ExecContext(ctx, unlock)
	return err
}

// isLike gives a MySQL the reader's password of another one, as a replica has it.
func (s *server) isLike(t *testing.T, other *server) {
	t.Helper()
	reader := mustURL(t, other.ReaderURL)
	password, _ := reader.User.Password()
	s.exec(t, fmt.Sprintf("ALTER USER %s@'%%' IDENTIFIED BY '%s'", reader.User.Username(), password))
}

func mustURL(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// judge says what is wrong with a record that a server, or its replica, should have counted.
func (s *server) judge(object []byte, withTotal bool) (v faults.Verdict) {
	counts, failed, err := faults.Counts(object)
	if err != nil || len(failed) > 0 {
		v.Wrongf("the record has no counts for %v (%v)", failed, err)
		return v
	}
	sums := map[string]int64{}
	for name, n := range counts {
		if of, _, group := strings.Cut(name, " "); group {
			sums[of] += n
		}
	}
	for name, sum := range sums {
		if sum != counts[name] {
			v.Wrongf("the groups count %d %s together, all rows %d: they are of different snapshots: %v", sum, name, counts[name], counts)
		}
	}
	if n := counts["paid"] + counts["refunded"]; n != s.rows {
		v.Wrongf("%d rows are paid or refunded, want %d: %v", n, s.rows, counts)
	}
	if withTotal && (counts["total"] != s.rows || counts["other"] != 0) {
		v.Wrongf("total is %d and other %d, want %d and 0", counts["total"], counts["other"], s.rows)
	}
	if counts["paid shop=still"] != s.still || counts["refunded shop=still"] != 0 {
		v.Wrongf("the shop that nobody changes has %d and %d, want %d and 0", counts["paid shop=still"], counts["refunded shop=still"], s.still)
	}
	return v
}
