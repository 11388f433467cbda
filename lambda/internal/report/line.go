package report

import (
	"fmt"
	"math/big"
	"slices"

	"tally/lambda/contract"
	"tally/lambda/internal/history"
)

// line is what is counted, over the slots of a series: a case or a group.
type line struct {
	Name   string
	Class  string     // its colour and dashes; empty if the chart does not draw it
	Counts []*big.Int // by slot; nil without a count
	Sum    *big.Int
}

// mostDrawn is how many cases one chart can show before its lines are a tangle.
const mostDrawn = 6

// caseLines are the cases of a series, total first. The total and the largest cases are drawn.
func caseLines(s history.Series) []line {
	names := s.Cases()
	if i := slices.Index(names, contract.CaseTotal); i > 0 {
		names = slices.Insert(slices.Delete(names, i, i+1), 0, contract.CaseTotal)
	}
	lines := make([]line, len(names))
	var ranked []*line
	for i, name := range names {
		lines[i] = newLine(name, len(s.Slots))
		for at, slot := range s.Slots {
			if count := slot.Count(name, nil); count != nil {
				lines[i].add(at, big.NewInt(*count))
			}
		}
		if name == contract.CaseTotal {
			lines[i].Class = "total"
		} else {
			ranked = append(ranked, &lines[i])
		}
	}
	slices.SortStableFunc(ranked, func(a, b *line) int { return b.Sum.Cmp(a.Sum) })
	ranked, drawn := ranked[:min(len(ranked), mostDrawn)], 0
	for i := range lines {
		if slices.Contains(ranked, &lines[i]) {
			drawn++
			lines[i].Class = fmt.Sprintf("case%d", drawn)
		}
	}
	return lines
}

func newLine(name string, slots int) line {
	return line{Name: name, Counts: make([]*big.Int, slots), Sum: new(big.Int)}
}

// add adds a count to that of a slot.
func (l line) add(slot int, count *big.Int) {
	if l.Counts[slot] == nil {
		l.Counts[slot] = new(big.Int)
	}
	l.Counts[slot].Add(l.Counts[slot], count)
	l.Sum.Add(l.Sum, count)
}

// bounds are the least and the largest count of slots; nil if none has a count.
func bounds(counts []*big.Int) (least, largest *big.Int) {
	known := slices.DeleteFunc(slices.Clone(counts), func(count *big.Int) bool { return count == nil })
	if len(known) == 0 {
		return nil, nil
	}
	return slices.MinFunc(known, (*big.Int).Cmp), slices.MaxFunc(known, (*big.Int).Cmp)
}

// means are the means of slots side by side, if there are more than most, with the place of
// the first.
func means(places []int, counts []*big.Int, most int) (fewer []int, mean []*big.Int) {
	size := (len(counts) + most - 1) / most
	for from := 0; from < len(counts); from += size {
		part, n := newLine("", size), int64(0)
		for i, count := range counts[from:min(from+size, len(counts))] {
			if count != nil {
				part.add(i, count)
				n++
			}
		}
		if fewer, mean = append(fewer, places[from]), append(mean, nil); n > 0 {
			mean[len(mean)-1] = part.Sum.Div(part.Sum, big.NewInt(n))
		}
	}
	return fewer, mean
}
