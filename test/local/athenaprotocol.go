package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// athenaOperation answers the body of a request.
type athenaOperation func(ctx context.Context, body []byte) (any, error)

// athenaOperations are those of Athena and Glue, by X-Amz-Target.
func (a *Athena) operations() map[string]athenaOperation {
	return map[string]athenaOperation{
		"AmazonAthena.StartQueryExecution": operation(a.start),
		"AmazonAthena.GetQueryExecution":   operation(a.getExecution),
		"AmazonAthena.GetQueryResults":     operation(a.getResults),
		"AmazonAthena.StopQueryExecution":  operation(a.stop),
		"AmazonAthena.GetWorkGroup":        operation(a.getWorkGroup),
		"AWSGlue.GetTable":                 operation(a.getTable),
	}
}

func operation[request any](do func(context.Context, request) (any, error)) athenaOperation {
	return func(ctx context.Context, body []byte) (any, error) {
		var input request
		if err := json.Unmarshal(body, &input); err != nil {
			return nil, &apiError{Code: "SerializationException", Message: err.Error()}
		}
		return do(ctx, input)
	}
}

// athenaServices are the names of the services in X-Amz-Target, and their prefixes in IAM.
var athenaServices = map[string]string{"AmazonAthena": "athena", "AWSGlue": "glue"}

// latency is less than any of AWS's. The SDK's client gives up the request's body as soon as the
// answer begins. If net/http has not finished with the body by then, it cuts the connection, and
// the rest of a long answer is lost.
const latency = 5 * time.Millisecond

// askAthena answers a request of the JSON protocol.
//
// https://docs.aws.amazon.com/athena/latest/APIReference/API_Operations.html
func (a *AWS) askAthena(w http.ResponseWriter, r *http.Request, target string) {
	service, name, _ := strings.Cut(target, ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client has gone
	}
	action := athenaServices[service] + ":" + name
	defer a.Athena.noteAsked(action) // at last, so that what was asked has been done
	fault := a.Athena.nextFault(name)
	time.Sleep(max(fault.Delay, latency))
	if fault.Meanwhile != nil {
		fault.Meanwhile()
	}
	if fault.Reset {
		reset(w)
		return
	}
	var answer any
	do, known := a.Athena.operations()[target]
	switch {
	case fault.Code != "":
		err = fault.asError()
	case a.Denied[action] != "":
		err = &apiError{Code: a.Denied[action], Message: notAuthorized(action, body)}
	case !known:
		err = &apiError{Code: "UnknownOperationException", Message: target + " is not emulated"}
	default:
		// What was asked happens, also if the client has gone.
		answer, err = do(context.WithoutCancel(r.Context()), body)
	}
	if fault.Lost {
		reset(w)
		return
	}
	w.Header().Set("Date", a.Athena.timeOfDay())
	writeAthena(w, answer, err)
}

// notAuthorized is how IAM says it. Athena's resource is the workgroup.
func notAuthorized(action string, body []byte) string {
	resource := "glue:" + region + ":" + accountID + ":catalog"
	if strings.HasPrefix(action, "athena:") {
		var request struct{ WorkGroup string }
		_ = json.Unmarshal(body, &request) // other requests have none
		resource = "athena:" + region + ":" + accountID + ":workgroup/" + cmp.Or(request.WorkGroup, "primary")
	}
	return "User: " + athenaCaller + " is not authorized to perform: " + action + " on resource: arn:aws:" + resource + " because no identity-based policy allows the " + action + " action"
}

func writeAthena(w http.ResponseWriter, answer any, err error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("x-amzn-RequestId", newRequestID())
	if err != nil {
		problem := new(apiError)
		if !errors.As(err, &problem) {
			problem = &apiError{Status: http.StatusInternalServerError, Code: "InternalServerException", Message: err.Error()}
		}
		if problem.Status == 0 {
			problem.Status = http.StatusBadRequest
		}
		w.WriteHeader(problem.Status)
		answer = problem
	}
	_ = json.NewEncoder(w).Encode(answer)
}

// reset ends the connection without an answer, so that the client's kernel says "connection
// reset by peer".
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, isTCP := connection.(*net.TCPConn); isTCP {
		_ = tcp.SetLinger(0)
	}
	_ = connection.Close()
}

// apiError is the error of a request. Athena writes its own code twice.
type apiError struct {
	Status          int    `json:"-"` // 0: 400
	Code            string `json:"__type"`
	Message         string
	AthenaErrorCode string `json:",omitempty"`
	ErrorCode       string `json:",omitempty"`
	Reason          string `json:",omitempty"`
}

func (e *apiError) Error() string { return e.Code + ": " + e.Message }

// refused is the error that Athena answers for all mistakes of a request.
func refused(code, message string) *apiError {
	return &apiError{Code: "InvalidRequestException", Message: message, AthenaErrorCode: code, ErrorCode: code}
}
