// Command monitor is the function that looks after slots: once an hour it finds those
// without a record and has a counter count each. It judges what was counted by the checks of
// the jobs, and tells people. It counts nothing itself and has no right to any source.
package main

import "tally/lambda/internal/function"

func main() { function.Main(newHandler) }
