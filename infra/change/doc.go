// Package change says what a commit changes on AWS, without AWS: it synthesizes
// the commit's base and the working tree and compares the templates with the
// library of "cdk diff".
//
//	git worktree of the base ──► infra/app ──► templates ╲
//	                                                      compare.mjs ──► Report ──► text, Markdown
//	the working tree ──────────► infra/app ──► templates ╱
//
// "make diff" and "make deploy" compare with what is deployed in the same way: "tally
// fetch" has asked CloudFormation for the templates.
//
// A report begins with what cannot be undone: stateful resources that would go.
package change
