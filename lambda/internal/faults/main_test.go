package faults_test

import (
	"fmt"
	"os"
	"runtime/debug"
	"testing"

	"tally/test/faults"
)

func TestMain(m *testing.M) {
	if err := faults.CheckChoice(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	debug.SetGCPercent(400) // small worlds make much garbage
	code := m.Run()
	faults.PrintTable(os.Stdout)
	os.Exit(code)
}
