package function

import (
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
)

// Main starts a function. It does not return.
func Main(newHandler func(*slog.Logger) (*Handler, error)) {
	limitMemory(os.Getenv)
	logger := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	handler, err := newHandler(logger)
	if err != nil {
		logger.Error("cannot start", "error", err)
		os.Exit(1) // Lambda reports a failed init
	}
	lambda.Start(handler)
}
