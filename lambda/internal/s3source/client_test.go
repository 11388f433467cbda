package s3source_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"tally/lambda/internal/s3source"
)

// urls notes what is asked for, and answers nothing.
type urls []string

func (u *urls) Do(request *http.Request) (*http.Response, error) {
	*u = append(*u, request.URL.Scheme+"://"+request.URL.Host+request.URL.Path)
	return nil, errors.New("no network")
}

// The certificates of S3 are good for names without dots. A bucket with dots is asked for by
// the path.
func TestABucketWithDotsIsAskedForByItsPath(t *testing.T) {
	for bucket, want := range map[string]string{
		"acme-logs":         "https://acme-logs.s3.ap-northeast-2.amazonaws.com/a",
		"logs.acme.example": "https://s3.ap-northeast-2.amazonaws.com/logs.acme.example/a",
	} {
		var asked urls
		client := s3source.NewClient(aws.Config{
			Region: "ap-northeast-2", HTTPClient: &asked, RetryMaxAttempts: 1, Credentials: credentials.NewStaticCredentialsProvider(key, secret, ""),
		})
		_, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: aws.String("a")})
		if err == nil || len(asked) == 0 || asked[0] != want {
			t.Errorf("%s: asked %v (%v), want %s", bucket, asked, err, want)
		}
	}
}
