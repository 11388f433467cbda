package deadletter

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"tally/lambda/contract"
)

// words say what codes mean. A code that is not here is shown as it is.
var words = map[string]string{
	// Conditions of Lambda.
	"RetriesExhausted": "every try failed",
	"EventAgeExceeded": "it waited for 6 hours, since Lambda refused to start it",
	// Errors of counters, and of Lambda about them.
	contract.ErrorUnavailable: "its database or bucket was not available",
	contract.ErrorPermanent:   "it fails until the job, the table or the permissions change",
	contract.ErrorTransient:   "the next try may go well",
	"Sandbox.Timedout":        "it took longer than timeout_seconds",
	"Runtime.ExitError":       "its process ended, for example for lack of memory",
	"Runtime.OutOfMemory":     "it needed more than memory_mb",
	// Errors of EventBridge (user guide, "Using dead-letter queues to process undelivered
	// events"), and of Lambda as Scheduler passes them on.
	"NO_PERMISSIONS":            "EventBridge may not invoke the function",
	"AccessDeniedException":     "EventBridge may not invoke the function",
	"FAILED_TO_ASSUME_ROLE":     "EventBridge may not use its role",
	"NO_RESOURCE":               "the function is gone",
	"ResourceNotFoundException": "the function is gone",
	"THROTTLING":                "Lambda took no more events",
	"TooManyRequestsException":  "Lambda took no more events",
	"TIMEOUT":                   "Lambda did not answer in time",
	"CONNECTION_FAILURE":        "EventBridge did not reach Lambda",
	"ERROR_FROM_TARGET":         "Lambda refused the event",
	"INTERNAL_ERROR":            "EventBridge itself failed",
	// Conditions of EventBridge.
	"MaximumRetryAttempts":     "every try failed",
	"MaximumEventAgeInSeconds": "it was tried for 24 hours",
}

// inWords is a code in words, with what the sender said besides.
func inWords(code, said string) string {
	return joined(": ", cmp.Or(words[code], code), said)
}

// joined are the texts that are not empty.
func joined(separator string, texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(text string) bool { return text == "" }), separator)
}

// ofLambda is why Lambda gave up an event.
func (c content) ofLambda() string {
	condition := inWords(c.RequestContext.Condition, "")
	if tries := c.RequestContext.ApproximateInvokeCount; tries > 0 && c.RequestContext.Condition == "RetriesExhausted" {
		condition = fmt.Sprintf("it failed %d times", tries)
	}
	var failure struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(c.ResponsePayload, &failure); err != nil { // an event that never began has none
		return joined(": ", condition, strings.Trim(string(c.ResponsePayload), `"`))
	}
	return joined("; ", condition, inWords(failure.ErrorType, failure.ErrorMessage))
}

// ofEventBridge is why an event was not delivered.
func ofEventBridge(attributes map[string]types.MessageAttributeValue) string {
	value := func(name string) string { return aws.ToString(attributes[name].StringValue) }
	return joined("; ", inWords(value("EXHAUSTED_RETRY_CONDITION"), ""), inWords(value("ERROR_CODE"), value("ERROR_MESSAGE")))
}
