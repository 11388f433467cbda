package job

import (
	"fmt"
	"time"
)

// PerSecond is how many of a column's integers make a second.
func (c ColumnType) PerSecond() int64 {
	if c == EpochMillis {
		return 1000
	}
	return 1
}

// Other is the type that a column may have been taken for.
func (c ColumnType) Other() ColumnType {
	if c == EpochMillis {
		return EpochSeconds
	}
	return EpochMillis
}

// Likely are the values that times have which anybody counts: from 1990 until ten
// years after the window. Seconds taken for milliseconds lie before, and milliseconds
// taken for seconds behind.
func (c ColumnType) Likely(windowEnd time.Time) (from, to int64) {
	first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.Unix() * c.PerSecond(), windowEnd.AddDate(10, 0, 0).Unix() * c.PerSecond()
}

// WrongUnit is what is wrong with a window whose column has likely times in the other
// unit only.
func (w *Window) WrongUnit() error {
	where := "before 1990"
	if w.ColumnType == EpochSeconds {
		where = "more than ten years ahead"
	}
	return fmt.Errorf("window.column %s: as %s its values lie %s, and nothing would ever be counted; write column_type: %s",
		w.Column, w.ColumnType, where, w.ColumnType.Other())
}
