// Command echo is a small Lambda function for the tests of the local Runtime API.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// request says what to do.
type request struct {
	Do     string        `json:"do"`
	Text   string        `json:"text"`
	Length int           `json:"length"`
	Sleep  time.Duration `json:"sleep"`
}

// answer says what a process sees.
type answer struct {
	Text      string        `json:"text"`
	PID       int           `json:"pid"`
	RequestID string        `json:"requestID"`
	ARN       string        `json:"arn"`
	Left      time.Duration `json:"left"`
	Env       []string      `json:"env"`
	Dir       string        `json:"dir"`
}

func main() {
	switch os.Getenv("ECHO_INIT") {
	case "exit":
		fmt.Fprintln(os.Stderr, "no configuration")
		os.Exit(3)
	case "error":
		report, err := http.Post("http://"+os.Getenv("AWS_LAMBDA_RUNTIME_API")+"/2018-06-01/runtime/init/error", "application/json",
			strings.NewReader(`{"errorType":"Config.Invalid","errorMessage":"no bucket"}`))
		if err != nil || report.StatusCode != http.StatusAccepted {
			fmt.Fprintln(os.Stderr, report, err)
		}
		os.Exit(1)
	case "sleep":
		time.Sleep(time.Hour)
	}
	lambda.Start(handle)
}

func handle(ctx context.Context, r request) (*answer, error) {
	switch r.Do {
	case "error":
		return nil, errors.New(r.Text)
	case "panic":
		panic(r.Text)
	case "exit":
		os.Exit(7)
	case "sleep":
		time.Sleep(r.Sleep)
	case "print":
		// No newline yet: the line ends with the next invocation's.
		fmt.Fprintf(os.Stderr, "log %s\n", r.Text)
		fmt.Printf("metric %s\nhalf", r.Text)
	case "flood":
		line := strings.Repeat("x", r.Length)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for range 50 {
				fmt.Fprintln(os.Stderr, "e"+line+"e")
			}
		}()
		for range 50 {
			fmt.Println("o" + line + "o")
		}
		<-done
	}
	deadline, _ := ctx.Deadline()
	caller, _ := lambdacontext.FromContext(ctx)
	dir, err := os.Getwd()
	return &answer{
		Text:      r.Text,
		PID:       os.Getpid(),
		RequestID: caller.AwsRequestID,
		ARN:       caller.InvokedFunctionArn,
		Left:      time.Until(deadline),
		Env:       os.Environ(),
		Dir:       dir,
	}, err
}
