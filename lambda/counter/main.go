// Command lambda is the function: it fills the slot that an event is for, with
// the counts of the event's job, once. A sweep finds the slots that were left.
package main

import (
	"log/slog"
	"os"
	_ "time/tzdata" // the runtime's image need not know time zones

	"github.com/aws/aws-lambda-go/lambda"
)

func main() {
	limitMemory(os.Getenv)
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(logger)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // before the first event: Lambda reports a failed init
	}
	lambda.Start(handler)
}
