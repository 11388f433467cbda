package infra

import (
	"fmt"
	"os"
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
	if !isExecutable(node) || os.Getenv(jsiiNode) != "" {
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

func isExecutable(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode()&0o111 != 0
}
