package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/internal/s3source"
)

// files shows the files of a folder as the objects of a bucket.
type files struct{ folder string }

var _ s3source.Client = files{}

// ListObjectsV2 lists the files by their names: fewer than a page.
func (f files) ListObjectsV2(_ context.Context, input *s3.ListObjectsV2Input, _ ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	entries, err := os.ReadDir(f.folder)
	if err != nil {
		return nil, err
	}
	output := &s3.ListObjectsV2Output{}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil {
			return nil, err
		}
		if name := entry.Name(); strings.HasPrefix(name, *input.Prefix) && name > aws.ToString(input.StartAfter) {
			output.Contents = append(output.Contents, types.Object{
				Key: &name, Size: aws.Int64(info.Size()), LastModified: aws.Time(info.ModTime()), ETag: aws.String(etag(info)),
			})
		}
	}
	return output, nil
}

// GetObject opens a file.
func (f files) GetObject(_ context.Context, input *s3.GetObjectInput, _ ...func(*s3.Options)) (*s3.GetObjectOutput, error) {
	file, err := os.Open(filepath.Join(f.folder, filepath.Base(*input.Key)))
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	return &s3.GetObjectOutput{Body: file, ContentLength: aws.Int64(info.Size()), ETag: aws.String(etag(info))}, nil
}

func etag(info os.FileInfo) string {
	return fmt.Sprintf(`"%x-%x"`, info.ModTime().UnixNano(), info.Size())
}
