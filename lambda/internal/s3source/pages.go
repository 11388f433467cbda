package s3source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// deserializer is what the SDK calls the step that reads an answer.
const deserializer = "OperationDeserializer"

// readPages makes the SDK read pages of a listing with parsePage. Its own way takes
// some 5 ms of CPU for a page, and a function of 256 MB has a sixth of a CPU: reading
// would take as long as asking. What parsePage does not understand, and errors, are
// left to the SDK.
func readPages(options *s3.Options) {
	options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
		known, found := stack.Deserialize.Get(deserializer)
		if !found {
			return nil
		}
		_, err := stack.Deserialize.Swap(deserializer, pageReader{known})
		return err
	})
}

// pageReader stands in for the SDK's deserializer.
type pageReader struct {
	middleware.DeserializeMiddleware
}

func (p pageReader) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	answer, ok := out.RawResponse.(*smithyhttp.Response)
	if err != nil || !ok || answer.StatusCode != http.StatusOK {
		return p.leave(ctx, in, out, metadata, err)
	}
	var body bytes.Buffer
	if answer.ContentLength > 0 {
		body.Grow(int(answer.ContentLength) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(answer.Body); err != nil {
		return out, metadata, &brokenPage{err}
	}
	if page, understood := parsePage(view(body.Bytes())); understood {
		out.Result = page
		return out, metadata, nil
	}
	answer.Body = io.NopCloser(&body)
	return p.leave(ctx, in, out, metadata, nil)
}

// leave has the SDK read an answer that is there already.
func (p pageReader) leave(ctx context.Context, in middleware.DeserializeInput, out middleware.DeserializeOutput, metadata middleware.Metadata, err error) (middleware.DeserializeOutput, middleware.Metadata, error) {
	return p.DeserializeMiddleware.HandleDeserialize(ctx, in, answered(func() (middleware.DeserializeOutput, middleware.Metadata, error) {
		return out, metadata, err
	}))
}

// answered is a handler whose answer is known.
type answered func() (middleware.DeserializeOutput, middleware.Metadata, error)

func (a answered) HandleDeserialize(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
	return a()
}

// brokenPage is a page that broke off. The SDK asks for it again.
type brokenPage struct{ err error }

func (b *brokenPage) Error() string { return fmt.Sprintf("read a page: %v", b.err) }

func (b *brokenPage) Unwrap() error { return b.err }

// ConnectionError is what the SDK's retryer asks of errors (aws/retry,
// RetryableConnectionError).
func (b *brokenPage) ConnectionError() bool { return true }
