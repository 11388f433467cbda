package sqlsource

import (
	"cmp"
	"context"
	"crypto/tls"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"tally/lambda/contract"
)

// mySQL is MySQL, MariaDB and Aurora MySQL.
type mySQL struct {
	mariaDB bool // known after begin
}

var _ dialect = (*mySQL)(nil)

const mySQLPort = "3306"

// atURL takes one parameter, tls: true, preferred (if empty), skip-verify or
// false, as the driver's documentation explains them.
func (*mySQL) atURL(at *url.URL) (driver.Connector, error) {
	config := newMySQLConfig()
	config.User = at.User.Username()
	config.Passwd, _ = at.User.Password()
	config.Addr = net.JoinHostPort(at.Hostname(), cmp.Or(at.Port(), mySQLPort))
	config.DBName = strings.TrimPrefix(at.Path, "/")
	config.TLSConfig = "preferred"
	for name, values := range at.Query() {
		if name != "tls" {
			return nil, fmt.Errorf("parameter %q is not known; tls is", name)
		}
		config.TLSConfig = values[0]
	}
	return mysql.NewConnector(config)
}

func (*mySQL) withToken(to contract.Database, verified *tls.Config, token tokenMaker) (driver.Connector, error) {
	config := newMySQLConfig()
	config.User, config.Addr, config.DBName = to.Username, endpoint(to), to.DBName
	config.TLS = verified
	// The token goes to the server as it is; with config.TLS and no fallback only
	// to a server that has proven its name.
	config.AllowCleartextPasswords = true
	err := config.Apply(mysql.BeforeConnect(func(ctx context.Context, config *mysql.Config) (err error) {
		config.Passwd, err = token(ctx)
		return err
	}))
	if err != nil {
		return nil, err
	}
	return mysql.NewConnector(config)
}

// newMySQLConfig leaves several statements per query off and values bound on the
// server, which are the driver's defaults.
func newMySQLConfig() *mysql.Config {
	config := mysql.NewConfig()
	config.Net = "tcp"
	config.ConnectionAttributes = "program_name:" + applicationName
	config.Logger = &mysql.NopLogger{} // what it says is in the error as well
	// TIMESTAMP values are shown and compared in the session's zone.
	config.Params = map[string]string{"time_zone": "'+00:00'"}
	return config
}

func (m *mySQL) begin(ctx context.Context, conn *sql.Conn) error {
	var version string
	if err := conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return err
	}
	m.mariaDB = strings.Contains(version, "MariaDB")
	for _, statement := range []string{
		// Under READ COMMITTED, which a server may have as its default, there is no
		// consistent snapshot; MySQL then only warns.
		"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
		// The driver's BeginTx would take the snapshot at the first SELECT.
		"START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
	} {
		if _, err := conn.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func (m *mySQL) limit(d time.Duration) string {
	if m.mariaDB {
		return fmt.Sprintf("SET SESSION max_statement_time = %.3f", d.Seconds())
	}
	return fmt.Sprintf("SET SESSION max_execution_time = %d", d.Milliseconds())
}

func (*mySQL) quote(name string) string {
	return "`" + strings.ReplaceAll(name, "`", "``") + "`"
}

func (*mySQL) placeholder(int) string { return "?" }

func (*mySQL) countIf(condition string) string {
	return "COUNT(CASE WHEN " + condition + " THEN 1 END)"
}

func (*mySQL) columns() map[string]columnType {
	return map[string]columnType{
		"TIMESTAMP": {kind: instant, layout: wallClockLayout},
		"DATETIME":  {kind: wallClock, layout: wallClockLayout},
		"DATE":      {kind: date, layout: time.DateOnly},
	}
}

func (*mySQL) engine() string { return contract.EngineMySQL }
