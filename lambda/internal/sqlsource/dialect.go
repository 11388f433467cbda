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
	// atURL connects to where a URL points, with its user and password.
	atURL(*url.URL) (driver.Connector, error)
	// withToken connects over verified TLS, with a password made at connect time.
	withToken(contract.Database, *tls.Config, tokenMaker) (driver.Connector, error)

	// begin starts the read-only transaction, whose statements all see the
	// snapshot taken here or by the first of them.
	begin(context.Context, *sql.Conn) error
	// limit is the statement that makes the server end later ones after d.
	limit(d time.Duration) string

	// quote quotes an identifier.
	quote(name string) string
	// placeholder is the n-th value to bind, from 1.
	placeholder(n int) string
	// countIf counts the rows for which the condition is true: the spelling that
	// the engine runs fastest.
	countIf(condition string) string
	// columns are the types that a window's column may have, by the name that the
	// driver gives them.
	columns() map[string]columnType
	// engine is the name that settings have for it.
	engine() string
}

// tokenMaker makes a password. It is asked when a connection is made, because
// the password expires.
type tokenMaker func(context.Context) (string, error)

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
