package listing

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
)

// canned is an S3 that gives one answer.
type canned string

func (c canned) Do(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader([]byte(c))), ContentLength: int64(len(c))}, nil
}

// listOnce is what the SDK makes of an answer.
func listOnce(answer string, options ...func(*s3.Options)) (*s3.ListObjectsV2Output, error) {
	client := s3.New(s3.Options{Region: "us-east-1", HTTPClient: canned(answer), Credentials: aws.AnonymousCredentials{}, RetryMaxAttempts: 1})
	return client.ListObjectsV2(context.Background(), &s3.ListObjectsV2Input{Bucket: aws.String("bucket")}, options...)
}

const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`

const complete = "<IsTruncated>false</IsTruncated>"

func entry(key, etag string) string {
	return fmt.Sprintf("<Contents><Key>%s</Key><LastModified>2026-11-25T01:02:03.456Z</LastModified><ETag>%s</ETag><Size>12</Size><StorageClass>GLACIER</StorageClass></Contents>", key, etag)
}

// pages are answers, and whether parsePage reads them itself.
var pages = []struct {
	xml  string
	ours bool
}{
	{head + `<Name>bucket</Name><Prefix/><IsTruncated>false</IsTruncated></ListBucketResult>`, true},
	{head + `<IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>` + entry("a", "&quot;x&quot;") + entry("b%20c", `"y"`) + `</ListBucketResult>`, true},
	{head + "\n  <IsTruncated>true</IsTruncated>\n  " + strings.ReplaceAll(entry("a", "x"), "><", ">\n<") + "\n</ListBucketResult>\n", true},
	{head + complete + entry("a&amp;lt;&lt;b&gt;&apos;&quot;&#34;&#39;", "&quot;a&amp;b&quot;") + `</ListBucketResult>`, true},
	{head + complete + `<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>` + entry("가", "") + `</ListBucketResult>`, true},
	{head + complete + `<Contents><Key>a</Key><Owner><ID>1</ID><DisplayName>x</DisplayName></Owner><Size>1</Size><ChecksumAlgorithm>CRC32</ChecksumAlgorithm></Contents></ListBucketResult>`, true},
	{head + `<IsTruncated>true</IsTruncated><NextContinuationToken>1/a&amp;=</NextContinuationToken></ListBucketResult>`, true},
	{head + complete + `<Name>bucket</Name><Prefix>a&amp;b/</Prefix><KeyCount>1</KeyCount>` + entry("a&amp;b/c", "x") + `</ListBucketResult>`, true},
	{head + complete + `<KeyCount>one</KeyCount></ListBucketResult>`, false},
	{head + complete + `<Prefix>a&#x1F600;</Prefix></ListBucketResult>`, false},
	{head + entry("a", "x") + `</ListBucketResult>`, false}, // whether there is more is not said
	{head + entry("a&#x1F600;", "x") + `</ListBucketResult>`, false},
	{head + `<Contents><Key><![CDATA[a<b]]></Key></Contents></ListBucketResult>`, false},
	{head + `<!-- --></ListBucketResult>`, false},
	{head + `<Contents><Key x="y">a</Key></Contents></ListBucketResult>`, false},
	{head + `<Contents><Size>many</Size></Contents></ListBucketResult>`, false},
	{head + entry("a", "x"), false},
	{head + `<Contents><Key>a</Contents></ListBucketResult>`, false},
	{"not XML", false},
	{"", false},
}

// checkPage holds parsePage against the SDK.
func checkPage(t *testing.T, xml string) (ours bool) {
	t.Helper()
	got, ours := parsePage(xml)
	if !ours {
		return false
	}
	want, err := listOnce(xml)
	if err != nil {
		return true // no XML: S3 sends none, and what breaks off is another test's
	}
	read := func(page *s3.ListObjectsV2Output) []string {
		read := []string{fmt.Sprintf("%t %s %q %q %q %d %d", aws.ToBool(page.IsTruncated), page.EncodingType, aws.ToString(page.NextContinuationToken),
			aws.ToString(page.Name), aws.ToString(page.Prefix), aws.ToInt32(page.KeyCount), len(page.CommonPrefixes))}
		for _, o := range page.Contents {
			read = append(read, fmt.Sprintf("%t %q %q %d %v %s", o.Key != nil, aws.ToString(o.Key), aws.ToString(o.ETag), aws.ToInt64(o.Size), aws.ToTime(o.LastModified), o.StorageClass))
		}
		return read
	}
	if difference := cmp.Diff(read(want), read(got)); difference != "" {
		t.Fatalf("%s\n(-SDK +parsePage):\n%s", xml, difference)
	}
	return true
}

func TestParsePageAgreesWithTheSDK(t *testing.T) {
	for _, page := range pages {
		if ours := checkPage(t, page.xml); ours != page.ours {
			t.Errorf("%s\nparsePage reads it: %t, want %t", page.xml, ours, page.ours)
		}
	}
}

// A page that breaks off must not be taken for a short one.
func TestParsePageRefusesPartsOfPages(t *testing.T) {
	for _, page := range pages {
		for length := range strings.TrimSpace(page.xml) {
			if _, ours := parsePage(page.xml[:length]); ours {
				t.Errorf("parsePage reads %s", page.xml[:length])
			}
		}
	}
}

func FuzzParsePage(f *testing.F) {
	for _, page := range pages {
		f.Add(page.xml)
	}
	f.Fuzz(func(t *testing.T, xml string) { checkPage(t, xml) })
}
