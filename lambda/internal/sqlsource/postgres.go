package sqlsource

import (
	"cmp"
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"tally/lambda/contract"
	"tally/lambda/internal/statement"
	"tally/lambda/job"
	"tally/lambda/pattern"
	"tally/lambda/sqlcheck"
)

// postgres is PostgreSQL and Aurora PostgreSQL.
type postgres struct{ statement.Standard }

var _ dialect = postgres{}

var postgresEngine = engine{
	name:    contract.EnginePostgres,
	product: "PostgreSQL",
	schemes: []string{"postgres", "postgresql"},
	port:    "5432",
	mark:    `"`,
	bounds:  [2]string{"$1", "$2"},
	noRows:  "\nLIMIT 0", // preparing does not look at rights
	// A cast makes the bound value's type the column's, which lets an index serve.
	columns: statement.ColumnTypes{
		"TIMESTAMPTZ": {Kind: statement.Instant, Layout: time.RFC3339Nano, Cast: "::timestamptz"},
		"TIMESTAMP":   {Kind: statement.WallClock, Layout: statement.WallClockLayout, Cast: "::timestamp"},
		"DATE":        {Kind: statement.Date, Layout: time.DateOnly, Cast: "::date"},
		"INT2":        {Kind: statement.Integer, Cast: "::bigint"},
		"INT4":        {Kind: statement.Integer, Cast: "::bigint"},
		"INT8":        {Kind: statement.Integer, Cast: "::bigint"},
	},
	dialect:    func() dialect { return postgres{} },
	answer:     postgresAnswer,
	sendsFirst: func([]byte) bool { return false }, // PostgreSQL sends nothing before its client does
	// The answers to a wish for TLS, an error, and what may follow a login.
	maySendFirst: func(first []byte) bool { return strings.IndexByte("SNERv", first[0]) >= 0 },
	refusal:      "N",
	switchOn:     "switch it on there (ssl = on); only the URL of one on this machine should say sslmode=disable",
	oldTLS:       "Upgrade the server",
}

func (postgres) engine() *engine { return &postgresEngine }

// connectorForURL takes the parameters of libpq that are about TLS. Its variables, such as PGPORT
// and PGPASSWORD, are meant for other databases than the URL's.
func (postgres) connectorForURL(at *url.URL, dial dialer) (driver.Connector, error) {
	parameters := at.Query()
	for name := range parameters {
		if !slices.Contains([]string{"sslmode", "sslrootcert", "sslcert", "sslkey"}, name) {
			return nil, URLError("has a parameter that is not known; PostgreSQL's are sslmode, sslrootcert, sslcert and sslkey")
		}
	}
	parameters.Set("sslmode", cmp.Or(parameters.Get("sslmode"), "prefer"))
	complete := *at
	complete.RawQuery = parameters.Encode() + "&target_session_attrs=any"
	config, err := pgx.ParseConfig(complete.String())
	if err != nil {
		return nil, URLError("cannot be used; write a sslmode of disable, allow, prefer, require, verify-ca or verify-full, " +
			"PEM files as sslrootcert, sslcert and sslkey, and unset PGSERVICE")
	}
	config.Database = databaseIn(at)
	config.Password, _ = at.User.Password()
	prepare(config, dial)
	return stdlib.GetConnector(*config), nil
}

func (postgres) connectorForLogin(to contract.Database, verified *tls.Config, login loginMaker, dial dialer) (driver.Connector, error) {
	// The URL switches TLS off because the libpq modes know no certificates in
	// memory; verified is put in its place below.
	address := url.URL{Scheme: "postgres", User: url.User(to.Username), Host: endpoint(to), Path: to.DBName, RawQuery: "sslmode=disable"}
	config, err := pgx.ParseConfig(address.String())
	if err != nil {
		return nil, err
	}
	config.TLSConfig, config.Fallbacks = verified, nil
	prepare(config, dial)
	return stdlib.GetConnector(*config, stdlib.OptionBeforeConnect(func(ctx context.Context, config *pgx.ConnConfig) error {
		made, err := login(ctx)
		config.User, config.Password = made.user, made.password
		return err
	})), nil
}

// prepare sets what is independent of the server's and the role's settings.
func prepare(config *pgx.ConnConfig, dial dialer) {
	// The dialer looks names up.
	config.DialFunc, config.LookupFunc = pgconn.DialFunc(dial), func(_ context.Context, host string) ([]string, error) { return []string{host}, nil }
	config.RuntimeParams = map[string]string{"application_name": applicationName}
	// Else the server would read a condition's texts in the database's own encoding.
	config.RuntimeParams["client_encoding"] = "UTF8"
	// Unnamed statements leave nothing behind in a proxy. A query is parsed by itself,
	// which refuses a second statement.
	config.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
}

// begin makes settings of its own where the user's would decide what a condition says
// about times, and how values look as text. With standard_conforming_strings off, a
// backslash would escape quotes, unlike in the check of conditions. A SELECT instead of
// SET would take the snapshot before the table is locked.
func (postgres) begin(ctx context.Context, s *session) error {
	return s.exec(ctx, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		"SET LOCAL timezone = 'UTC'; SET LOCAL standard_conforming_strings = on; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres'; "+
			"SET LOCAL bytea_output = 'hex'; SET LOCAL extra_float_digits = 1")
}

