package sqlsource

import (
	"bytes"
	"context"
	"io"
	"net"

	"tally/lambda/contract"
)

// dialer makes a connection, as [net.Dialer.DialContext] does.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// hearing is what the server said first while a connection was made: that tells what
// kind of server it is.
type hearing struct {
	engine string
	open   bool // there was a connection
	first  []byte
}

// hearingKey is the key of a *hearing in a context.
type hearingKey struct{}

// heard dials, and notes in the context's hearing what the server says. Drivers also
// dial without one, to cancel a statement.
func (d dialer) heard(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	said, wanted := ctx.Value(hearingKey{}).(*hearing)
	if err != nil || !wanted {
		return conn, err
	}
	said.open, said.first = true, nil
	return &heard{Conn: conn, said: said}, nil
}

// heard is a connection that notes what it reads first.
type heard struct {
	net.Conn
	said   *hearing
	begun  bool
	unread []byte
}

func (h *heard) Read(into []byte) (int, error) {
	if !h.begun {
		first := make([]byte, 128)
		n, err := h.Conn.Read(first)
		if n == 0 {
			return 0, err
		}
		h.begun, h.unread, h.said.first = true, first[:n], first[:n]
		if h.said.foreign() != "" {
			return 0, io.EOF // the driver would wait for the rest of a message
		}
	}
	if len(h.unread) > 0 {
		n := copy(into, h.unread)
		h.unread = h.unread[n:]
		return n, nil
	}
	return h.Conn.Read(into)
}

// kinds are servers by how they begin.
var kinds = []struct{ begins, name string }{
	{"HTTP/", "a web server"},
	{"SSH-", "an SSH server"},
	{"-ERR ", "Redis"},
	{"-DENIED ", "Redis"},
	{"\x15\x03", "a server that speaks TLS from the start"},
}

// foreign names the server if it is not one of the engine; empty if it may be.
func (h *hearing) foreign() string {
	for _, kind := range kinds {
		if bytes.HasPrefix(h.first, []byte(kind.begins)) {
			return kind.name
		}
	}
	// A packet has three bytes of length and a number; then comes the protocol's
	// version, or an error.
	isMySQL := len(h.first) > 4 && h.first[3] == 0 && (h.first[4] == 10 || h.first[4] == 0xff)
	// The answers to a wish for TLS, an error, and what may follow a login.
	isPostgres := len(h.first) > 0 && bytes.IndexByte([]byte("SNERv"), h.first[0]) >= 0
	switch {
	case h.engine == contract.EngineMySQL && (isMySQL || len(h.first) < 5):
		return ""
	case h.engine == contract.EnginePostgres && (isPostgres && !isMySQL || len(h.first) == 0):
		return ""
	case isMySQL:
		return "MySQL or MariaDB"
	}
	return "another kind of server"
}

// refusesTLS tells whether a PostgreSQL server said, at last, that it has none.
func (h *hearing) refusesTLS() bool {
	return h.engine == contract.EnginePostgres && string(h.first) == "N"
}
