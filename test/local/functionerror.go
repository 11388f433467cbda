package local

import (
	"encoding/json"
	"fmt"
)

// FunctionError is the failure of an invocation as Lambda reports it: an error
// that the handler returned, a panic, a timeout (Sandbox.Timedout), an exit
// (Runtime.ExitError).
type FunctionError struct {
	Type    string
	Message string
	Payload []byte // the JSON that the caller of Invoke would get
}

func (e *FunctionError) Error() string {
	return fmt.Sprintf("function error %s: %s", e.Type, e.Message)
}

// runtimeError is an error that Lambda itself finds.
func runtimeError(id, kind, message string) *FunctionError {
	message = fmt.Sprintf("RequestId: %s Error: %s", id, message)
	payload, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message}) // strings always encode
	return &FunctionError{Type: kind, Message: message, Payload: payload}
}

// reportedError is an error that the process posted.
func reportedError(kind string, payload []byte) *FunctionError {
	var body struct{ ErrorType, ErrorMessage string }
	if json.Unmarshal(payload, &body) != nil || body.ErrorType == "" {
		body.ErrorType = kind
	}
	return &FunctionError{Type: body.ErrorType, Message: body.ErrorMessage, Payload: payload}
}

// exitError says how the process ended while it had something to do.
func exitError(id string, p *process) error {
	if p.err == nil {
		return runtimeError(id, "Runtime.ExitError", "Runtime exited without providing a reason")
	}
	return runtimeError(id, "Runtime.ExitError", "Runtime exited with error: "+p.err.Error())
}
