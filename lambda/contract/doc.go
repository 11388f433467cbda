// Package contract holds what the stack and the function must agree on: the event that a
// rule sends, the answer, the stored record and its object key, and the names of
// variables, files and metrics. It imports the standard library only, so that infra, the
// function and the command line can share it.
package contract
