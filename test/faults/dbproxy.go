package faults

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"
)

// DBProxy stands between functions and a database server. It counts turns: each time when the
// client speaks after the server did, which is once or twice for each statement. So a fault can
// come before, within or after each of them, whatever the engine. Shopify's toxiproxy knows time
// and bytes only.
type DBProxy struct {
	Address string // 127.0.0.1:port
	// Hear gets what servers answer, piece by piece; nil is nobody. Set it before the first
	// connection.
	Hear func(answer []byte)

	listener net.Listener
	mutex    sync.Mutex
	server   string
	deal     func(Turn) DBFault
	turns    int
	refused  int
	open     map[net.Conn]bool
}

// Turn is what a client says after the server spoke.
type Turn struct {
	N    int    // from 1
	Said []byte // the first bytes of it. What is changed here goes to the server so
}

// Says tells whether the client says a text, which SQL may write in small letters.
func (t Turn) Says(text string) bool {
	return bytes.Contains(bytes.ToUpper(t.Said), []byte(text))
}

// DBFault is what happens to a connection at a turn. The zero value is nothing.
type DBFault struct {
	Do    func(port int) // before anything else; the port is the client's, as the server sees it
	Delay time.Duration  // before the turn goes to the server
	After func(port int) // when the server has got the turn, and works on it
	How   How
	Bytes int // of the server's answer, that still come; for CutAnswer
}

// How is how a connection ends.
type How int

// The ways in which a connection ends, or does not.
const (
	Stay        How = iota
	CutBefore       // before the server gets the turn
	ResetBefore     // the same, with a reset
	CutAnswer       // within the server's answer, or after it
	FallSilent      // nothing comes any more, and nobody says so
)

// StartDBProxy starts a proxy before the server at an address. Close it.
func StartDBProxy(server string) (*DBProxy, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start a proxy for a database: %w", err)
	}
	p := &DBProxy{Address: listener.Addr().String(), listener: listener, server: server, open: map[net.Conn]bool{}}
	go p.accept()
	return p, nil
}

// Plan sets what happens at the turns to come, counted from 1; nil is nothing.
func (p *DBProxy) Plan(deal func(Turn) DBFault) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.deal, p.turns = deal, 0
}

// Turns are how many turns there were since the plan was set.
func (p *DBProxy) Turns() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.turns
}

// Refused is how many connections found no server.
func (p *DBProxy) Refused() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.refused
}

// Lead has new connections lead to another server; those that there are are fault.
func (p *DBProxy) Lead(server string) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.server = server
	for conn := range p.open {
		_ = conn.Close()
	}
}

// Leads is the server to which new connections lead.
func (p *DBProxy) Leads() string {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.server
}

// Close ends the proxy and its connections.
func (p *DBProxy) Close() error {
	p.Lead("")
	return p.listener.Close()
}

func (p *DBProxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mutex.Lock()
		to := p.server
		p.mutex.Unlock()
		server, err := net.Dial("tcp", to)
		if err != nil {
			_ = client.Close()
			p.mutex.Lock()
			p.refused++
			p.mutex.Unlock()
			continue
		}
		p.mutex.Lock()
		p.open[client], p.open[server] = true, true
		p.mutex.Unlock()
		c := &connection{proxy: p, client: client, server: server, left: -1}
		go c.fromServer()
		go c.fromClient()
	}
}

func (p *DBProxy) next(said []byte) DBFault {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.turns++
	if p.deal == nil {
		return DBFault{}
	}
	return p.deal(Turn{p.turns, said})
}

// connection is one that goes through.
type connection struct {
	proxy          *DBProxy
	client, server net.Conn
	mutex          sync.Mutex
	answered       bool // the server spoke last
	left           int  // bytes of the server's that still come; -1 is no limit
	silent         bool
	over           bool // nothing of the server's comes any more
}

func (c *connection) close() {
	_ = c.client.Close()
	_ = c.server.Close()
	c.proxy.mutex.Lock()
	defer c.proxy.mutex.Unlock()
	delete(c.proxy.open, c.client)
	delete(c.proxy.open, c.server)
}

func (c *connection) fromClient() {
	defer c.close()
	buffer, first := make([]byte, 64<<10), true
	for {
		n, err := c.client.Read(buffer)
		if err != nil {
			return
		}
		c.mutex.Lock()
		turn, over := c.answered || first, c.over
		c.answered, first = false, false
		c.mutex.Unlock()
		if over { // the client was quicker than the end
			return
		}
		var fault DBFault
		if turn {
			if fault = c.proxy.next(buffer[:n]); !c.apply(fault) {
				return
			}
		}
		if c.isSilent() {
			continue
		}
		if _, err := c.server.Write(buffer[:n]); err != nil {
			return
		}
		if fault.After != nil {
			fault.After(c.port())
		}
	}
}

// port is the client's, as the server sees it.
func (c *connection) port() int { return c.server.LocalAddr().(*net.TCPAddr).Port }

// apply does what a fault says. It is false if the connection ends at once.
func (c *connection) apply(fault DBFault) bool {
	if fault.Do != nil {
		fault.Do(c.port())
	}
	time.Sleep(fault.Delay)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	switch fault.How {
	case CutBefore:
		return false
	case ResetBefore:
		_ = c.client.(*net.TCPConn).SetLinger(0)
		return false
	case CutAnswer:
		c.left = fault.Bytes
	case FallSilent:
		c.silent = true
	}
	return true
}

func (c *connection) isSilent() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.silent
}

func (c *connection) fromServer() {
	defer c.close()
	buffer := make([]byte, 64<<10)
	for {
		n, err := c.server.Read(buffer)
		if err != nil {
			return
		}
		if c.proxy.Hear != nil {
			c.proxy.Hear(buffer[:n])
		}
		c.mutex.Lock()
		c.answered = true
		silent, ends := c.silent, c.left >= 0 && n >= c.left
		if ends {
			n, c.over = c.left, true
		} else if c.left >= 0 {
			c.left -= n
		}
		c.mutex.Unlock()
		if silent {
			continue
		}
		if _, err := c.client.Write(buffer[:n]); err != nil || ends {
			return
		}
	}
}

// Through is a database's URL with the address of a proxy, and without TLS: a proxy that cuts
// within messages has to see where they end.
func Through(address, database string) (string, error) {
	u, err := url.Parse(database)
	if err != nil {
		return "", fmt.Errorf("the URL of a database: %w", err)
	}
	u.Host = address
	u.RawQuery = map[string]string{"postgres": "sslmode=disable", "mysql": "tls=false"}[u.Scheme]
	return u.String(), nil
}
