package store_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"tally/lambda/internal/store"
)

func TestPathStyle(t *testing.T) {
	for _, test := range []struct {
		variable string
		want     bool
	}{
		{"AWS_ENDPOINT_URL_S3", true},
		{"AWS_ENDPOINT_URL", true},
		{"", false},
	} {
		t.Run(test.variable, func(t *testing.T) {
			if test.variable != "" {
				t.Setenv(test.variable, "http://127.0.0.1:9000")
			}
			read, err := config.LoadDefaultConfig(t.Context(), config.WithRegion("ap-northeast-2"))
			if err != nil {
				t.Fatal(err)
			}
			if got := store.NewClient(read).Options().UsePathStyle; got != test.want {
				t.Errorf("path style is %t, want %t", got, test.want)
			}
		})
	}
}
