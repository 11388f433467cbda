// Package spelling finds the name that somebody meant.
package spelling

import "strings"

// Nearest is the name with the fewest letters to change, the first of several; ""
// if there are no names. Near says that it is probably a slip of the pen: at most
// half of the letters are wrong. Capitals count less than letters.
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
	return nearest, nearest != "" && least <= len(name)
}

// Distance is the number of letters to insert, delete or replace (Levenshtein).
func Distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
