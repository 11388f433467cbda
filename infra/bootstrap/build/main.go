// Command build compiles the function for Lambda into the folder it is given.
package main

import (
	"context"
	"fmt"
	"os"

	"tally/infra/bootstrap"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: build FOLDER")
		os.Exit(2)
	}
	if err := bootstrap.Build(context.Background(), ".", os.Args[1], bootstrap.Lambda); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
