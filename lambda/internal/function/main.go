// Package function is what the mains of the counter and the monitor share: how they read
// their layers and variables, and how they log an invocation.
package function

import (
	"log/slog"
	"os"
	"runtime/debug"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
)

// Main starts a function. It does not return.
func Main(newHandler func(*slog.Logger) (*Handler, error)) {
	limitMemory()
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(logger)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // Lambda reports a failed init
	}
	lambda.Start(handler)
}

// memoryShare is how much of the function's memory Go may fill, in percent. The program's
// code needs some memory too.
const memoryShare = 85

// limitMemory tells Go's runtime how much memory the function has, so that it collects
// garbage in time. Lambda kills a function that takes more.
func limitMemory() {
	if megabytes, err := strconv.ParseInt(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 64); err == nil {
		debug.SetMemoryLimit(megabytes << 20 * memoryShare / 100)
	}
}
