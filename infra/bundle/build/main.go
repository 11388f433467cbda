// Command build compiles a function for Lambda into the folder it is given.
package main

import (
	"context"
	"fmt"
	"os"

	"tally/infra/bundle"
)

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: build PACKAGE FOLDER")
		os.Exit(2)
	}
	if err := bundle.Build(context.Background(), ".", os.Args[2], bundle.Command(os.Args[1]), bundle.Lambda); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
