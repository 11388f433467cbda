// Package function is what the mains of the counter and the monitor share: how they read
// their layers and variables, and how they log an invocation.
package function