func (postgres) limit(statement, lock time.Duration) string {
	return fmt.Sprintf("SET LOCAL statement_timeout = %d; SET LOCAL lock_timeout = %d", statement.Milliseconds(), lock.Milliseconds())
}

// hold locks the table against TRUNCATE before the snapshot is taken: a table that is
// emptied and filled again after the snapshot would look empty. Reading takes the same
// lock. Materialized views and foreign tables cannot be locked, and neither can a table
// of which the user may read some columns only. They are read without a lock.
func (d postgres) hold(ctx context.Context, s *session, table job.Table) error {
	err := s.attempt(ctx, 1, func(ctx context.Context) error {
		if _, err := s.setLimit(ctx, lockShareOfTable); err != nil {
			return err
		}
		return s.exec(ctx, "LOCK TABLE "+quoteTable(d, table)+" IN ACCESS SHARE MODE")
	})
	switch failure(err).Code {
	case wrongObjectType:
		return s.touch(ctx, table)
	case insufficientPrivilege:
		if err := s.touch(ctx, table); err != nil {
			return err
		}
		s.warn("%[1]s is read without LOCK TABLE, for which the user's rights on columns are not enough: "+
			"if a TRUNCATE of it is under way when a run begins, it may look empty; GRANT SELECT ON %[1]s prevents that", table)
		return nil
	}
	return err
}

func (postgres) NotTrue(condition string) string { return condition + " IS NOT TRUE" }

func (postgres) text(quoted, _ string) string { return quoted + `::text COLLATE "C"` }

func (postgres) distinct(quoted, _ string) string { return quoted }

func postgresAnswer(err error) *answerError {
	answer, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return nil
	}
	return &answerError{code: answer.Code, message: answer.Message, meaning: byState(postgresStates, answer.Code), err: err}
}

// SQLSTATEs that [postgres.hold] expects.
const (
	wrongObjectType       = "42809"
	insufficientPrivilege = "42501"
)

// postgresStates are SQLSTATEs and classes of them (PostgreSQL's manual, "PostgreSQL
// Error Codes"). Whether a timeout is transient is for [run.classifyTimeout] to say.
var postgresStates = map[string]meaning{
	"08":                  {transient: true}, // connection
	"22P02":               {words: "text of a row is no value of the wanted type"},
	"25P":                 {transient: true}, // the transaction was aborted before the statement, or ended
	"28":                  {login: true},
	"40":                  {transient: true}, // deadlock, conflict with recovery on a replica
	insufficientPrivilege: {words: "permission denied"},
	"53":                  {words: "the server is out of resources", transient: true},
	"55P03":               {words: "waited too long for a lock", transient: true},
	"57":                  {words: "an operator intervened", transient: true},
	"57P":                 {words: "the server was stopped, or somebody ended the session", transient: true},
	"57014":               {words: "took longer than its time, or was cancelled", transient: true, timeout: true, cancel: true},
	"58":                  {words: "a system error of the server", transient: true},
	"P0":                  {words: "an error that a function raised"},
}

var postgresZones = zoneDependence{
	alwaysDepends: []string{"current_date", "current_time", "localtime", "localtimestamp", "make_timestamptz"},
	withZone:      []string{"now", "current_timestamp", "transaction_timestamp", "statement_timestamp", "clock_timestamp", "to_timestamp", "timestamptz"},
}

// ambiguousDate is a date that the server's datestyle decides about.
var ambiguousDate = pattern.New(`^'\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}`)

// settingDifferences asks for what the session would have without the run's SET LOCAL.
func (d postgres) settingDifferences(ctx context.Context, s *session, table job.Table) ([]settingDifference, error) {
	_, rows, err := s.texts(ctx, `SELECT reset_val FROM pg_settings
WHERE lower(name) IN ('datestyle', 'standard_conforming_strings', 'timezone') ORDER BY lower(name)`)
	if err != nil {
		return nil, err
	}
	_, columns, err := s.texts(ctx, `SELECT attname, atttypid::regtype FROM pg_attribute
WHERE attrelid = $1::regclass AND attnum > 0 AND atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype, 'time'::regtype)`, quoteTable(d, table))
	if err != nil {
		return nil, err
	}
	style, conforming, zone := rows[0][0], rows[1][0], rows[2][0]
	differences := postgresZones.withColumns("timestamp with time zone", columns).difference("TimeZone", zone)
	if !strings.HasSuffix(style, "MDY") {
		differences = append(differences, settingDifference{"DateStyle " + style, "'04/07/2022' as April 7", anyToken(func(token, _ sqlcheck.Token) bool {
			return ambiguousDate.MatchString(string(token))
		})})
	}
	if conforming == "off" {
		differences = append(differences, settingDifference{"standard_conforming_strings off", "a backslash in '…' as it is", anyToken(escaped)})
	}
	return differences, nil
}
