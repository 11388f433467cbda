// Package job reads and checks jobs.yaml, and computes slots and windows. Synth, the
// function and the command line share it: what synth accepts is what the function runs.
package job
