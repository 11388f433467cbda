package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// APIProxy stands between functions and services of AWS that are asked by posts: Athena and Glue,
// in JSON, and SNS, in forms. The faults are those of S3, and [RefuseCall].
type APIProxy struct {
	*front
	// Deal chooses what happens to a call; nil, or a nil fault, leaves it to the service. Set it
	// once, before the first call.
	Deal func(Call) Fault
	// PageSize is how many rows a page of a query's result has, with the heading; 0 is Athena's.
	PageSize int

	mutex   sync.Mutex
	met     map[string]int    // calls by their operation and what they are about
	queries map[string]string // the SQL of queries, by their ids
}

// Call is one request of a service.
type Call struct {
	Operation string     // such as StartQueryExecution, GetTable or Publish
	About     string     // the SQL of the query, the name of the table, or the subject of the message
	N         int        // the n-th of the same operation about the same, from 1
	Caller    string     // the access key that signed it
	Token     string     // of a query's beginning
	Form      url.Values // what SNS is asked for
}

func (c Call) String() string { return fmt.Sprintf("%s %q #%d", c.Operation, c.About, c.N) }

// StartAPIProxy starts a proxy before the services at an endpoint. Close it.
func StartAPIProxy(endpoint string) (*APIProxy, error) {
	front, err := listen(endpoint)
	if err != nil {
		return nil, fmt.Errorf("start a proxy for services of AWS: %w", err)
	}
	p := &APIProxy{front: front, met: map[string]int{}, queries: map[string]string{}}
	front.serve(p)
	return p, nil
}

// ServeHTTP deals with a call.
func (p *APIProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the function was killed while it sent
	}
	call, body := p.describe(r, body)
	x := &exchange{behind: p.behind, w: w, r: r, body: body, note: func(got *answer) {
		if call.Operation == "StartQueryExecution" {
			p.learn(call.About, got)
		}
	}}
	var fault Fault
	if p.Deal != nil {
		fault = p.Deal(call)
	}
	x.deal(fault)
}

// describe reads what a request asks for, and counts it. It returns the body to pass on.
func (p *APIProxy) describe(r *http.Request, body []byte) (Call, []byte) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	var call Call
	call.Caller, _, _ = strings.Cut(credential, "/")
	if _, operation, inJSON := strings.Cut(r.Header.Get("X-Amz-Target"), "."); inJSON {
		var input struct{ QueryString, QueryExecutionID, Name, NextToken, ClientRequestToken string } // JSON's names are compared without case
		_ = json.Unmarshal(body, &input)                                                              // the service gets the same body, and refuses it
		call.Operation, call.Token, call.About = operation, input.ClientRequestToken, input.QueryString+p.queries[input.QueryExecutionID]+input.Name
		if operation == "GetQueryResults" && p.PageSize > 0 {
			body, _ = json.Marshal(map[string]any{"QueryExecutionId": input.QueryExecutionID, "NextToken": input.NextToken, "MaxResults": p.PageSize}) // texts and a number never fail
		}
	} else if form, err := url.ParseQuery(string(body)); err == nil {
		call.Operation, call.About, call.Form = form.Get("Action"), form.Get("Subject"), form
	}
	name := call.Operation + " " + call.About
	p.met[name]++
	call.N = p.met[name]
	return call, body
}

// learn remembers the id of a query that Athena began.
func (p *APIProxy) learn(sql string, got *answer) {
	var begun struct{ QueryExecutionID string }
	if json.Unmarshal(got.body.Bytes(), &begun) == nil && begun.QueryExecutionID != "" {
		p.mutex.Lock()
		defer p.mutex.Unlock()
		p.queries[begun.QueryExecutionID] = sql
	}
}

// RefuseCall answers with an error as the service does that was asked, and does nothing.
func RefuseCall(status int, code, message string) Fault {
	return func(x *exchange) {
		if x.r.Header.Get("X-Amz-Target") == "" {
			x.w.Header().Set("Content-Type", "text/xml")
			x.w.WriteHeader(status)
			_, _ = fmt.Fprintf(x.w, "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", code, message)
			return
		}
		x.w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		x.w.WriteHeader(status)
		_ = json.NewEncoder(x.w).Encode(map[string]string{"__type": code, "Message": message}) // it fails if the function has gone
	}
}
