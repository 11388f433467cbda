package s3source

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"tally/lambda/expression"
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

// field is the value of a field of expression.ObjectFields.
func (o object) field(name string) expression.Field {
	switch name {
	case "key":
		return expression.Field{Type: expression.Text, Text: o.key}
	case "size":
		return expression.Field{Type: expression.Number, Text: strconv.FormatInt(o.size, 10)}
	case "last_modified":
		return expression.Field{Type: expression.Time, Text: o.modified.UTC().Format(time.RFC3339Nano)}
	case "storage_class":
		if o.class == "" {
			return expression.Field{Type: expression.Text, Text: string(types.ObjectStorageClassStandard)} // some servers name only others
		}
		return expression.Field{Type: expression.Text, Text: o.class}
	default:
		return expression.Field{Type: expression.Text, Text: strings.Trim(o.etag, `"`)}
	}
}

// countObject counts an object as a row.
func (e *evaluator) countObject(o object) error {
	for i, path := range e.expressions.Set.Fields() {
		e.row.Fields[i] = o.field(path[0])
	}
	return e.count()
}
