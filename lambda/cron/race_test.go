//go:build race

package cron_test

func init() { slower = 10 }
