package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// listServer answers ListObjectsV2 about keys that it was given, after a while: so
// fast that the one who lists is measured, and not the server. Tests hold the source
// against real servers.
type listServer struct {
	endpoint string
	requests atomic.Int64
	server   *http.Server
	keys     []string
	entries  []byte // of all keys, as pages hold them
	starts   []int  // of each entry, and where the last one ends
	latency  time.Duration
}

func serveList(keys []string, latency time.Duration) (*listServer, error) {
	slices.Sort(keys)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &listServer{endpoint: "http://" + listener.Addr().String(), keys: keys, latency: latency}
	s.server = &http.Server{Handler: s}
	var entries bytes.Buffer
	for _, key := range keys {
		s.starts = append(s.starts, entries.Len())
		entries.WriteString("<Contents><Key>")
		_ = xml.EscapeText(&entries, []byte(key))
		entries.WriteString("</Key><LastModified>2026-11-25T01:02:03.000Z</LastModified><ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag>" +
			"<Size>12345</Size><StorageClass>STANDARD</StorageClass></Contents>")
	}
	s.entries, s.starts = entries.Bytes(), append(s.starts, entries.Len())
	go s.server.Serve(listener)
	return s, nil
}

func (s *listServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	time.Sleep(s.latency)
	query := r.URL.Query()
	prefix := query.Get("prefix")
	after := max(query.Get("start-after"), query.Get("continuation-token"))
	limit, err := strconv.Atoi(query.Get("max-keys"))
	if err != nil {
		limit = 1000
	}
	first := sort.Search(len(s.keys), func(i int) bool { return s.keys[i] >= prefix && s.keys[i] > after })
	count := 0
	for count < limit && first+count < len(s.keys) && strings.HasPrefix(s.keys[first+count], prefix) {
		count++
	}
	next := first + count
	truncated := next < len(s.keys) && strings.HasPrefix(s.keys[next], prefix)
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult><Name>%s</Name><Prefix>%s</Prefix><KeyCount>%d</KeyCount><IsTruncated>%t</IsTruncated>`,
		strings.Trim(r.URL.Path, "/"), prefix, count, truncated)
	if truncated && count > 0 {
		fmt.Fprint(w, "<NextContinuationToken>")
		_ = xml.EscapeText(w, []byte(s.keys[next-1]))
		fmt.Fprint(w, "</NextContinuationToken>")
	}
	_, _ = w.Write(s.entries[s.starts[first]:s.starts[next]])
	fmt.Fprint(w, "</ListBucketResult>")
}
