package signed

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// throttling is a client of a service that always throttles.
func throttling(t *testing.T, pause time.Duration) *JSON {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }))
	t.Cleanup(server.Close)
	client := NewJSON(aws.Config{Region: "ap-northeast-2", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}, "names", "Names")
	client.Pause = pause
	return client
}

// Who is throttled waits longer each time.
func TestPausesGrow(t *testing.T) {
	const pause = 5 * time.Millisecond
	begun := time.Now()
	_, err := throttling(t, pause).Call(t.Context(), "GetName", nil, nil)
	if took := time.Since(begun); err == nil || took < (1+2+4+8+16)*pause {
		t.Errorf("after %s got %v", took, err)
	}
}

func TestAPauseEndsWithTheContext(t *testing.T) {
	client := throttling(t, time.Hour)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	ended := make(chan error)
	go func() {
		_, err := client.Call(ctx, "GetName", nil, nil)
		ended <- err
	}()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("got no error")
		}
	case <-time.After(10 * time.Second):
		t.Error("it still waits")
	}
}

// Something on the way would forget a connection that is silent for minutes.
func TestConnectionsAreKeptAlive(t *testing.T) {
	if got := New(aws.Config{}, "lambda").http.GetDialer().KeepAlive; got != 30*time.Second {
		t.Errorf("a connection says every %s that it is there", got)
	}
}
