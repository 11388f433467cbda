package job

import (
	"strconv"
	"time"
)

// Age is a time since a slot, in whole hours or days of 24 hours: 6h or 7d.
type Age string

// maxRecounts is how many ages a job may be counted again at.
const maxRecounts = 5

// Duration is how long the age is; 0 if it is none.
func (a Age) Duration() time.Duration {
	if len(a) < 2 {
		return 0
	}
	unit := map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour}[a[len(a)-1]]
	number, err := strconv.Atoi(string(a[:len(a)-1]))
	if err != nil {
		return 0
	}
	return time.Duration(number) * unit
}
