// Package faults has no code but tests: campaigns of thousands of runs, each with faults that
// follow from its seed, and each compared with an oracle. "make faults" runs them at full size,
// "go test" in a short form. What they share is in tally/test/faults.
//
// A campaign's data are rows that a plain loop counts. Where the processes are the point, the
// real binaries run on tally/test/local. Everywhere else the engine, the sweeper and the store
// run in this process, in simulated time, against a real server of S3.
//
// TestBounds has no faults. It gives the counter the largest things that it may be given, and
// holds its memory to what the documentation promises.
package faults
