package sqlsource

import (
	"context"
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/internal/count"
)

// testHit has somebody cancel each statement of a run in turn, or end its session, or
// the server go away without a word: those that count, and those that are ours. Either the run fails, to be tried again,
// or its lines are those of a run that nobody hit.
func testHit(t *testing.T, f fixture) {
	f.exec(t, "CREATE TABLE hit (n integer)", insert("hit", "1", "2"))
	apart := queryOf("hit", "one", "n = 1", "two", "n = 2")
	apart.Job.Total = new(false)
	for name, query := range map[string]count.Query{
		"total: false": apart,
		"one bad case": queryOf("hit", "one", "n = 1", "bad", "nn = 1", "two", "n = 2"),
	} {
		want, sent, err := f.hit(t, query, -1, "")
		if err != nil {
			t.Fatal(err)
		}
		for how, test := range map[string]struct{ instead, says string }{
			"cancelled": {f.pick("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(9)", "KILL QUERY CONNECTION_ID()"), f.pick("57014", "70100")},
			"killed":    {f.pick("SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(9)", "KILL CONNECTION_ID()"), f.pick("57P01", "70100")},
			"cut off":   {"", "the connection was lost: the server was stopped, or somebody or the network ended the session"},
		} {
			for i, text := range sent {
				lines, _, err := f.hit(t, query, i, test.instead)
				at := fmt.Sprintf("%s, %s at statement %d, %s", name, how, i, strings.SplitN(text, "\n", 2)[0])
				switch {
				case err == nil:
					if difference := cmp.Diff(want, lines); difference != "" {
						t.Errorf("%s: lines (-want +got):\n%s", at, difference)
					}
				case count.IsPermanent(err) || !strings.Contains(err.Error(), test.says) || strings.Count(err.Error(), errLost.Error()) > 1:
					t.Errorf("%s: got %v, want a transient failure with %s", at, err, test.says)
				}
			}
		}
	}
}

// hit counts, and has the server do something else instead of one of the statements,
// or nothing any more.
// It returns all that were sent.
func (f fixture) hit(t *testing.T, query count.Query, index int, instead string) (lines, sent []string, err error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	query.FullTime = 30 * time.Second
	var conn net.Conn
	source := sourceAt(f.server.ReaderURL)
	source.dial = func(ctx context.Context, network, address string) (_ net.Conn, err error) {
		conn, err = new(net.Dialer).DialContext(ctx, network, address)
		return conn, err
	}
	to, err := source.findTarget("app")
	if err != nil {
		t.Fatal(err)
	}
	to.connector = hook{to.connector, func(text string) string {
		sent = append(sent, text)
		switch {
		case len(sent)-1 != index:
			return text
		case instead == "": // as if the server had closed it
			_ = conn.(*net.TCPConn).CloseRead()
			return text
		case f.postgres() && strings.HasPrefix(text, "ROLLBACK"): // else PostgreSQL takes nothing else
			return text + "; " + instead
		}
		return instead
	}}
	s, err := open(ctx, to)
	if err != nil {
		return nil, sent, failure(err)
	}
	defer s.close()
	sheet, err := (&run{session: s, query: query}).count(ctx)
	if err != nil {
		return nil, sent, failure(err)
	}
	for _, line := range sheet.Lines() {
		lines = append(lines, showCount(line))
	}
	return lines, sent, nil
}
