package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"tally/lambda/internal/pause"
)

// contents are what a versioned bucket holds.
type contents struct {
	versions, markers, uploads int
	bytes                      int64 // of all versions
}

func (c contents) String() string {
	return fmt.Sprintf("%s of objects (%d bytes), %s, %s", amount(c.versions, "version"), c.bytes, amount(c.markers, "delete marker"), amount(c.uploads, "unfinished upload"))
}

func (t *teardown) contents(ctx context.Context) (held contents, err error) {
	versions := func(page *s3.ListObjectVersionsOutput) error {
		held.versions += len(page.Versions)
		held.markers += len(page.DeleteMarkers)
		for _, version := range page.Versions {
			held.bytes += aws.ToInt64(version.Size)
		}
		return nil
	}
	upload := func(types.MultipartUpload) error {
		held.uploads++
		return nil
	}
	if err := t.each(ctx, versions, upload); err != nil {
		return contents{}, fmt.Errorf("list bucket %s: %w", t.bucket, err)
	}
	return held, nil
}

// settleTime is how long a run that was under way may still put an object after the stack of
// its role has gone: IAM takes some seconds to withdraw the role's credentials.
var settleTime = 10 * time.Second

// deleteContents deletes until two looks in a row find nothing.
func (t *teardown) deleteContents(ctx context.Context, out io.Writer) error {
	deleted := 0
	versions := func(page *s3.ListObjectVersionsOutput) error {
		deleted += len(page.Versions) + len(page.DeleteMarkers)
		return t.deletePage(ctx, page)
	}
	upload := func(upload types.MultipartUpload) error {
		deleted++
		_, err := t.deletes.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &t.bucket, Key: upload.Key, UploadId: upload.UploadId})
		return err
	}
	for {
		if err := t.each(ctx, versions, upload); err != nil {
			return fmt.Errorf("empty bucket %s: %w", t.bucket, err)
		}
		if !pause.For(ctx, settleTime) {
			return ctx.Err()
		}
		held, err := t.contents(ctx)
		if err != nil {
			return err
		}
		if held == (contents{}) {
			fmt.Fprintf(out, "bucket %s is empty: %d versions, markers and uploads were deleted\n", t.bucket, deleted)
			return nil
		}
	}
}

func (t *teardown) deletePage(ctx context.Context, page *s3.ListObjectVersionsOutput) error {
	var objects []types.ObjectIdentifier
	for _, version := range page.Versions {
		objects = append(objects, types.ObjectIdentifier{Key: version.Key, VersionId: version.VersionId})
	}
	for _, marker := range page.DeleteMarkers {
		objects = append(objects, types.ObjectIdentifier{Key: marker.Key, VersionId: marker.VersionId})
	}
	if len(objects) == 0 {
		return nil
	}
	answer, err := t.deletes.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &t.bucket, Delete: &types.Delete{Objects: objects, Quiet: aws.Bool(true)}})
	if err != nil {
		return err
	}
	if len(answer.Errors) > 0 {
		first := answer.Errors[0]
		return fmt.Errorf("%d objects of a page cannot be deleted; the first is %s: %s: %s", len(answer.Errors), aws.ToString(first.Key), aws.ToString(first.Code), aws.ToString(first.Message))
	}
	return nil
}

// each visits what the bucket holds: pages of versions and delete markers, then uploads.
func (t *teardown) each(ctx context.Context, versions func(*s3.ListObjectVersionsOutput) error, upload func(types.MultipartUpload) error) error {
	versionPages := s3.NewListObjectVersionsPaginator(t.reads, &s3.ListObjectVersionsInput{Bucket: &t.bucket})
	for versionPages.HasMorePages() {
		page, err := versionPages.NextPage(ctx)
		if err != nil {
			return err
		}
		if err := versions(page); err != nil {
			return err
		}
	}
	uploadPages := s3.NewListMultipartUploadsPaginator(t.reads, &s3.ListMultipartUploadsInput{Bucket: &t.bucket})
	for uploadPages.HasMorePages() {
		page, err := uploadPages.NextPage(ctx)
		if answer := smithy.APIError(nil); errors.As(err, &answer) && answer.ErrorCode() == "NoSuchUpload" {
			return nil // how servers other than AWS say that there is none
		}
		if err != nil {
			return err
		}
		for _, found := range page.Uploads {
			if err := upload(found); err != nil {
				return err
			}
		}
	}
	return nil
}
