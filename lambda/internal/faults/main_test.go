package faults_test

import (
	"os"
	"runtime/debug"
	"testing"

	"tally/test/faults"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(400) // small worlds make much garbage
	code := m.Run()
	faults.PrintTable(os.Stdout)
	os.Exit(code)
}
