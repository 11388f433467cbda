// Package listing reads the pages of S3's listings, for the sources and for the
// store. An answer that is not a whole page of what was asked for is an error: taken
// for a page it would be an empty bucket, and a count of 0.
package listing
