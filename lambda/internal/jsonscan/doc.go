// Package jsonscan reads some fields of JSON Lines, and checks the whole of each line.
//
// No library that is fast enough checks what it skips, and a line that broke off would
// count. Two things make the scanner fast. It makes no values: it returns texts that
// share the line's memory. And it compares names instead of reading them: the lines of a
// file look alike, so a table holds the names of the line before, in their order (see
// member). A name that differs is read, and replaces the one in the table.
//
// The package also knows how numbers of JSON compare, and how they are written as text.
package jsonscan
