// Command counter is a function that counts the slot of an event once and stores its
// record. It counts nothing else: the monitor looks after slots without a record.
package main

import (
	"log/slog"
	"os"
	_ "time/tzdata" // the runtime's image may have no time zones

	"github.com/aws/aws-lambda-go/lambda"

	"tally/lambda/internal/function"
)

func main() {
	function.LimitMemory(os.Getenv)
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(logger)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // Lambda reports a failed init
	}
	lambda.Start(handler)
}
