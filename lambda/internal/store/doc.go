// Package store keeps records in S3, one immutable object per slot and revision.
package store
