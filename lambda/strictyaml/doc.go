// Package strictyaml reads a YAML file into Go structs and reports every
// problem at once, each with file, line, column and key.
//
// It is stricter than YAML: unknown keys, wrong types, anchors, aliases, merge
// keys and tags are problems. YAML loses text silently (what follows " #", a
// value that starts with "!"), and a file that decides what is counted must
// mean exactly what it looks like.
package strictyaml
