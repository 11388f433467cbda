// Command mutants changes one line of the program at a time and runs the tests that should
// notice. The list beside it says which lines; see the section "Mutants" of CONTRIBUTING.md.
//
// It never touches the tree: go's -overlay replaces a file for one build.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(1)
	}
}

// errSurvived means that no test noticed some mutant in time.
var errSurvived = errors.New("tests are missing: write one for each survivor, or say in the list why it changes nothing; a test that hangs wants a deadline")

func run(ctx context.Context, arguments []string, out io.Writer) error {
	flags := flag.NewFlagSet("mutants", flag.ContinueOnError)
	root := flags.String("root", ".", "the project's `folder`")
	lists := flags.String("lists", "test/mutants/list", "the `folder` of the lists, within it")
	only := flags.String("only", "", "only mutants whose place or lines have this `text`")
	atOnce := flags.Int("n", 2, "`how many` run at a time")
	limit := flags.Duration("limit", 2*time.Minute, "end tests that hang, after this `time`")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	t, err := newTree(*root, *limit)
	if err != nil {
		return err
	}
	all, err := t.readLists(*lists)
	if err != nil {
		return err
	}
	chosen := having(all, *only)
	if len(chosen) == 0 {
		return fmt.Errorf("no mutant has %q in its place or lines", *only)
	}
	for _, call := range together(chosen) {
		fmt.Fprintf(out, "%-8s  %s\n", "as it is", call)
		if found := t.test(ctx, call, ""); found.result != survived {
			return fmt.Errorf("without any change, %s: %s %s\n%s", call, found.result, found.test, found.said)
		}
	}
	results := t.runAll(ctx, chosen, *atOnce, out)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return summarize(results, out)
}

// runAll runs mutants, some at a time, and prints a line of each.
func (t *tree) runAll(ctx context.Context, mutants []mutant, atOnce int, out io.Writer) []finding {
	results := make([]finding, len(mutants))
	waiting := make(chan int)
	var printing sync.Mutex
	var workers sync.WaitGroup
	for range atOnce {
		workers.Go(func() {
			for i := range waiting {
				found := t.try(ctx, mutants[i])
				if ctx.Err() != nil {
					continue
				}
				results[i] = found
				printing.Lock()
				fmt.Fprintln(out, found)
				printing.Unlock()
			}
		})
	}
	for i := range mutants {
		waiting <- i
	}
	close(waiting)
	workers.Wait()
	return results
}
