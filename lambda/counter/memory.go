package main

import (
	"runtime/debug"
	"strconv"
)

// memoryShare is the part of the function's memory that Go may fill, in percent. The
// program itself takes some of it, too.
const memoryShare = 85

// limitMemory tells the runtime how much memory the function has: it then collects
// garbage before that is full. Lambda kills a function that takes more.
func limitMemory(variable func(string) string) {
	if megabytes, err := strconv.ParseInt(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 64); err == nil {
		debug.SetMemoryLimit(megabytes << 20 * memoryShare / 100)
	}
}
