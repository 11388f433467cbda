package expression

import (
	"time"

	"github.com/expr-lang/expr/types"
)

// Kind says what expressions are about, and so which fields there are.
type Kind int

// The kinds.
const (
	Objects Kind = iota // of a bucket: the fields of ObjectFields
	JSON                // records whose fields may be anything
	CSV                 // records whose fields are text
	Logs                // records of a well-known log, whose fields are text or nil
)

// ObjectFields are the fields of an object.
var ObjectFields = []string{"key", "size", "last_modified", "storage_class", "etag"}

// environment gives the types of the fields.
func (k Kind) environment() types.Map {
	if k != Objects {
		return types.Map{types.Extra: types.Any}
	}
	return types.Map{
		"key": types.String, "size": types.Int, "last_modified": types.TypeOf(time.Time{}),
		"storage_class": types.String, "etag": types.String,
	}
}
