// Package job reads and checks jobs.yaml, and computes slots and windows. Synth, the
// functions and the command line share it: what synth accepts is what a counter runs.
package job
