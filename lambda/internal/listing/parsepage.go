package listing

import (
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// parsePage reads what is needed of a page of ListObjectsV2: elements without
// attributes, texts without comments or CDATA, as S3 writes them. It is false for
// anything else.
func parsePage(xml string) (*s3.ListObjectsV2Output, bool) {
	start := strings.Index(xml, "<ListBucketResult")
	if start < 0 || strings.Contains(xml, "<!") {
		return nil, false
	}
	root, rest, _ := strings.Cut(xml[start:], ">")
	if root != "<ListBucketResult" && root != `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"` {
		return nil, false
	}
	page := &s3.ListObjectsV2Output{Contents: make([]types.Object, 0, strings.Count(rest, "<Contents>"))}
	whole := eachElement(rest, "ListBucketResult", func(name, text string) (understood bool) {
		understood = true
		switch name {
		case "Name":
			page.Name, understood = plainText(text)
		case "Prefix":
			page.Prefix, understood = plainText(text)
		case "NextContinuationToken":
			page.NextContinuationToken, understood = plainText(text)
		case "EncodingType":
			page.EncodingType = types.EncodingType(text)
		case "IsTruncated":
			page.IsTruncated, understood = new(text == "true"), text == "true" || text == "false"
		case "KeyCount":
			keys, err := strconv.ParseInt(text, 10, 32)
			page.KeyCount, understood = new(int32(keys)), err == nil
		case "CommonPrefixes":
			var folder types.CommonPrefix
			name, prefix, _, ok := element(text, "")
			if understood = ok && name == "Prefix"; understood {
				folder.Prefix, understood = plainText(prefix)
			}
			page.CommonPrefixes = append(page.CommonPrefixes, folder)
		case "Contents":
			var object types.Object
			object, understood = parseObject(text)
			page.Contents = append(page.Contents, object)
		}
		return understood
	})
	return page, whole && page.IsTruncated != nil
}

func parseObject(xml string) (object types.Object, whole bool) {
	whole = eachElement(xml, "", func(name, text string) (understood bool) {
		understood = true
		switch name {
		case "Key":
			object.Key, understood = plainText(text)
		case "ETag":
			object.ETag, understood = plainText(text)
		case "Size":
			size, err := strconv.ParseInt(text, 10, 64)
			object.Size, understood = &size, err == nil
		case "LastModified":
			at, err := time.Parse(time.RFC3339Nano, text)
			object.LastModified, understood = &at, err == nil
		case "StorageClass":
			object.StorageClass = types.ObjectStorageClass(text)
		}
		return understood
	})
	return object, whole
}

// eachElement calls read with the elements in another one, up to its end. It is false if one
// of them is not understood.
func eachElement(rest, within string, read func(name, text string) (understood bool)) bool {
	for {
		name, text, more, ok := element(rest, within)
		if !ok || name == "" {
			return ok
		}
		if !read(name, text) {
			return false
		}
		rest = more
	}
}

// element is the next element, and what follows it. The name is empty at the end of
// the element that all are in, or of the text if that is all of it.
func element(rest, within string) (name, text, more string, ok bool) {
	if rest == "" || rest[0] != '<' {
		rest = strings.TrimLeft(rest, " \t\r\n")
	}
	if rest == "" {
		return "", "", "", within == ""
	}
	if end, found := strings.CutPrefix(rest, "</"); found {
		return "", "", "", within != "" && strings.HasPrefix(end, within+">")
	}
	closing := strings.IndexByte(rest, '>')
	if closing < 2 || rest[0] != '<' {
		return "", "", "", false
	}
	name, rest = rest[1:closing], rest[closing+1:]
	if end := strings.IndexByte(rest, '<'); end >= 0 && len(rest) >= end+len(name)+3 && rest[end+1] == '/' && rest[end+2:end+2+len(name)] == name && rest[end+2+len(name)] == '>' {
		return name, rest[:end], rest[end+len(name)+3:], true
	}
	if strings.HasSuffix(name, "/") {
		return name[:len(name)-1], "", rest, !strings.ContainsAny(name, " \t\r\n")
	}
	end := strings.Index(rest, "</"+name+">")
	if end < 0 || strings.ContainsAny(name, " \t\r\n") || strings.Contains(rest[:end], "<"+name+">") {
		return "", "", "", false
	}
	return name, rest[:end], rest[end+len(name)+3:], true
}

// entities are those that XML knows without being told. Any other & becomes a carriage return,
// which plainText refuses.
var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'", "&#34;", `"`, "&#39;", "'", "&amp;", "&", "&", "\r")

// plainText is what a text says; false if it holds elements, or signs that entities
// do not write. A carriage return is one: XML reads it as the end of a line.
func plainText(text string) (*string, bool) {
	if strings.ContainsAny(text, "<\r") {
		return nil, false
	}
	if strings.IndexByte(text, '&') < 0 {
		return &text, true
	}
	const quote = "&quot;"
	if inner := strings.TrimSuffix(strings.TrimPrefix(text, quote), quote); len(inner)+2*len(quote) == len(text) && strings.IndexByte(inner, '&') < 0 {
		return new(`"` + inner + `"`), true // as ETags are
	}
	plain := entities.Replace(text)
	return &plain, !strings.Contains(plain, "\r")
}
