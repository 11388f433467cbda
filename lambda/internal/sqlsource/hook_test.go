package sqlsource

import (
	"context"
	"database/sql/driver"
)

// hook stands between a session and its driver, and sees each statement before the
// server does.
type hook struct {
	driver.Connector
	// before returns what to send instead; the statement itself to leave it alone.
	before func(text string) string
}

func (h hook) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := h.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	return hooked{conn, h.before}, nil
}

type hooked struct {
	driver.Conn
	before func(string) string
}

func (h hooked) ExecContext(ctx context.Context, text string, values []driver.NamedValue) (driver.Result, error) {
	return h.Conn.(driver.ExecerContext).ExecContext(ctx, h.before(text), values)
}

func (h hooked) QueryContext(ctx context.Context, text string, values []driver.NamedValue) (driver.Rows, error) {
	return h.Conn.(driver.QueryerContext).QueryContext(ctx, h.before(text), values)
}

// PrepareContext runs what comes instead of the statement: preparing it does nothing.
func (h hooked) PrepareContext(ctx context.Context, text string) (driver.Stmt, error) {
	if instead := h.before(text); instead != text {
		if _, err := h.Conn.(driver.ExecerContext).ExecContext(ctx, instead, nil); err != nil {
			return nil, err
		}
	}
	return h.Conn.(driver.ConnPrepareContext).PrepareContext(ctx, text)
}
