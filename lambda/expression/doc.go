// Package expression compiles the conditions and values of jobs that count in S3, which
// are written in github.com/expr-lang/expr. Synth checks with it what the function runs.
//
// A field that is missing or null is nil, and nil matches nothing: comparisons with it are
// neither true nor false, and "not", "and" and "or" treat that as SQL treats NULL. Only
// "field == nil" and "field != nil" ask for it. What is computed from nil is nil; any,
// all, filter and the like pick the elements for which their condition is true; sum, max
// and the like leave nil out.
//
// The expression language's parser and checker read an expression. Closures made of its
// tree evaluate it. Fields that are compared with literals are compared as they were read;
// all other values are decoded first.
package expression
