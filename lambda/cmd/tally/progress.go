package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
)

// patience is how long something may take without a word.
const patience = time.Second

// newProgress tells on a terminal how far something is, once it takes longer than patience,
// with the time that is left. Call end at its end.
func newProgress(out io.Writer, doing string) (told func(done, of int), end func()) {
	if !isTerminal(out) {
		return func(int, int) {}, func() {}
	}
	began := time.Now()
	var bar *progressbar.ProgressBar
	told = func(done, of int) {
		if time.Since(began) < patience {
			return
		}
		if bar == nil {
			bar = progressbar.NewOptions(of, progressbar.OptionSetWriter(out), progressbar.OptionSetDescription(doing),
				progressbar.OptionShowCount(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100*time.Millisecond))
		}
		_ = bar.Set(done) // what cannot be shown is not worth an error
	}
	return told, func() {
		if bar != nil {
			_ = bar.Finish()
		}
	}
}

// interrupts are contexts for work that can be left at any moment, but better ends what it
// does. soft ends with the first Ctrl-C or SIGTERM, which is answered, and hard with the
// second one. Call stop at the end.
func interrupts(parent context.Context, stderr io.Writer, answer string) (soft, hard context.Context, stop func()) {
	hard, leave := context.WithCancel(parent)
	soft, end := context.WithCancel(hard)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		for {
			select {
			case <-hard.Done():
				return
			case <-signals:
				if soft.Err() != nil {
					leave()
					return
				}
				end()
				fmt.Fprintln(stderr, answer)
			}
		}
	}()
	return soft, hard, func() { signal.Stop(signals); leave() }
}
