package sqlsource

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tally/lambda/pattern"
)

// URLError is what is wrong with the URL in a variable. It holds no part of the URL: a
// password may be anywhere in one that is not as it should be.
type URLError string

func (e URLError) Error() string { return string(e) }

const errNotURL URLError = "is not a database's URL; write postgres://user:password@host:port/database or mysql://…, " +
	"with percent-encoding in user and password: %40 for @, %2F for /, %3F for ?, %23 for #"

// urlShape is strict. What looks like a host, a database or a parameter may be the rest
// of a password that is not encoded, and a host's name is looked up.
var urlShape = pattern.New(`^[A-Za-z]+://` +
	`[\w.~!$&'()*+,;=%-]+(:[\w.~!$&'()*+,;=:%-]*)?` + // user and password
	`@([\w.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?` + // host and port
	`(/[\w.~$%-]*)?(\?[\w.~%=&/:+-]*)?$`)

// parseURL reads the URL of a database, and finds its engine. The URL has a port and no
// parameter twice.
func parseURL(value string) (*url.URL, *engine, error) {
	at, err := url.Parse(value)
	if err != nil || !urlShape.MatchString(value) {
		return nil, nil, errNotURL
	}
	query, err := url.ParseQuery(at.RawQuery)
	found := findEngine(func(e *engine) bool { return slices.Contains(e.schemes, at.Scheme) })
	if err != nil || found == nil {
		return nil, nil, errNotURL
	}
	for _, values := range query {
		if len(values) > 1 {
			return nil, nil, URLError("has a parameter twice; write it once")
		}
	}
	if at.Port() == "" {
		at.Host = net.JoinHostPort(at.Hostname(), found.port)
	}
	if port, err := strconv.ParseUint(at.Port(), 10, 16); err != nil || port == 0 {
		return nil, nil, URLError("has a port that is none; write one from 1 to 65535")
	}
	return at, found, nil
}

// EngineOf is the engine of the database that a URL points to; empty for what is none.
func EngineOf(value string) string {
	_, engine, err := parseURL(value)
	if err != nil {
		return ""
	}
	return engine.name
}

// databaseIn is the name of a URL's database.
func databaseIn(at *url.URL) string { return strings.TrimPrefix(at.Path, "/") }
