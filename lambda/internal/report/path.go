package report

import (
	"fmt"
	"math/big"
	"strings"
)

// point is a place of a drawing.
type point struct{ x, y int }

// segments are the parts of a line that are not interrupted by a slot without a count. If
// there are more slots than most, those side by side become their least and largest count: a
// peak stays a peak.
func segments(s scale, places []int, counts []*big.Int, most int) (parts [][]point) {
	size := (len(counts) + most - 1) / most
	open := false
	for from := 0; from < len(counts); from += size {
		to := min(from+size, len(counts))
		least, largest := bounds(counts[from:to])
		if least == nil {
			open = false
			continue
		}
		if !open {
			parts, open = append(parts, nil), true
		}
		last := &parts[len(parts)-1]
		*last = append(*last, point{places[from], s.down(least)})
		if least.Cmp(largest) != 0 {
			*last = append(*last, point{places[to-1], s.down(largest)})
		}
	}
	return parts
}

// linePath draws the segments as the d of a path. A segment of one point is drawn as long as
// its line is thick: as a dot.
func linePath(parts [][]point) string {
	var b strings.Builder
	for _, part := range parts {
		moveTo(&b, part)
		if len(part) == 1 {
			b.WriteString("h0")
		}
	}
	return b.String()
}

// areaPath draws what is between the segments and the bottom.
func areaPath(parts [][]point, height int) string {
	var b strings.Builder
	for _, part := range parts {
		if len(part) > 1 {
			moveTo(&b, part)
			fmt.Fprintf(&b, "V%dH%dZ", height, part[0].x)
		}
	}
	return b.String()
}

// dotPath draws the points that no line connects or, if there are few, all of them.
func dotPath(parts [][]point) string {
	const few = 40
	all := 0
	for _, part := range parts {
		all += len(part)
	}
	var b strings.Builder
	for _, part := range parts {
		for _, p := range part {
			if all <= few || len(part) == 1 {
				fmt.Fprintf(&b, "M%d %dh0", p.x, p.y)
			}
		}
	}
	return b.String()
}

// moveTo draws a segment. Distances are shorter than places.
func moveTo(b *strings.Builder, part []point) {
	fmt.Fprintf(b, "M%d %d", part[0].x, part[0].y)
	for i := 1; i < len(part); i++ {
		dx, dy := part[i].x-part[i-1].x, part[i].y-part[i-1].y
		if i == 1 {
			b.WriteByte('l')
		} else if dx >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d", dx)
		if dy >= 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(b, "%d", dy)
	}
}
