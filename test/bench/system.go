package main

import (
	"context"

	"tally/test/local"
)

// startSystem starts the synthesized environment local on PostgreSQL, and builds the command line.
// The caller stops it.
func startSystem(ctx context.Context, root string) (_ *local.System, stop func(), err error) {
	if err := command(ctx, root, nil, "make", "app", ".cache/tally"); err != nil {
		return nil, nil, err
	}
	database, err := local.StartPostgres(ctx, root)
	if err != nil {
		return nil, nil, err
	}
	if err = database.Load(ctx); err == nil {
		var system *local.System
		if system, err = local.Start(ctx, local.Options{Root: root, Environment: "local", Database: database}); err == nil {
			return system, func() { system.Close(); database.Stop() }, nil
		}
	}
	database.Stop()
	return nil, nil, err
}
