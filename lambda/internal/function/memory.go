package function

import (
	"runtime/debug"
	"strconv"
)

// memoryShare is how much of the function's memory Go may fill, in percent. The program's
// code needs some memory too.
const memoryShare = 85

// limitMemory tells Go's runtime how much memory the function has, so that it collects
// garbage in time. Lambda kills a function that takes more.
func limitMemory(variable func(string) string) {
	if megabytes, err := strconv.ParseInt(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 64); err == nil {
		debug.SetMemoryLimit(megabytes << 20 * memoryShare / 100)
	}
}
