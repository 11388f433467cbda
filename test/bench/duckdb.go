//go:build duckdb

package main

// The driver is 125 MB to fetch, for the benchmark of records only: make bench sets
// the tag, and make test does without it.
import _ "github.com/duckdb/duckdb-go/v2"
