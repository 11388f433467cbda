package main

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"unicode"

	"github.com/aws/smithy-go"
)

// legibleLimit is how much of a text somebody reads at a glance, in characters.
const legibleLimit = 300

// legible is a text that others wrote, for a terminal: in one line, not too long, and without
// characters that steer the terminal or that nobody sees.
func legible(text string) string {
	var kept []rune
	for _, char := range strings.Join(strings.Fields(text), " ") {
		if len(kept) == legibleLimit {
			return string(kept) + "…"
		}
		if !unicode.IsPrint(char) {
			char = unicode.ReplacementChar
		}
		kept = append(kept, char)
	}
	return string(kept)
}

// inWords is an error's text: where AWS refused something, with what it said, or the right that
// is missing, and without what the SDK says around it.
func inWords(err error) string {
	var operation *smithy.OperationError
	var refusal smithy.APIError
	var cut *url.Error
	if !errors.As(err, &operation) {
		return err.Error()
	}
	said := operation.Error()
	switch right := missingRight(err); {
	case right != "":
		said = "AWS does not allow it; needs " + right
	case errors.As(err, &refusal):
		said = strings.TrimSuffix(refusal.ErrorCode()+": "+refusal.ErrorMessage(), ": ")
	case errors.Is(err, context.Canceled):
		said = "interrupted"
	case errors.As(err, &cut):
		said = cut.Err.Error()
	}
	return strings.Replace(err.Error(), operation.Error(), said, 1)
}

// missingRight is the IAM action that AWS did not allow; empty if an error has another reason.
func missingRight(err error) string {
	var refusal smithy.APIError
	var operation *smithy.OperationError
	if !errors.As(err, &refusal) || !errors.As(err, &operation) {
		return ""
	}
	if code := refusal.ErrorCode(); !strings.Contains(code, "AccessDenied") && !strings.Contains(code, "Authorization") {
		return ""
	}
	action := strings.ToLower(operation.Service()) + ":" + operation.Operation()
	return strings.Replace(action, "s3:ListObjectsV2", "s3:ListBucket", 1)
}
