package sqlsource

import (
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"net/url"
	"strings"
	"time"

	"tally/lambda/contract"
)

// dialect is what differs between the engines. One is made for each run, so it
// may remember what the server turned out to be.
type dialect interface {
	// atURL connects to where a URL points, with its user and password. An error is a
	// URLError.
	atURL(*url.URL, dialer) (driver.Connector, error)
	// withLogin connects over verified TLS, with a login made at connect time. The
	// password of a token may be asked for as it is.
	withLogin(contract.Database, *tls.Config, loginMaker, dialer) (driver.Connector, error)

	// begin starts the read-only transaction, whose statements all see the
	// snapshot taken here or by the first of them.
	begin(context.Context, *sql.Conn) error
	// hold keeps a table from being emptied or changed until the transaction ends,
	// as far as the engine can.
	hold(ctx context.Context, s *session, table string) error
	// limit is SQL of our own that makes the server end later statements after a
	// time, and their waiting for somebody's lock before that.
	limit(statement, lock time.Duration) string

	// quote quotes an identifier.
	quote(name string) string
	// placeholder is the n-th value to bind, from 1.
	placeholder(n int) string
	// countIf counts the rows for which the condition is true, or the distinct
	// values that a column has in them: the spelling that the engine runs fastest.
	countIf(condition, distinct string) string
	// text is a column as text that is compared byte by byte. Different values
	// have different texts. It is empty for a type whose values have none.
	text(quoted, databaseType string) string
	// distinct is a column whose distinct values are counted, inside of a CASE and
	// outside.
	distinct(quoted, databaseType string) string
	// withTotals is a statement that counts numbers by group and of all rows, as
	// [grouping] with totals says. what is everything from FROM to WHERE, and scans
	// how often its placeholders are in the text.
	withTotals(by, numbers []string, what string) (text string, scans int)
	// columns are the types that a window's column may have, by the name that the
	// driver gives them.
	columns() map[string]columnType
	// readings are how the settings of the server, the database and the user read
	// conditions, where a run's are others.
	readings(ctx context.Context, s *session, table string) ([]otherReading, error)
	// withoutRows is a statement that reads no row and is refused where text would be.
	// It is empty where the engine refuses as much when it prepares text.
	withoutRows(text string) string
	// engine is the name that settings have for it.
	engine() string
}

// loginMaker makes a user's name and password. It is asked when a connection is
// made, because passwords expire and change.
type loginMaker func(context.Context) (login, error)

type login struct{ user, password string }

func newDialect(engine string) (dialect, bool) {
	switch engine {
	case contract.EnginePostgres:
		return postgres{}, true
	case contract.EngineMySQL:
		return &mySQL{}, true
	}
	return nil, false
}

// quoteTable quotes the parts of table or schema.table.
func quoteTable(d dialect, table string) string {
	parts := strings.Split(table, ".")
	for i, part := range parts {
		parts[i] = d.quote(part)
	}
	return strings.Join(parts, ".")
}
