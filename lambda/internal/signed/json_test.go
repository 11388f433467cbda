package signed_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/signed"
)

// answers are what a service answers, one after the other.
type answers []func(http.ResponseWriter)

func with(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Date", "Thu, 07 Apr 2022 14:55:00 GMT")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func cut(http.ResponseWriter) { panic(http.ErrAbortHandler) }

func TestJSON(t *testing.T) {
	const throttled = `{"__type":"com.amazonaws.athena#TooManyRequestsException","Message":"slow down"}`
	many := answers{}
	for range 7 {
		many = append(many, with(400, throttled))
	}
	for _, test := range []struct {
		name    string
		answers answers
		want    string // the error; empty if there is none
		asked   int
	}{
		{"an answer", answers{with(200, `{"Name":"a"}`)}, "", 1},
		{"throttled, failed and cut off for a moment", answers{with(400, throttled), with(500, "{}"), cut, with(503, "no JSON"), with(200, `{"Name":"a"}`)}, "", 5},
		{"throttled for long", many, "GetName: TooManyRequestsException: slow down", 6},
		{"refused", answers{with(400, `{"__type":"InvalidRequestException","message":"no"}`)}, "GetName: InvalidRequestException: no", 1},
		{"by something on the way", answers{with(403, "<html>")}, "GetName: Forbidden (403)", 1},
		{"by a header", answers{func(w http.ResponseWriter) {
			w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException:http://x/")
			w.WriteHeader(http.StatusBadRequest)
		}}, "GetName: AccessDeniedException: ", 1},
		{"no JSON", answers{with(200, "<html>")}, "GetName: read the answer: invalid character '<' looking for beginning of value", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked++
				if body, _ := io.ReadAll(r.Body); string(body) != `{"Id":"1"}` || r.Header.Get("X-Amz-Target") != "Names.GetName" || r.Header.Get("Content-Type") != "application/x-amz-json-1.1" {
					t.Errorf("asked %s with %v", body, r.Header)
				}
				test.answers[asked-1](w)
			}))
			defer server.Close()
			client := signed.NewJSON(aws.Config{Region: "ap-northeast-2", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, "names", "Names")
			client.Pause = time.Millisecond
			var answer struct{ Name string }
			at, err := client.Call(t.Context(), "GetName", map[string]string{"Id": "1"}, &answer)
			switch {
			case test.want == "" && (err != nil || answer.Name != "a" || at.Format(time.RFC3339) != "2022-04-07T14:55:00Z"):
				t.Errorf("got %+v at %s (%v)", answer, at, err)
			case test.want != "" && (err == nil || err.Error() != test.want):
				t.Errorf("got %v, want %s", err, test.want)
			}
			if asked != test.asked {
				t.Errorf("asked %d times, want %d", asked, test.asked)
			}
			var refusal *signed.Refusal
			if errors.As(err, &refusal) && refusal.Throttled() != (test.name == "throttled for long") {
				t.Errorf("%v is throttled: %t", refusal, refusal.Throttled())
			}
		})
	}
}
