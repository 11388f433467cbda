package sqlsource

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"net/url"
	"slices"
	"strings"
	"time"

	"tally/lambda/contract"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
)

// engines are the engines that a job may count in. Each has its own files.
var engines = []*engine{&postgresEngine, &mySQLEngine}

// engine is what is known of a database engine without a connection.
type engine struct {
	name    string    // in settings
	product string    // in messages
	schemes []string  // of its URLs
	port    string    // of a URL that has none
	mark    string    // around a quoted identifier
	bounds  [2]string // placeholders of a window's bounds
	// noRows follows a statement that is to read no row, and is refused where the statement
	// would be. It is empty if preparing the statement is enough for that.
	noRows  string
	columns statement.ColumnTypes // of a window, by the name that the driver has for the type

	// dialect makes the dialect of one run.
	dialect func() dialect
	// answer reads the server's answer in an error of the driver; nil if it holds none.
	answer func(error) *answerError
	// lost is an error of the driver: the connection has ended.
	lost error
	// sendsFirst tells whether the first bytes that a server sends are certainly this
	// engine's, and maySendFirst whether they may be.
	sendsFirst, maySendFirst func(first []byte) bool
	// refusal is the whole answer of a server without TLS to a client that asks for TLS.
	// switchOn says what to do then. Both are empty if the driver's own error says it.
	refusal, switchOn string
	// oldTLS says what to do if the server's TLS is too old.
	oldTLS string
}

// findEngine returns the engine that is meant; nil if there is none.
func findEngine(isMeant func(*engine) bool) *engine {
	if i := slices.IndexFunc(engines, isMeant); i >= 0 {
		return engines[i]
	}
	return nil
}

// dialect is what differs between the engines on a connection. One is made for each
// run, so it may remember what the server turned out to be.
type dialect interface {
	engine() *engine
	statement.Dialect

	// connectorForURL connects to a URL, with its user and password. An error is a URLError.
	connectorForURL(*url.URL, dialer) (driver.Connector, error)
	// connectorForLogin connects over verified TLS, with a login made at connect time. A
	// database with auth: iam may be given its password, a token, in clear text.
	connectorForLogin(contract.Database, *tls.Config, loginMaker, dialer) (driver.Connector, error)

	// begin starts the read-only transaction. All its statements see the snapshot
	// that is taken here or by the first of them.
	begin(context.Context, *session) error
	// hold keeps a table from being emptied or changed until the transaction ends,
	// as far as the engine can.
	hold(ctx context.Context, s *session, table job.Table) error
	// limit is SQL that makes the server end each later statement after a time, and
	// its waiting for a lock before that.
	limit(statement, lock time.Duration) string

	// text is a column as text that is compared byte by byte: different values have
	// different texts. It is empty for a type whose values have no text.
	text(quoted, databaseType string) string
	// distinct is the expression whose distinct values are counted for a column.
	distinct(quoted, databaseType string) string
	// settingDifferences are the settings of the server, the database and the user with which
	// some conditions would mean something else than they do in a run.
	settingDifferences(ctx context.Context, s *session, table job.Table) ([]settingDifference, error)
}

// quote quotes an identifier.
func quote(d dialect, name string) string {
	mark := d.engine().mark
	return mark + strings.ReplaceAll(name, mark, mark+mark) + mark
}

// quoteTable quotes the parts of a table's name.
func quoteTable(d dialect, table job.Table) string {
	parts := make([]string, len(table))
	for i, part := range table {
		parts[i] = quote(d, part)
	}
	return strings.Join(parts, ".")
}
