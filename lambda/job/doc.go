// Package job reads what to count (jobs.yaml), checks it, and computes slots and
// windows. Synth, the function and the command line share it: what synth
// accepted is what the function runs.
package job
