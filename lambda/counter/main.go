// Command counter is a function that counts the slot of an event once and stores its
// record. It counts nothing else: the monitor looks after slots without a record.
package main

import "tally/lambda/internal/function"

func main() { function.Main(newHandler) }
