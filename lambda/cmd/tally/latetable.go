package main

import (
	"fmt"
	"strconv"
	"time"
)

// late shows what was found at each age, and the advice.
func (s screen) late(facts lateFacts) {
	if len(facts.Ages) > 0 {
		s.say(0, s.none, "%s of %s counted again; the rows that the last count found are 100 %%", facts.Case, amount(facts.Recounted, "slot"))
		fmt.Fprintln(s.out)
		s.grid([]string{"WITHIN", "SLOTS", "ROWS THERE", "WORST SLOT", "GONE SINCE"}, s.lateRows(facts), 1, 2, 4)
		fmt.Fprintln(s.out)
	}
	paint := s.none
	if facts.AdvisedSeconds == nil || *facts.AdvisedSeconds != facts.DelaySeconds {
		paint = s.doubt
	}
	s.say(0, paint, "%s", facts.Advice)
}

func (s screen) lateRows(facts lateFacts) (rows [][]string) {
	for _, age := range facts.Ages {
		row := []string{ageWords(time.Duration(age.WithinSeconds) * time.Second), strconv.Itoa(age.Slots), none, none, none}
		if age.Share != nil {
			row[2] = fmt.Sprintf("%.2f %%", *age.Share)
		}
		if age.Worst != nil {
			row[3] = fmt.Sprintf("%s: %d of %d", age.Worst.Local, age.Worst.Found, age.Worst.Of)
		}
		if age.Gone > 0 {
			row[4] = s.doubt(strconv.FormatInt(age.Gone, 10))
		}
		rows = append(rows, row)
	}
	return rows
}
