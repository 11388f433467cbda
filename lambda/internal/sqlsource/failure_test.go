package sqlsource

import (
	"context"
	"fmt"
	"io"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/jackc/pgx/v5/pgconn"

	"tally/lambda/internal/count"
)

func TestFailureIsPermanentIfItIsAboutTheStatement(t *testing.T) {
	mySQL := func(number uint16, state string) error {
		answer := &mysql.MySQLError{Number: number}
		copy(answer.SQLState[:], state)
		return answer
	}
	for _, test := range []struct {
		name      string
		err       error
		permanent bool
		code      string
	}{
		{"no such column", &pgconn.PgError{Code: "42703"}, true, "42703"},
		{"no permission", &pgconn.PgError{Code: "42501"}, true, "42501"},
		{"cancelled", &pgconn.PgError{Code: "57014"}, false, "57014"},
		{"an aborted transaction", &pgconn.PgError{Code: "25P02"}, false, "25P02"},
		{"a write in a read-only transaction", &pgconn.PgError{Code: "25006"}, true, "25006"},
		{"shutdown", &pgconn.PgError{Code: "57P01"}, false, "57P01"},
		{"connection failure", &pgconn.PgError{Code: "08006"}, false, "08006"},
		{"too many connections", &pgconn.PgError{Code: "53300"}, false, "53300"},
		{"a full disk", &pgconn.PgError{Code: "53100"}, false, "53100"},
		{"a file that cannot be read", &pgconn.PgError{Code: "58030"}, false, "58030"},
		{"a lock that is held for long", &pgconn.PgError{Code: "55P03"}, false, "55P03"},
		{"conflict with recovery", &pgconn.PgError{Code: "40001"}, false, "40001"},
		{"no such column", mySQL(1054, "42S22"), true, "42S22"},
		{"statement timeout of MySQL, of no case", mySQL(3024, "HY000"), false, "HY000"},
		{"statement timeout of MariaDB, of no case", mySQL(1969, "70100"), false, "70100"},
		{"killed query", mySQL(1317, "70100"), false, "70100"},
		{"a full disk", mySQL(1021, "HY000"), false, "HY000"},
		{"killed connection", mySQL(1927, "70100"), false, "70100"},
		{"too many connections", mySQL(1040, "08004"), false, "08004"},
		{"a lock that is held for long", mySQL(1205, "HY000"), false, "HY000"},
		{"deadlock", mySQL(1213, "40001"), false, "40001"},
		{"changed table", mySQL(1412, "HY000"), false, "HY000"},
		{"lost connection", mysql.ErrInvalidConn, false, ""},
		{"network", io.ErrUnexpectedEOF, false, ""},
		{"our deadline", context.DeadlineExceeded, false, ""},
		{"what the source found", count.Permanentf("bad column"), true, ""},
		{"what getting in found", unavailable(serverError(&pgconn.PgError{Code: "28P01"})), false, "28P01"},
	} {
		wrapped := fmt.Errorf("step: %w", serverError(test.err))
		got := failure(wrapped)
		if got.Permanent != test.permanent || got.Code != test.code || got.Error() != wrapped.Error() {
			t.Errorf("%s: got permanent=%t code=%q %q; want permanent=%t code=%q %q",
				test.name, got.Permanent, got.Code, got, test.permanent, test.code, wrapped)
		}
	}
}
