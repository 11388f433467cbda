// Package listing reads the pages of S3's listings, for the sources and for the
// store. An answer that is not a whole page of what was asked for is an error: taken
// for a page it would be an empty bucket, and a count of 0.
package listing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// deserializer is what the SDK calls the step that reads an answer.
const deserializer = "OperationDeserializer"

// Pages is the option with which ListObjectsV2 lists a prefix of a bucket. Keys come
// as they are, also where the request asks for them in the form of URLs. An answer
// that is not such a page is asked for again, as often as the client tries.
//
// It reads pages with parsePage. The SDK's own way takes some 5 ms of CPU for a page,
// and a function of 256 MB has a sixth of a CPU: reading would take as long as asking.
// What parsePage does not understand, and errors, are left to the SDK.
func Pages(bucket, prefix string) func(*s3.Options) {
	return func(options *s3.Options) {
		options.APIOptions = append(options.APIOptions, func(stack *middleware.Stack) error {
			known, found := stack.Deserialize.Get(deserializer)
			if !found {
				return errors.New("the SDK has no step " + deserializer)
			}
			_, err := stack.Deserialize.Swap(deserializer, pageReader{known, bucket, prefix})
			return err
		})
	}
}

// pageReader stands in for the SDK's deserializer.
type pageReader struct {
	middleware.DeserializeMiddleware
	bucket, prefix string
}

func (p pageReader) HandleDeserialize(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
	out, metadata, err := next.HandleDeserialize(ctx, in)
	answer, ok := out.RawResponse.(*smithyhttp.Response)
	if !ok || answer.StatusCode < http.StatusOK || answer.StatusCode >= http.StatusMultipleChoices {
		return p.leave(ctx, in, out, metadata, err)
	}
	if err != nil { // the SDK has looked for an error in the answer, and could not read it
		return out, metadata, &noPage{err}
	}
	var body strings.Builder
	body.Grow(int(max(answer.ContentLength, 0)))
	if _, err := io.Copy(&body, answer.Body); err != nil {
		return out, metadata, &noPage{err}
	}
	xml := body.String()
	if err := checkWhole(xml); err != nil {
		return out, metadata, &noPage{err}
	}
	page, understood := parsePage(xml)
	if !understood {
		answer.Body = io.NopCloser(strings.NewReader(xml))
		if out, metadata, err = p.leave(ctx, in, out, metadata, nil); err != nil {
			return out, metadata, &noPage{err}
		}
		page = out.Result.(*s3.ListObjectsV2Output)
	}
	if err := p.check(page); err != nil {
		return out, metadata, &noPage{err}
	}
	out.Result = page
	return out, metadata, nil
}

// leave has the SDK read an answer that is there already.
func (p pageReader) leave(ctx context.Context, in middleware.DeserializeInput, out middleware.DeserializeOutput, metadata middleware.Metadata, err error) (middleware.DeserializeOutput, middleware.Metadata, error) {
	answered := func(context.Context, middleware.DeserializeInput) (middleware.DeserializeOutput, middleware.Metadata, error) {
		return out, metadata, err
	}
	return p.DeserializeMiddleware.HandleDeserialize(ctx, in, middleware.DeserializeHandlerFunc(answered))
}

// noPage is an answer that is no page of the listing. The SDK asks for it again.
type noPage struct{ err error }

func (n *noPage) Error() string {
	return fmt.Sprintf("the answer is no page of the listing: %v", n.err)
}

func (n *noPage) Unwrap() error { return n.err }

// ConnectionError is what the SDK's retryer asks of errors (aws/retry,
// RetryableConnectionError).
func (n *noPage) ConnectionError() bool { return true }
