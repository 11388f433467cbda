package faults

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"
)

// Stale answers a listing as it was when it was asked for first, or before there was anything.
func Stale(x *exchange) {
	x.proxy.mutex.Lock()
	before := x.proxy.first[x.r.URL.RequestURI()]
	x.proxy.mutex.Unlock()
	if before == nil {
		before = emptyPage(x.Bucket, x.Key)
	}
	before.write(x.w)
}

// emptyPage is a listing without a key.
func emptyPage(bucket, prefix string) *answer {
	page := &answer{header: http.Header{"Content-Type": {"application/xml"}}, status: http.StatusOK}
	var name bytes.Buffer
	_ = xml.EscapeText(&name, []byte(prefix)) // to memory
	_, _ = fmt.Fprintf(page, `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`+
		`<Name>%s</Name><Prefix>%s</Prefix><KeyCount>0</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated></ListBucketResult>`, bucket, name.String())
	return page
}

// Cut answers with a part of a listing, of a thousand, as if that were all: the head says how
// much it is.
func Cut(part int) Fault {
	return func(x *exchange) {
		got := x.ask()
		got.body.Truncate(got.body.Len() * part / 1000)
		got.header.Del("Content-Length")
		got.write(x.w)
	}
}

var oneKey = regexp.MustCompile(`(?s)<Contents>.*?</Contents>`)

// Torn leaves the first key out of a page, which still says how many there are.
func Torn(x *exchange) {
	got := x.ask()
	page := got.body.Bytes()
	if at := oneKey.FindIndex(page); at != nil {
		page = append(append([]byte{}, page[:at[0]]...), page[at[1]:]...)
	}
	got.body = *bytes.NewBuffer(page)
	got.header.Del("Content-Length")
	got.write(x.w)
}
