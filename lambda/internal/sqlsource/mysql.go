package sqlsource

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"

	"tally/lambda/contract"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
	"tally/lambda/sqlcheck"
)

// mySQL is MySQL, MariaDB and Aurora MySQL.
type mySQL struct {
	mariaDB bool // known after begin
}

var _ dialect = (*mySQL)(nil)

var mySQLEngine = engine{
	name:    contract.EngineMySQL,
	product: "MySQL or MariaDB",
	schemes: []string{"mysql"},
	port:    "3306",
	mark:    "`",
	bounds:  [2]string{"?", "?"},
	columns: statement.ColumnTypes{
		"TIMESTAMP": {Kind: statement.Instant, Layout: statement.WallClockLayout},
		"DATETIME":  {Kind: statement.WallClock, Layout: statement.WallClockLayout},
		"DATE":      {Kind: statement.Date, Layout: time.DateOnly},
		"SMALLINT":  {Kind: statement.Integer}, "UNSIGNED SMALLINT": {Kind: statement.Integer},
		"MEDIUMINT": {Kind: statement.Integer}, "UNSIGNED MEDIUMINT": {Kind: statement.Integer},
		"INT": {Kind: statement.Integer}, "UNSIGNED INT": {Kind: statement.Integer},
		"BIGINT": {Kind: statement.Integer}, "UNSIGNED BIGINT": {Kind: statement.Integer},
	},
	dialect:      func() dialect { return new(mySQL) },
	answer:       mySQLAnswer,
	lost:         mysql.ErrInvalidConn,
	sendsFirst:   isMySQLGreeting,
	maySendFirst: func(first []byte) bool { return len(first) < 5 || isMySQLGreeting(first) },
	oldTLS:       "MySQL 5.7 often has not; upgrade the server to 8.0 or later",
}

// isMySQLGreeting tells whether a packet is a server's first. It has three bytes of
// length and a number; then comes the protocol's version, or an error.
func isMySQLGreeting(first []byte) bool {
	return len(first) > 4 && first[3] == 0 && (first[4] == 10 || first[4] == 0xff)
}

func (*mySQL) engine() *engine { return &mySQLEngine }

// connectorForURL takes one parameter, tls: true, preferred (if empty), skip-verify or
// false, as the driver's documentation explains them.
func (*mySQL) connectorForURL(at *url.URL, dial dialer) (driver.Connector, error) {
	config := newMySQLConfig(dial)
	config.User = at.User.Username()
	config.Passwd, _ = at.User.Password()
	config.Addr, config.DBName = at.Host, databaseIn(at)
	config.TLSConfig = "preferred"
	for name, values := range at.Query() {
		if name != "tls" || !slices.Contains([]string{"true", "preferred", "skip-verify", "false"}, values[0]) {
			return nil, URLError("has a parameter that is not known; MySQL's is tls: true, preferred, skip-verify or false")
		}
		config.TLSConfig = values[0]
	}
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return nil, errNotURL
	}
	return connector, nil
}

func (*mySQL) connectorForLogin(to contract.Database, verified *tls.Config, login loginMaker, dial dialer) (driver.Connector, error) {
	config := newMySQLConfig(dial)
	config.Addr, config.DBName = endpoint(to), to.DBName
	config.TLS = verified
	// A token goes to the server as it is; with config.TLS and no fallback only to
	// a server that has proven its name. Nothing else has to.
	config.AllowCleartextPasswords = to.Auth == contract.AuthIAM
	err := config.Apply(mysql.BeforeConnect(func(ctx context.Context, config *mysql.Config) error {
		made, err := login(ctx)
		config.User, config.Passwd = made.user, made.password
		return err
	}))
	if err != nil {
		return nil, err
	}
	return mysql.NewConnector(config)
}

