// Package docs holds the tests of the README and of docs/: their YAML is loaded, their
// commands and flags exist, their tables say what the code says, and their links lead
// somewhere.
package docs
