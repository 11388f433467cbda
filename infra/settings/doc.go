// Package settings reads where the system runs (one file per environment) and
// what it counts (jobs.yaml), and reports everything that is wrong with all of
// them at once. It knows no CDK, so the command line checks the same as synth.
package settings
