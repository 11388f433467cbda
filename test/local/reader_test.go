package local

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/cfn"

	"tally/infra/bundle"
)

// TestReaderBinary asks the unmodified binary of the custom resource to do the one
// thing for which it needs no AWS, and is CloudFormation, which must be answered.
func TestReaderBinary(t *testing.T) {
	folder := t.TempDir()
	if err := bundle.Build(t.Context(), projectRoot, folder, bundle.Reader, bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}); err != nil {
		t.Fatal(err)
	}
	var answer cfn.Response
	cloudFormation := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if err := json.NewDecoder(r.Body).Decode(&answer); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(cloudFormation.Close)
	function := NewFunction(FunctionConfig{Bootstrap: filepath.Join(folder, bundle.Name), Name: "tally-local-reader", Timeout: 10 * time.Second})
	t.Cleanup(function.Close)
	event, err := json.Marshal(cfn.Event{
		RequestType: cfn.RequestDelete, RequestID: "request", ResponseURL: cloudFormation.URL, PhysicalResourceID: "cluster-1/app/tally_reader",
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := function.Invoke(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	if answer.Status != cfn.StatusSuccess || answer.PhysicalResourceID != "cluster-1/app/tally_reader" {
		t.Errorf("answered %+v", answer)
	}
}
