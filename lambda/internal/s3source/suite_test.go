package s3source_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// suite is what every server of the S3 protocol must give.
var suite = []struct {
	name string
	run  func(*testing.T, server)
}{
	{"objects", testObjects},
	{"objects by last_modified", testLastModified},
	{"folders", testFolders},
	{"odd keys", testOddKeys},
	{"random objects", testRandomObjects},
	{"listing", testListing},
	{"records", testRecords},
	{"formats and compressions", testFormats},
	{"random records", testRandomRecords},
	{"windows of records", testRecordWindows},
	{"partitioned log", testPartitionedLog},
	{"bad input", testBadInput},
	{"missing bucket", testMissingBucket},
	{"nothing there", testNothingThere},
	{"check", testCheck},
	{"changed while counted", testChanged},
	{"reset in the middle", testReset},
}

func runSuite(t *testing.T, server server) {
	for _, test := range suite {
		t.Run(test.name, func(t *testing.T) { test.run(t, server) })
	}
}

func TestInProcess(t *testing.T) { runSuite(t, startS3(t)) }

// A server that people run, and that the project builds on CI only: it takes some
// minutes.
func TestVersityGW(t *testing.T) {
	if os.Getenv("CI") != "true" && os.Getenv("TALLY_REQUIRE_VERSITYGW") != "1" {
		t.Skip("builds another S3 server; set TALLY_REQUIRE_VERSITYGW=1")
	}
	runSuite(t, startVersityGW(t))
}

func startVersityGW(t *testing.T) server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	command := exec.Command("go", "run", "github.com/versity/versitygw/cmd/versitygw@v1.8.0",
		"--port", address, "--access", key, "--secret", secret, "posix", "--sidecar", t.TempDir(), t.TempDir())
	command.Dir = t.TempDir() // outside of the module
	command.Stderr = os.Stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // go run and what it started
		<-ended
	})
	started := server{"http://" + address}
	for deadline := time.Now().Add(15 * time.Minute); time.Now().Before(deadline); {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("versitygw ended: %v", err)
		case <-time.After(200 * time.Millisecond):
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		_, err := started.client(1).ListBuckets(ctx, &s3.ListBucketsInput{})
		cancel()
		if err == nil {
			return started
		}
	}
	t.Fatal("versitygw did not start")
	return server{}
}
