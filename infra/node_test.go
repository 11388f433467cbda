package infra

import (
	"fmt"
	"io"
	"os"
	"testing"
)

func TestClosePrintsAllButTheSecondWait(t *testing.T) {
	for printed, want := range map[string]string{
		"Runtime process exited abnormally: waitid: no child processes":                       "",
		"Runtime process exited abnormally: exit status 7":                                    "Runtime process exited abnormally: exit status 7",
		"Error: out of memory\nRuntime process exited abnormally: waitid: no child processes": "Error: out of memory\n",
	} {
		terminal := os.Stderr
		read, write, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		os.Stderr = write
		closeQuietly(func() { fmt.Fprint(os.Stderr, printed) })
		os.Stderr = terminal
		write.Close()
		if got, err := io.ReadAll(read); err != nil || string(got) != want {
			t.Errorf("of %q, %q was printed (%v), want %q", printed, got, err, want)
		}
	}
}
