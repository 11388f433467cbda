package sweep

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"tally/lambda/internal/signed"
)

// Client invokes functions over Lambda's API. It is not the SDK's, which takes as long to
// start as all else of the monitor and is 0.4 MB of its zip, for one request:
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
type Client struct{ api *signed.Client }

// NewClient makes a client of the configuration's region, or of its endpoint. It tries each
// invocation once and waits for its end: another try would count a slot twice, at its price.
func NewClient(config aws.Config) *Client { return &Client{signed.New(config, "lambda")} }

// APIError is an answer of Lambda itself, instead of the function's. If its Status is 500 or
// more, and [NotStarted] does not say otherwise, the function may be running all the same.
type APIError struct {
	Status  int    // of HTTP
	Kind    string // such as TooManyRequestsException
	Message string
}

func (e *APIError) Error() string { return fmt.Sprintf("%s (%d): %s", e.Kind, e.Status, e.Message) }

// Invoke implements [Lambda]. Without an *APIError, an error means that there was no answer.
func (c *Client) Invoke(ctx context.Context, function string, payload []byte) (Reply, error) {
	answer, err := c.api.Post(ctx, signed.Request{Path: "/2015-03-31/functions/" + url.PathEscape(function) + "/invocations", Body: payload})
	if err != nil {
		return Reply{}, err
	}
	if answer.Status != http.StatusOK {
		kind, _, _ := strings.Cut(answer.Header.Get("X-Amzn-ErrorType"), ":") // a URL may follow
		failed := &APIError{Status: answer.Status, Kind: kind}
		_ = json.Unmarshal(answer.Body, &struct{ Message *string }{&failed.Message}) // the kind says enough
		return Reply{}, failed
	}
	return Reply{Failed: answer.Header.Get("X-Amz-Function-Error") != "", Payload: answer.Body}, nil
}
