package local

import (
	"context"
	"net"
	"net/http"
)

// serve has a server answer on a port of this machine until it is closed, and returns its
// URL, http://127.0.0.1:<port>.
func serve(ctx context.Context, server *http.Server) (endpoint string, err error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", net.JoinHostPort(loopback, "0"))
	if err != nil {
		return "", err
	}
	go func() { _ = server.Serve(listener) }() // ends when closed
	return "http://" + listener.Addr().String(), nil
}
