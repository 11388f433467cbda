package faults_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tally/test/faults"
)

// startAPI starts a service that begins the query q-1, answers everything with what it was asked,
// and counts what it was asked.
func startAPI(t *testing.T) (proxy *faults.APIProxy, asked *int) {
	t.Helper()
	asked = new(int)
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		*asked++
		body, _ := io.ReadAll(r.Body)
		if strings.HasSuffix(r.Header.Get("X-Amz-Target"), ".StartQueryExecution") {
			body = []byte(`{"QueryExecutionId":"q-1"}`)
		}
		_, _ = w.Write(body)
	}))
	t.Cleanup(service.Close)
	proxy, err := faults.StartAPIProxy(service.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = proxy.Close() })
	return proxy, asked
}

// call returns the status of an answer and its content. Without a target it is a form.
func call(t *testing.T, proxy *faults.APIProxy, target, body string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, proxy.Endpoint, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if target != "" {
		request.Header.Set("X-Amz-Target", target)
	}
	answer, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(request)
	if err != nil {
		return "no answer"
	}
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprint(answer.StatusCode, " ", string(content))
}

// What a call is about is known, whatever the service: a query by its id, too.
func TestWhatCallsAreAbout(t *testing.T) {
	proxy, _ := startAPI(t)
	var calls []string
	proxy.Deal = func(call faults.Call) faults.Fault {
		calls = append(calls, call.String())
		return nil
	}
	call(t, proxy, "AmazonAthena.StartQueryExecution", `{"QueryString":"SELECT 1"}`)
	call(t, proxy, "AmazonAthena.GetQueryExecution", `{"QueryExecutionId":"q-1"}`)
	call(t, proxy, "AmazonAthena.GetQueryExecution", `{"QueryExecutionId":"q-1"}`)
	call(t, proxy, "AWSGlue.GetTable", `{"DatabaseName":"shop","Name":"orders"}`)
	call(t, proxy, "", "Action=Publish&Subject=hello")
	want := `StartQueryExecution "SELECT 1" #1, GetQueryExecution "SELECT 1" #1, GetQueryExecution "SELECT 1" #2, GetTable "orders" #1, Publish "hello" #1`
	if got := strings.Join(calls, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Who asks is known by the key that signs, and which query is asked for by its token.
func TestWhoCalls(t *testing.T) {
	proxy, _ := startAPI(t)
	var got faults.Call
	proxy.Deal = func(call faults.Call) faults.Fault {
		got = call
		return nil
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, proxy.Endpoint, strings.NewReader(`{"ClientRequestToken":"t-1"}`))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Amz-Target", "AmazonAthena.StartQueryExecution")
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=orders-1/20260829/ap-northeast-2/athena/aws4_request, SignedHeaders=host, Signature=0")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if got.Caller != "orders-1" || got.Token != "t-1" {
		t.Errorf("the caller is %q, and the token %q", got.Caller, got.Token)
	}
}

// Each fault does what its name says, to the function and to the service.
func TestFaultsOfCalls(t *testing.T) {
	refused := faults.RefuseCall(http.StatusBadRequest, "ThrottlingException", "slow down")
	for _, test := range []struct {
		name, target, body string
		fault              faults.Fault
		want               string
		asked              int
	}{
		{"none", "AWSGlue.GetTable", `{"Name":"orders"}`, nil, `200 {"Name":"orders"}`, 1},
		{"refused in JSON", "AWSGlue.GetTable", `{"Name":"orders"}`, refused, `400 {"Message":"slow down","__type":"ThrottlingException"}` + "\n", 0},
		{"refused in XML", "", "Action=Publish", refused, "400 <ErrorResponse><Error><Type>Sender</Type><Code>ThrottlingException</Code><Message>slow down</Message></Error></ErrorResponse>", 0},
		{"lost", "AWSGlue.GetTable", `{"Name":"orders"}`, faults.Lost, "no answer", 1},
		{"cut within JSON", "AWSGlue.GetTable", `{"Name":"orders"}`, faults.Cut(500), `200 {"Name":`, 1},
	} {
		proxy, asked := startAPI(t)
		proxy.Deal = func(faults.Call) faults.Fault { return test.fault }
		if got := call(t, proxy, test.target, test.body); got != test.want || *asked != test.asked {
			t.Errorf("%s: got %q, and the service was asked %d times", test.name, got, *asked)
		}
	}
}

// A result comes in pages as small as somebody wants.
func TestPagesOfResults(t *testing.T) {
	proxy, _ := startAPI(t)
	proxy.PageSize = 2
	want := `200 {"MaxResults":2,"NextToken":"a","QueryExecutionId":"q-1"}`
	if got := call(t, proxy, "AmazonAthena.GetQueryResults", `{"QueryExecutionId":"q-1","NextToken":"a"}`); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
