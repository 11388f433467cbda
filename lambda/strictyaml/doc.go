// Package strictyaml reads a YAML file into Go structs and reports every
// problem at once, each with file, line, column and key.
//
// It is stricter than YAML: unknown keys, wrong types, anchors, aliases, merge
// keys and tags are problems. YAML drops text without a word, such as what follows
// " #", or a value that starts with "!". A file that decides what is counted must mean
// exactly what it looks like.
package strictyaml
