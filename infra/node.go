package infra

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"

	"github.com/aws/jsii-runtime-go"
)

// jsiiNode is the variable that names the Node which jsii starts.
const jsiiNode = "JSII_NODE"

// UseProjectNode makes jsii start the project's own Node. The system's may be past its
// end of life, which jsii says at length on every start. jsii reads the variable before
// main runs, so that the program must start again, once, with the variable set.
func UseProjectNode(root string) error {
	node, err := filepath.Abs(filepath.Join(root, "node_modules", ".bin", "node"))
	if err != nil {
		return fmt.Errorf("find Node: %w", err)
	}
	if found, _ := exec.LookPath(node); found == "" || os.Getenv(jsiiNode) != "" {
		return nil // jsii looks for one on PATH
	}
	program, err := os.Executable()
	if err != nil {
		return fmt.Errorf("start with the project's Node: %w", err)
	}
	if err := os.Setenv(jsiiNode, node); err != nil {
		return fmt.Errorf("start with the project's Node: %w", err)
	}
	jsii.Close() // deletes the runtime that it has unpacked for this process
	return fmt.Errorf("start with the project's Node: %w", syscall.Exec(program, os.Args, os.Environ()))
}

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
