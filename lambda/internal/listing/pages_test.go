package listing

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	start = head + "<Name>bucket</Name><Prefix>p/</Prefix>"
	end   = "</ListBucketResult>"
	empty = start + "<KeyCount>0</KeyCount>" + complete + end
)

func one(key string) string {
	return start + "<KeyCount>1</KeyCount>" + complete + entry(key, "x") + end
}

// What is a page of the prefix p/, and what is none. Each is tried as it is, and with
// a comment, which leaves the page to the SDK.
func TestPages(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		want         string // in the error; a page is none
	}{
		{"nothing there", empty, ""},
		{"an object", one("p/a"), ""},
		{"no KeyCount, as gofakes3 answers", start + complete + end, ""},
		{"a key as in URLs", start + "<EncodingType>url</EncodingType>" + complete + entry("p%2Fa%20b", "x") + end, ""},
		{"a prefix as in URLs", head + "<Name>bucket</Name><Prefix>p%2F</Prefix><EncodingType>url</EncodingType>" + complete + end, ""},
		{"more, and how to ask", start + "<IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken>" + end, ""},

		{"an empty body", "", "it holds no XML"},
		{"blanks", " \r\n", "it holds no XML"},
		{"a declaration", `<?xml version="1.0" encoding="UTF-8"?>` + "\n", "it holds no XML"},
		{"text", "Service Unavailable", "it holds no XML"},
		{"HTML", "<!DOCTYPE html><html><body>Please log in</body></html>", "it is no ListBucketResult"},
		{"XHTML", `<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><body/></html>`, "it is no ListBucketResult"},
		{"a page within HTML", "<html><body><pre>" + empty + "</pre></body></html>", "it is no ListBucketResult"},
		{"a broken element", "<p", "syntax error"},
		{"JSON", `{"message":"Forbidden"}`, "it holds no XML"},
		{"a list of versions", strings.ReplaceAll(empty, "ListBucketResult", "ListVersionsResult"), "it is no ListBucketResult"},
		{"a list of buckets", `<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>`, "it is no ListBucketResult"},
		{"only the root", "<ListBucketResult/>", "it breaks off"},
		{"an empty root", "<ListBucketResult></ListBucketResult>", "it names no bucket"},
		{"half a page", one("p/a")[:len(one("p/a"))-30], "it breaks off"},
		{"half an object", start + complete + "<Contents><Key>p/a</Key>" + end, "syntax error"},
		{"no name", strings.Replace(empty, "<Name>bucket</Name>", "", 1), "it names no bucket"},
		{"another bucket", strings.Replace(empty, "<Name>bucket", "<Name>another", 1), "it is about another bucket"},
		{"no prefix", strings.Replace(empty, "<Prefix>p/</Prefix>", "", 1), "it is about another prefix"},
		{"another prefix", strings.Replace(empty, "<Prefix>p/", "<Prefix>q/", 1), "it is about another prefix"},
		{"keys of another prefix", one("q/a"), "it holds keys of another prefix"},
		{"no IsTruncated", start + "<KeyCount>0</KeyCount>" + end, "it does not say whether there are more keys"},
		{"IsTruncated of another kind", start + "<IsTruncated>perhaps</IsTruncated>" + end, "IsTruncated"},
		{"more, and not how to ask", start + "<IsTruncated>true</IsTruncated>" + entry("p/a", "x") + end, "not how to ask for them"},
		{"fewer keys than it says", strings.Replace(one("p/a"), "<KeyCount>1", "<KeyCount>2", 1), "it holds 1 keys, and says that there are 2"},
		{"an object without a key", start + complete + "<Contents><Size>1</Size><LastModified>2026-11-25T01:02:03Z</LastModified></Contents>" + end, "an object lacks its key, size or time"},
		{"an object without a size", strings.Replace(one("p/a"), "<Size>12</Size>", "", 1), "an object lacks its key, size or time"},
		{"an object of less than nothing", strings.Replace(one("p/a"), "<Size>12</Size>", "<Size>-1</Size>", 1), "an object lacks its key, size or time"},
		{"an object without a time", strings.Replace(one("p/a"), "<LastModified>2026-11-25T01:02:03.456Z</LastModified>", "", 1), "an object lacks its key, size or time"},
	} {
		for _, answer := range []string{test.answer, strings.Replace(test.answer, "<ListBucketResult", "<ListBucketResult \t", 1)} {
			page, err := listOnce(answer, Pages("bucket", "p/"))
			switch {
			case test.want == "" && err != nil:
				t.Errorf("%s: got %v, want a page", test.name, err)
			case test.want == "" && len(page.Contents) > 0 && !strings.HasPrefix(*page.Contents[0].Key, "p/a"):
				t.Errorf("%s: got the key %s", test.name, *page.Contents[0].Key)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), "the answer is no page of the listing: ") || !strings.Contains(err.Error(), test.want)):
				t.Errorf("%s: got %v, want %q", test.name, err, test.want)
			}
		}
	}
}

// statuses answers with each status once, and an empty body; at last with a page.
type statuses []int

func (s *statuses) Do(*http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(one("p/a")))}
	if len(*s) > 0 {
		answer.StatusCode, answer.Body = (*s)[0], http.NoBody
		*s = (*s)[1:]
	}
	return answer, nil
}

// What is no page is asked for again, whatever the status says.
func TestPagesAreAskedForAgain(t *testing.T) {
	answers := &statuses{http.StatusOK, http.StatusNoContent, http.StatusAccepted}
	client := s3.New(s3.Options{Region: "us-east-1", HTTPClient: answers, Credentials: aws.AnonymousCredentials{}, Retryer: retry.NewStandard(func(options *retry.StandardOptions) {
		options.MaxAttempts, options.MaxBackoff = 4, time.Millisecond
	})})
	page, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("bucket")}, Pages("bucket", "p/"))
	if err != nil || len(page.Contents) != 1 || len(*answers) != 0 {
		t.Errorf("got %+v, %v, and %v are left; want the page after three answers that are none", page, err, *answers)
	}
}

// An access point has an alias instead of its bucket's name.
func TestPagesOfAnAccessPoint(t *testing.T) {
	if _, err := listOnce(empty, Pages("point-7hs9x-s3alias", "p/")); err != nil {
		t.Error(err)
	}
}
