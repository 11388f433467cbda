package main

import (
	"io"
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
