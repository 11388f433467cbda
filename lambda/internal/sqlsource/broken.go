package sqlsource

import (
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"

	"github.com/go-sql-driver/mysql"
)

// errLost says in words what drivers call a bad or a closed connection.
var errLost = errors.New("the connection was lost: the server was stopped, or somebody or the network ended the session")

// brokenOff are what drivers say of a connection that has ended.
var brokenOff = []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, driver.ErrBadConn, mysql.ErrInvalidConn, sql.ErrConnDone}

// isBroken tells whether a connection ended.
func isBroken(err error) bool {
	var network *net.OpError
	if errors.As(err, &network) && (network.Op == "read" || network.Op == "write") {
		return !network.Timeout()
	}
	return slices.ContainsFunc(brokenOff, func(broken error) bool { return errors.Is(err, broken) })
}
