package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

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
