// Command peak runs a program and says on its last line of standard error how much
// memory that had at most, in bytes. With -touch it is a program of known size itself.
//
// The kernel counts for a child what its parent had in memory when it started the
// child. The benchmark holds a hundred megabytes and more, this program some five: less
// than any that is measured.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

func main() {
	touch := flag.Int("touch", 0, "run nothing, and hold so many bytes of memory")
	flag.Parse()
	if *touch > 0 {
		held := make([]byte, *touch)
		for i := 0; i < len(held); i += os.Getpagesize() {
			held[i] = 1
		}
		return
	}
	command := exec.Command(flag.Arg(0), flag.Args()[1:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "peak:", err)
		os.Exit(1)
	}
	const kilobyte = 1024 // what Linux counts in
	fmt.Fprintf(os.Stderr, "\n%d\n", command.ProcessState.SysUsage().(*syscall.Rusage).Maxrss*kilobyte)
}
