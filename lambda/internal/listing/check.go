package listing

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// checkWhole tells whether an answer is one ListBucketResult from its start to its
// end. The SDK takes any element for one, and nothing at all for an empty one.
func checkWhole(xml string) error {
	rest := strings.TrimSpace(xml)
	if rest == "" { // also of a text that is no XML: the SDK has taken it away
		return errors.New("it holds no XML")
	}
	if declaration, found := strings.CutPrefix(rest, "<?xml"); found {
		_, rest, _ = strings.Cut(declaration, "?>")
		rest = strings.TrimSpace(rest)
	}
	switch {
	case !strings.HasPrefix(rest, "<ListBucketResult"):
		return errors.New("it is no ListBucketResult")
	case !strings.HasSuffix(rest, "</ListBucketResult>"):
		return errors.New("it breaks off")
	}
	return nil
}

// alias ends the name of an access point that stands for a bucket of another name.
const alias = "-s3alias"

// check tells whether a page holds what every page has, is about the bucket and the
// prefix, and agrees with itself. It writes the keys as they are.
func (p pageReader) check(page *s3.ListObjectsV2Output) error {
	encoded := page.EncodingType == types.EncodingTypeUrl
	page.EncodingType = ""
	name, prefix, entries := aws.ToString(page.Name), aws.ToString(page.Prefix), len(page.Contents)+len(page.CommonPrefixes)
	decoded, _ := url.QueryUnescape(prefix) // empty if it is not in the form of URLs
	switch {
	case name == "":
		return errors.New("it names no bucket")
	case name != p.bucket && !strings.HasSuffix(p.bucket, alias):
		return errors.New("it is about another bucket")
	case prefix != p.prefix && (!encoded || decoded != p.prefix):
		return errors.New("it is about another prefix")
	case page.IsTruncated == nil:
		return errors.New("it does not say whether there are more keys")
	case *page.IsTruncated && aws.ToString(page.NextContinuationToken) == "":
		return errors.New("it says that there are more keys, and not how to ask for them")
	case page.KeyCount != nil && int(*page.KeyCount) != entries:
		return fmt.Errorf("it holds %d keys, and says that there are %d", entries, *page.KeyCount)
	}
	for i := range page.Contents {
		o := &page.Contents[i]
		if o.Key == nil || o.Size == nil || *o.Size < 0 || o.LastModified == nil {
			return errors.New("an object lacks its key, size or time")
		}
		if err := p.checkKey(&o.Key, encoded); err != nil {
			return err
		}
	}
	for i := range page.CommonPrefixes {
		if err := p.checkKey(&page.CommonPrefixes[i].Prefix, encoded); err != nil {
			return err
		}
	}
	return nil
}

// checkKey writes a key, or the prefix of some, as it is.
func (p pageReader) checkKey(key **string, encoded bool) error {
	if encoded {
		plain, err := url.QueryUnescape(aws.ToString(*key))
		if err != nil {
			return fmt.Errorf("key %q: %w", aws.ToString(*key), err)
		}
		*key = &plain
	}
	if !strings.HasPrefix(aws.ToString(*key), p.prefix) {
		return errors.New("it holds keys of another prefix")
	}
	return nil
}
