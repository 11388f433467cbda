// Package schema writes JSON Schemas of the files that users edit, from the Go types
// that these are read into: so an editor completes keys, shows what the comments in
// the code say, and marks what synth would refuse.
//
// A schema refuses nothing that synth accepts. It may accept what synth refuses:
// what depends on other keys, or on other files, is synth's to say.
package schema
