// Package schema writes JSON Schemas of the files that users edit, from the Go types
// that the files are read into. With them an editor completes keys, shows the comments
// of the code, and marks what synth would refuse.
//
// A schema refuses nothing that synth accepts. It may accept what synth refuses, because
// a value depends on other keys or on other files.
package schema
