// Command counter is the function: it counts the slot of an event once and stores its
// record. A sweep finds the slots without a record.
package main

import (
	"log/slog"
	"os"
	_ "time/tzdata" // the runtime's image may have no time zones

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	limitMemory(os.Getenv)
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(logger)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // Lambda reports a failed init
	}
	lambda.Start(handler)
}