// newMySQLConfig leaves several statements per query off and values bound on the
// server, which are the driver's defaults.
func newMySQLConfig(dial dialer) *mysql.Config {
	config := mysql.NewConfig()
	config.Net, config.DialFunc = "tcp", dial
	config.ConnectionAttributes = "program_name:" + applicationName
	config.Logger = &mysql.NopLogger{} // what it says is in the error as well
	config.Params = map[string]string{
		// TIMESTAMP values are shown and compared in the session's zone.
		"time_zone": "'+00:00'",
		// Modes of the server would decide what quotes, backslashes, || and NOT mean,
		// which the check of conditions has to know.
		"sql_mode": "'STRICT_TRANS_TABLES'",
	}
	return config
}

// begin sets the isolation, since there is no consistent snapshot under READ COMMITTED,
// which may be a server's default. The driver's BeginTx would take the snapshot at the
// first SELECT.
func (m *mySQL) begin(ctx context.Context, s *session) error {
	var version string
	if err := s.conn.QueryRowContext(ctx, "SELECT VERSION()").Scan(&version); err != nil {
		return serverError(err)
	}
	m.mariaDB = strings.Contains(version, "MariaDB")
	return s.exec(ctx, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ", "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
}

func (m *mySQL) limit(statement, lock time.Duration) string {
	wait := fmt.Sprintf("lock_wait_timeout = %d", max(1, int(lock.Seconds())))
	if m.mariaDB {
		return fmt.Sprintf("SET SESSION max_statement_time = %.3f, %s", statement.Seconds(), wait)
	}
	return fmt.Sprintf("SET SESSION max_execution_time = %d, %s", statement.Milliseconds(), wait)
}

func (*mySQL) CountIf(condition, distinct string) string {
	if distinct != "" {
		return "COUNT(DISTINCT CASE WHEN " + condition + " THEN " + distinct + " END)"
	}
	return "COUNT(CASE WHEN " + condition + " THEN 1 END)"
}

func (*mySQL) NotTrue(condition string) string { return condition + " IS NOT TRUE" }

func (*mySQL) text(quoted, databaseType string) string {
	switch databaseType {
	case "GEOMETRY", "VECTOR": // their bytes are no text: MySQL would make NULL of them
		return ""
	case "BIT":
		quoted += " + 0"
	case "FLOAT": // six digits would be the same for different values
		quoted += " + 0E0"
	case "BINARY", "VARBINARY", "BLOB":
		quoted = "LOWER(HEX(" + quoted + "))"
	}
	// As bytes, since what is text is compared by a collation.
	return "CAST(CAST(" + quoted + " AS CHAR CHARACTER SET utf8mb4) AS BINARY)"
}

// distinct keeps apart what COUNT(DISTINCT …) of the bare column does. In a CASE, an ENUM is
// compared by its text, and an invalid value has the same text as the empty member.
func (m *mySQL) distinct(quoted, databaseType string) string {
	if databaseType == "ENUM" || databaseType == "SET" && m.mariaDB {
		return "CAST(" + quoted + " AS UNSIGNED)"
	}
	return quoted
}

// WithTotals scans twice. WITH ROLLUP scans once, but MariaDB 10.11 then counts
// rows instead of distinct values where group_by covers a unique key, and takes
// longer all the same, to sort.
func (*mySQL) WithTotals(by, numbers []string, what string) (columns []string, text string, scans int) {
	all := []string{"1"}
	// Counting distinct values, MariaDB tells groups apart by their first
	// max_sort_length bytes, which are 1024.
	var hashes []string
	for _, text := range by {
		all = append(all, "NULL")
		hashes = append(hashes, "SHA2("+text+", 256)")
	}
	columns = slices.Concat([]string{"0"}, by, numbers)
	return columns, statement.Selecting(append(all, numbers...)) + what + "\nUNION ALL\n" +
		statement.Selecting(columns) + what + statement.GroupingBy(slices.Concat(by, hashes)), 2
}

// hold takes the table's metadata lock, which it keeps. A table that was emptied
// since the snapshot is an error of the server's (1412).
func (*mySQL) hold(ctx context.Context, s *session, table job.Table) error {
	if err := s.touch(ctx, table); err != nil {
		return err
	}
	return refuseStorage(ctx, s, table)
}

func mySQLAnswer(err error) *answerError {
	answer, ok := errors.AsType[*mysql.MySQLError](err)
	if !ok {
		return nil
	}
	return &answerError{code: string(answer.SQLState[:]), message: answer.Message, meaning: mySQLNumbers[answer.Number], err: err}
}

// mySQLNumbers are error numbers of MySQL and MariaDB, whose SQLSTATEs say less: most
// are HY000.
var mySQLNumbers = map[uint16]meaning{
	1020: {transient: true}, // record has changed since last read
	1021: {words: "the disk is full", transient: true},
	1037: {transient: true}, // out of memory
	1038: {transient: true}, // out of sort memory
	1040: {transient: true}, // too many connections
	1041: {transient: true}, // out of memory
	1045: {login: true},
	1047: {transient: true}, // node of a cluster not ready
	1053: {transient: true}, // shutdown
	1114: {words: "a temporary table is full", transient: true},
	1203: {transient: true}, // too many connections of the user
	1205: {words: "waited too long for a lock", transient: true},
	1213: {transient: true},                           // deadlock
	1226: {transient: true},                           // a limit of the user
	1317: {words: "was interrupted", transient: true}, // KILL QUERY
	1412: {words: "the table's definition has changed", transient: true},
	1927: {words: "the connection was killed", transient: true},
	1969: {words: "took longer than its time", transient: true, timeout: true}, // MariaDB
	3024: {words: "took longer than its time", transient: true, timeout: true}, // MySQL
}

var mySQLZones = zoneDependence{
	alwaysDepends: []string{"curdate", "current_date", "curtime", "current_time", "from_unixtime"},
	withZone:      []string{"now", "current_timestamp", "localtime", "localtimestamp", "sysdate", "unix_timestamp"},
	withoutZone:   []string{"utc_timestamp", "utc_date", "utc_time"},
}

// modeDifferences are by the modes of sql_mode that a run does not have.
var modeDifferences = map[string]settingDifference{
	"ANSI_QUOTES":          {ours: `"x" as a text`, differs: anyToken(func(token, _ sqlcheck.Token) bool { return token[0] == '"' })},
	"NO_BACKSLASH_ESCAPES": {ours: `a backslash in a text as an escape`, differs: anyToken(escaped)},
	"EMPTY_STRING_IS_NULL": {ours: "'' as an empty text", differs: anyToken(func(token, _ sqlcheck.Token) bool { return token == "''" })},
	"PIPES_AS_CONCAT":      {ours: "|| as OR", differs: anyToken(func(token, next sqlcheck.Token) bool { return token == "|" && next == "|" })},
	"HIGH_NOT_PRECEDENCE": {ours: "NOT a = b as NOT (a = b)", differs: anyToken(func(token, next sqlcheck.Token) bool {
		return token.Is("not") && !next.Is(";", "(", "in", "like", "between", "regexp", "rlike", "null", "true", "false", "unknown", "exists")
	})},
}

// settingDifferences asks for what another session would have.
func (*mySQL) settingDifferences(ctx context.Context, s *session, table job.Table) ([]settingDifference, error) {
	_, rows, err := s.texts(ctx, "SELECT @@GLOBAL.sql_mode, IF(@@GLOBAL.time_zone = 'SYSTEM', @@GLOBAL.system_time_zone, @@GLOBAL.time_zone)")
	if err != nil {
		return nil, err
	}
	where, values := whereTable(table)
	_, columns, err := s.texts(ctx, "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE "+where+
		" AND DATA_TYPE IN ('timestamp', 'datetime', 'date', 'time')", values...)
	if err != nil {
		return nil, err
	}
	modes, zone := rows[0][0], rows[0][1]
	differences := mySQLZones.withColumns("timestamp", columns).difference("time_zone", zone)
	for _, mode := range strings.Split(modes, ",") {
		if other, known := modeDifferences[mode]; known {
			other.setting = "sql_mode " + mode
			differences = append(differences, other)
		}
	}
	return differences, nil
}
