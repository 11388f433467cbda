// Package faults is what campaigns of faults share: seeds, runs and their table, the comparison
// of all stored records with an oracle, and proxies that do to S3 and to databases what
// networks, busy servers and failovers do.
//
// The campaigns are tests in tally/lambda/internal/faults: they need packages that only lambda/
// may import. They are Go tests, not a program, so that "go test ./..." runs their short form
// with the same code, and one failing run can be repeated in a debugger.
package faults
