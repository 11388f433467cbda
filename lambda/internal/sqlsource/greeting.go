package sqlsource

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
)

// dialer makes a connection, as [net.Dialer.DialContext] does.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// greeting is what the server said first while a connection was made. It tells what
// kind of server it is.
type greeting struct {
	wanted *engine
	open   bool // there was a connection
	first  []byte
}

// greetingKey is the key of a *greeting in a context.
type greetingKey struct{}

// recording dials, and keeps what the server says first in the context's greeting. A
// driver also dials without one, to cancel a statement.
func (d dialer) recording(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := d(ctx, network, address)
	said, wanted := ctx.Value(greetingKey{}).(*greeting)
	if err != nil || !wanted {
		return conn, err
	}
	said.open, said.first = true, nil
	return &recordingConn{Conn: conn, reader: bufio.NewReader(conn), said: said}, nil
}

// recordingConn is a connection that keeps what it reads first in a greeting.
type recordingConn struct {
	net.Conn
	reader *bufio.Reader
	said   *greeting
}

func (c *recordingConn) Read(into []byte) (int, error) {
	if c.said.first == nil {
		if _, err := c.reader.Peek(1); err != nil {
			return 0, err
		}
		arrived, _ := c.reader.Peek(c.reader.Buffered())
		c.said.first = bytes.Clone(arrived)
		if c.said.otherServer() != "" {
			return 0, io.EOF // the driver would wait for the rest of a message
		}
	}
	return c.reader.Read(into)
}

// otherServers are servers of other kinds by what they say first.
var otherServers = []struct{ begins, name string }{
	{"HTTP/", "a web server"},
	{"SSH-", "an SSH server"},
	{"-ERR ", "Redis"},
	{"-DENIED ", "Redis"},
	{"\x15\x03", "a server that speaks TLS from the start"},
}

// otherServer names the server if it is not of the wanted engine; empty if it may be.
func (g *greeting) otherServer() string {
	if len(g.first) == 0 {
		return ""
	}
	for _, other := range otherServers {
		if bytes.HasPrefix(g.first, []byte(other.begins)) {
			return other.name
		}
	}
	for _, other := range engines {
		if other != g.wanted && other.sendsFirst(g.first) {
			return other.product
		}
	}
	if g.wanted.maySendFirst(g.first) {
		return ""
	}
	return "another kind of server"
}
