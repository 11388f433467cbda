// Package contract holds what the stack and the function must agree on: the
// event a rule sends, the answer, the stored record and its object key, and the
// names of variables, files and metrics. It imports the standard library only,
// so infra, the function and the command line can share it, and each name
// exists once.
package contract
