// Package spelling finds the name that somebody meant.
package spelling

import "strings"

// Nearest is the name with the fewest letters to change, the first of several; ""
// if there are no names. Near says that it is probably a slip of the pen: at most a
// third of the letters. Capitals count less than letters.
func Nearest(name string, names []string) (nearest string, near bool) {
	least := 0
	for _, candidate := range names {
		d := 2 * Distance(strings.ToLower(name), strings.ToLower(candidate))
		if d == 0 && candidate != name {
			d = 1
		}
		if nearest == "" || d < least {
			nearest, least = candidate, d
		}
	}
	return nearest, nearest != "" && 3*least <= 2*len(name)
}

// Distance is the number of letters to insert, delete or replace, or to exchange with
// the next one (optimal string alignment).
func Distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before, last, row = last, row, before
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, last[j+1]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
	}
	return row[len(b)]
}
