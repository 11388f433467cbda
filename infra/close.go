package infra

import (
	"bytes"
	"io"
	"os"

	"github.com/aws/jsii-runtime-go"
)

// waitedTwice is what jsii says when it ends, without the end of a line: it waits for its
// Node process in two places, and the second finds none. It means nothing.
const waitedTwice = "Runtime process exited abnormally: waitid: no child processes"

// Close ends jsii's Node process and deletes what jsii has unpacked for it. All that jsii
// prints meanwhile reaches standard error, but for that one message. It may come at any time
// from now on: after Close the program must end, and print nothing more to standard error.
func Close() { closeQuietly(jsii.Close) }

func closeQuietly(end func()) {
	terminal := os.Stderr
	said, stderr, err := os.Pipe()
	if err != nil { // then with the message
		end()
		return
	}
	copied := make(chan struct{})
	go func() {
		defer close(copied)
		all, _ := io.ReadAll(said) // what was read before an error is printed
		_, _ = terminal.Write(bytes.ReplaceAll(all, []byte(waitedTwice), nil))
	}()
	os.Stderr = stderr
	end()
	_ = stderr.Close() // os.Stderr stays closed
	<-copied
}
