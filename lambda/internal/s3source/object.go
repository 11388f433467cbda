package s3source

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/internal/jsonscan"
)

// object is what a listing says of an object.
type object struct {
	key, etag, class string
	size             int64
	modified         time.Time
}

func objectOf(listed types.Object) object {
	return object{
		key: aws.ToString(listed.Key), etag: aws.ToString(listed.ETag), class: string(listed.StorageClass),
		size: aws.ToInt64(listed.Size), modified: aws.ToTime(listed.LastModified),
	}
}

// field returns the value of one of expression.ObjectFields.
func (o object) field(name string) jsonscan.Value {
	switch name {
	case "size":
		return jsonscan.Value{Type: jsonscan.Number, Text: strconv.FormatInt(o.size, 10)}
	case "last_modified":
		return jsonscan.Value{Type: jsonscan.Time, Text: o.modified.UTC().Format(time.RFC3339Nano)}
	case "etag":
		return jsonscan.Value{Type: jsonscan.Text, Text: strings.Trim(o.etag, `"`)}
	case "key":
		return jsonscan.Value{Type: jsonscan.Text, Text: o.key}
	}
	if o.class == "" { // some servers name only the others
		return jsonscan.Value{Type: jsonscan.Text, Text: string(types.ObjectStorageClassStandard)}
	}
	return jsonscan.Value{Type: jsonscan.Text, Text: o.class}
}
