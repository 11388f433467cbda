package s3source

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"tally/lambda/internal/count"
	"tally/lambda/internal/jsonscan"
	"tally/lambda/job"
)

// numbers are those from one to before another.
type numbers struct{ from, to float64 }

func (n numbers) hold(number float64) bool { return number >= n.from && number < n.to }

// epochs compares times that are numbers of seconds or milliseconds.
type epochs struct {
	kind job.ColumnType
	// window is in the column's unit; likely are the values of times that anybody
	// counts, in the column's unit and in the other one; possible ends in the year 2262.
	window, likely, likelyInOtherUnit, possible numbers
}

func newEpochs(kind job.ColumnType, window count.Window) epochs {
	span := func(from, to int64) numbers { return numbers{float64(from), float64(to)} }
	unit, farthest := kind.PerSecond(), math.MaxInt64/int64(time.Second)
	return epochs{
		kind:   kind,
		window: span(window.From.Unix()*unit, window.To.Unix()*unit),
		likely: span(kind.Likely(window.To)), likelyInOtherUnit: span(kind.Other().Likely(window.To)),
		possible: span(-farthest*unit, farthest*unit),
	}
}

// holds tells whether a number, which CSV holds as text, is in the window. It notes in
// which unit the number is a likely time.
func (e *epochs) holds(field jsonscan.Value, met *tally) (bool, error) {
	number, err := strconv.ParseFloat(field.Text, 64)
	if err != nil || field.Type != jsonscan.Number && field.Type != jsonscan.Text {
		return false, fmt.Errorf("the window's column is no number of %s", e.kind)
	}
	switch {
	case e.likely.hold(number):
		met.likely++
	case e.likelyInOtherUnit.hold(number):
		met.likelyInOtherUnit++
	}
	switch {
	case e.possible.hold(number):
		return e.window.hold(number), nil
	case e.likelyInOtherUnit.hold(number):
		return false, fmt.Errorf("the window's column is no number of %s; write column_type: %s if all are like that", e.kind, e.kind.Other())
	}
	return false, fmt.Errorf("the window's column is no number of %s", e.kind) // NaN is none either
}
