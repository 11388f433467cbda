// Command bench compares the project with rivals on this machine, in one run.
// Figures are ratios or CPU seconds; the wall clock of a busy machine means little.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"
)

// figure is one measurement and what it must not exceed. A ratio has its spread: what
// it was in each of three runs.
type figure struct {
	name   string
	value  float64
	spread []float64
	limit  float64
	unit   string
	detail string
}

// benchmarks are all there are, in the order they run.
var benchmarks = []struct {
	name string
	run  func(ctx context.Context, root string) ([]figure, error)
}{
	{"coldstart", coldStart},
	{"synth", synth},
	{"size", size},
	{"sweep", sweep},
	{"history", history},
	{"backfill", backfill},
	{"athena", athena},
	{"cron", cronNext},
	{"sql", sqlCounts},
	{"listing", listing},
	{"records", records},
}

func main() {
	root := flag.String("root", "../..", "the project")
	only := flag.String("only", "", "run this benchmark only")
	flag.Parse()
	missed, err := run(context.Background(), *root, *only)
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	if missed > 0 {
		fmt.Fprintf(os.Stderr, "bench: %d figures are over their limit\n", missed)
		os.Exit(1)
	}
}

func run(ctx context.Context, root, only string) (missed int, err error) {
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 3, ' ', 0)
	fmt.Fprintln(table, "figure\tmeasured\tthree runs\tlimit\t\tdetail")
	for _, benchmark := range benchmarks {
		if only != "" && only != benchmark.name {
			continue
		}
		fmt.Fprintf(os.Stderr, "== %s\n", benchmark.name)
		figures, err := benchmark.run(ctx, root)
		if err != nil {
			return missed, fmt.Errorf("%s: %w", benchmark.name, err)
		}
		for _, figure := range figures {
			verdict := "ok"
			if figure.value > figure.limit {
				verdict = "OVER"
				missed++
			}
			fmt.Fprintf(table, "%s\t%.2f %s\t%s\t%.2f %s\t%s\t%s\n", figure.name, figure.value, figure.unit, shownSpread(figure.spread), figure.limit, figure.unit, verdict, figure.detail)
		}
	}
	return missed, table.Flush()
}
