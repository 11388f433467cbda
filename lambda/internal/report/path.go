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

// linePath draws the segments as the d of a path, with distances, which are shorter than
// places.
func linePath(parts [][]point) string {
	var b strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&b, "M%d %d", part[0].x, part[0].y)
		command := "l"
		for i := 1; i < len(part); i++ {
			fmt.Fprintf(&b, "%s%d %d", command, part[i].x-part[i-1].x, part[i].y-part[i-1].y)
			command = " "
		}
	}
	return strings.ReplaceAll(b.String(), " -", "-")
}

// areaPath draws what is between the segments and the bottom.
func areaPath(parts [][]point, height int) (path string) {
	for _, part := range parts {
		path += fmt.Sprintf("%sV%dH%dZ", linePath([][]point{part}), height, part[0].x)
	}
	return path
}

// dotPath draws the points that no line connects, as dots: lines as long as they are thick.
func dotPath(parts [][]point) (path string) {
	for _, part := range parts {
		if len(part) == 1 {
			path += fmt.Sprintf("M%d %dh0", part[0].x, part[0].y)
		}
	}
	return path
}
