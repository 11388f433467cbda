package signed_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/internal/signed"
)

// AWS compares the signature's scope and the body's hash with what it gets.
func TestARequestIsSignedForItsService(t *testing.T) {
	var got *http.Request
	var body []byte
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Kind", "Teapot")
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write([]byte("no coffee"))
	}))
	defer api.Close()
	client := signed.New(aws.Config{
		Region: "ap-northeast-2", BaseEndpoint: &api.URL, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "token"),
	}, "sns")
	answer, err := client.Post(t.Context(), signed.Request{Path: "/a%3Ab", ContentType: "text/plain", Body: []byte("milk"), Close: true})
	if err != nil {
		t.Fatal(err)
	}
	if answer.Status != http.StatusTeapot || answer.Header.Get("X-Kind") != "Teapot" || string(answer.Body) != "no coffee" {
		t.Errorf("the answer is %+v", answer)
	}
	if got.Method != http.MethodPost || got.URL.EscapedPath() != "/a%3Ab" || string(body) != "milk" || got.Header.Get("Content-Type") != "text/plain" || !got.Close {
		t.Errorf("the request is %+v with the body %q", got, body)
	}
	authorization := got.Header.Get("Authorization")
	day := got.Header.Get("X-Amz-Date")[:8]
	if !strings.HasPrefix(authorization, "AWS4-HMAC-SHA256 Credential=key/"+day+"/ap-northeast-2/sns/aws4_request, SignedHeaders=content-length;content-type;host;") ||
		got.Header.Get("X-Amz-Security-Token") != "token" {
		t.Errorf("it is signed with %s", authorization)
	}
}

// Without an endpoint of its own a service is where AWS documents it.
func TestEndpoints(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel() // before anything is sent: the error names the URL
	for region, want := range map[string]string{
		"ap-northeast-2": `Post "https://lambda.ap-northeast-2.amazonaws.com/": context canceled`,
		"cn-north-1":     `Post "https://lambda.cn-north-1.amazonaws.com.cn/": context canceled`,
	} {
		client := signed.New(aws.Config{Region: region, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, "lambda")
		if _, err := client.Post(ended, signed.Request{Path: "/"}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
