package local

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"
)

// CanBeReplicated are the settings of a PostgreSQL that has a replica.
var CanBeReplicated = []string{"wal_level=replica", "max_wal_senders=4"}

// StartReplica starts a PostgreSQL that lets readers in and does what another one has done, later
// by a lag. Stop it. The other one stops for a moment: its data is copied. Both have the same
// users. A query that keeps the replica from going on for longer than the patience is cancelled.
func StartReplica(ctx context.Context, root string, of *Database, lag, patience time.Duration) (*Database, error) {
	return startIn(ctx, "replica", func(ctx context.Context, box *sandbox) (*Database, error) {
		native, err := postgresIn(ctx, box, root)
		if err != nil {
			return nil, err
		}
		admin, err := passwordIn(of.URL)
		if err != nil {
			return nil, err
		}
		reader, err := passwordIn(of.ReaderURL)
		if err != nil {
			return nil, err
		}
		of.shutDown()
		ours := *box
		ours.as = nil // who can read and keep what another user owns
		copied := ours.run(ctx, "cp", "-Rp", of.box.path("data"), box.path("data"))
		if err := errors.Join(copied, of.startAgain(ctx)); err != nil {
			return nil, err
		}
		for name, content := range map[string]string{
			"data/standby.signal":       "",
			"data/postgresql.auto.conf": fmt.Sprintf("primary_conninfo = '%s'\n", of.URL),
		} {
			if _, err := box.secret(name, content); err != nil {
				return nil, err
			}
		}
		return servePostgres(ctx, box, native, append([]string{
			fmt.Sprintf("recovery_min_apply_delay=%dms", lag.Milliseconds()),
			fmt.Sprintf("max_standby_streaming_delay=%dms", patience.Milliseconds()),
		}, CanBeReplicated...), admin, reader)
	})
}

// passwordIn is the password in a database's URL.
func passwordIn(database string) (string, error) {
	at, err := url.Parse(database)
	if err != nil {
		return "", errors.New("copy the users: not a URL") // err would quote the password
	}
	password, _ := at.User.Password()
	return password, nil
}
