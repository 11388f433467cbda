// Package s3source counts in buckets: objects by their listing, or the records that
// objects hold as JSON Lines or CSV.
//
// A listing is split into ranges of keys that are listed side by side. Objects are
// read as streams, several at a time, and an object's counts are added only when
// it was read to its end: one that changes meanwhile, or whose connection breaks,
// is counted anew.
package s3source
