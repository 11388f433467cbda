package dashboard_test

import (
	"encoding/json"
	"testing"
)

// body is a DashboardBody, as far as the tests look into it.
type body struct {
	Widgets []struct {
		Type                string
		X, Y, Width, Height int
		Properties          struct {
			Title   string
			Period  int
			Metrics [][]any
		}
	}
}

func parse(t *testing.T, text string) body {
	t.Helper()
	var parsed body
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}

// checkGrid checks that widgets lie within the 24 columns and over no other.
func checkGrid(t *testing.T, parsed body) {
	t.Helper()
	taken := map[[2]int]int{}
	for i, widget := range parsed.Widgets {
		if widget.X < 0 || widget.X+widget.Width > 24 || widget.Y < 0 || widget.Width < 1 || widget.Height < 1 {
			t.Errorf("widget %d is out of the grid: %+v", i, widget)
		}
		for x := widget.X; x < widget.X+widget.Width; x++ {
			for y := widget.Y; y < widget.Y+widget.Height; y++ {
				if other, hidden := taken[[2]int{x, y}]; hidden {
					t.Fatalf("widgets %d and %d overlap at %d, %d", other, i, x, y)
				}
				taken[[2]int{x, y}] = i
			}
		}
	}
}

// metricsOf are the metrics of all graphs, without options and expressions, with
// what "..." stands for.
func metricsOf(parsed body) [][]string {
	var all [][]string
	for _, widget := range parsed.Widgets {
		var before []string
		for _, line := range widget.Properties.Metrics {
			var metric []string
			for _, part := range line {
				if text, isText := part.(string); isText {
					metric = append(metric, text)
				}
			}
			if len(metric) == 0 {
				continue // an expression
			}
			if metric[0] == "..." {
				rest := metric[1:]
				metric = append(before[:len(before)-len(rest):len(before)-len(rest)], rest...)
			}
			before = metric
			all = append(all, metric)
		}
	}
	return all
}
