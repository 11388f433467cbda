package s3source

import (
	"errors"
	"fmt"
	"net"

	"github.com/aws/smithy-go"

	"tally/lambda/internal/count"
)

// What S3 answers (Error responses, S3 API reference).
const (
	codeChanged  = "PreconditionFailed" // 412: the ETag is another one
	codeMissing  = "NoSuchKey"
	codeDenied   = "AccessDenied"
	codeArchived = "InvalidObjectState"
	codeInvalid  = "InvalidRequest" // of an object: it is encrypted with a key that only its owner has
)

// locks tells whether an object is archived or encrypted, which on_error: skip leaves out.
func locks(code string) bool { return code == codeArchived || code == codeInvalid }

// permanent are S3's answers that come back until a person mends something, and
// what to mend. All others may be gone at the next try.
var permanent = map[string]string{
	"NoSuchBucket":                 "there is no such bucket; write its name under buckets in the environment file",
	codeDenied:                     "access is denied; the function's role, the bucket's policy or the key's policy must allow it",
	"AllAccessDisabled":            "access to the bucket is disabled",
	"PermanentRedirect":            "the bucket is in another region; count it from an environment in that region",
	"AuthorizationHeaderMalformed": "the bucket is in another region; count it from an environment in that region",
	"IllegalLocationConstraint":    "the bucket is in another region; count it from an environment in that region",
	"InvalidBucketName":            "the name is not one of a bucket",
	codeInvalid:                    "the object is encrypted with a key that S3 does not have (SSE-C); leave such keys out of the prefix, or write on_error: skip",
	"KMS.DisabledException":        "the bucket's KMS key is disabled",
	"KMS.NotFoundException":        "the bucket's KMS key does not exist",
	"KMS.KMSInvalidStateException": "the bucket's KMS key is not usable, or will be deleted",
	codeArchived:                   "the object is archived (Glacier) and must be restored to be read; leave archived keys out of the prefix, or write on_error: skip",
}

// failure classifies an error of a run.
func failure(err error) *count.Failure {
	if known, ok := errors.AsType[*count.Failure](err); ok {
		return known.With(err)
	}
	if _, ok := errors.AsType[*badInput](err); ok {
		return &count.Failure{Permanent: true, Err: err}
	}
	code := codeOf(err)
	if remedy, known := permanent[code]; known {
		return &count.Failure{Permanent: true, Code: code, Err: fmt.Errorf("%s: %w", remedy, err)}
	}
	network, ok := errors.AsType[*net.OpError](err)
	unavailable := code == "SlowDown" || code == "ServiceUnavailable" || ok && network.Op == "dial"
	return &count.Failure{Unavailable: unavailable, Code: code, Err: err}
}

// codeOf is what S3 answered; empty if it did not.
func codeOf(err error) string {
	if answer, ok := errors.AsType[smithy.APIError](err); ok {
		return answer.ErrorCode()
	}
	return ""
}

// badInput is an object or a record that cannot be read. It says where, and not
// what is there.
type badInput struct {
	url  string
	line int // from 1; 0 for an object as a whole, and -7 for the seventh record of a list
	err  error
}

// bad makes an error about the object that is being counted, or a line of it.
func (e *evaluator) bad(line int, err error) *badInput {
	return &badInput{url: e.url(e.where), line: line, err: err}
}

func (b *badInput) Error() string {
	switch {
	case b.line == 0:
		return fmt.Sprintf("%s: %v", b.url, b.err)
	case b.line < 0:
		return fmt.Sprintf("%s, record %d: %v", b.url, -b.line, b.err)
	}
	return fmt.Sprintf("%s, line %d: %v", b.url, b.line, b.err)
}

func (b *badInput) Unwrap() error { return b.err }
