package job

import (
	"fmt"
	"time"
)

// PerSecond is how many units of the column make a second: 1 or 1000.
func (c ColumnType) PerSecond() int64 {
	if c == EpochMillis {
		return 1000
	}
	return 1
}

// Other is the other type.
func (c ColumnType) Other() ColumnType {
	if c == EpochMillis {
		return EpochSeconds
	}
	return EpochMillis
}

// Likely is the range of likely values, in the column's unit: times from 1990 until ten
// years after the window. Seconds that are read as milliseconds are smaller, and
// milliseconds that are read as seconds are larger.
func (c ColumnType) Likely(windowEnd time.Time) (from, to int64) {
	first := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC)
	return first.Unix() * c.PerSecond(), windowEnd.AddDate(10, 0, 0).Unix() * c.PerSecond()
}

// WrongUnit is the error of a window whose column has likely times only in the other unit.
func (w *Window) WrongUnit() error {
	where := "before 1990"
	if w.ColumnType == EpochSeconds {
		where = "more than ten years ahead"
	}
	return fmt.Errorf("window.column %s: as %s its values lie %s, and nothing would ever be counted; write column_type: %s",
		w.Column, w.ColumnType, where, w.ColumnType.Other())
}
