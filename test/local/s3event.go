package local

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// created is an object that was just created.
type created struct {
	bucket, key   string
	size          int64
	etag, version string
	reason        string
	sequencer     int64
}

// onCreate has every object reported that is created over HTTP.
func (s *S3) onCreate(report func(created)) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.onCreated = report
}

// announce reports what a request has created, before the answer: whoever has the answer
// knows that the event is under way.
func (s *S3) announce(api http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		reason := creates(r)
		if reason == "" || key == "" {
			api.ServeHTTP(w, r)
			return
		}
		answer := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		api.ServeHTTP(answer, r)
		s.mutex.Lock()
		report := s.onCreated
		s.mutex.Unlock()
		if report != nil && answer.status == http.StatusOK {
			report(s.describe(bucket, key, reason))
		}
	})
}

// statusWriter remembers the status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// creates is the reason in the event if a request creates an object, else empty.
func creates(r *http.Request) string {
	query := r.URL.Query()
	switch {
	case r.Method == http.MethodPost && query.Has("uploadId"):
		return "CompleteMultipartUpload"
	case r.Method != http.MethodPut || query.Has("uploadId") || query.Has("acl") || query.Has("tagging"):
		return ""
	case r.Header.Get("X-Amz-Copy-Source") != "":
		return "CopyObject"
	}
	return "PutObject"
}

// describe says what an event says of an object. Of one that is gone there is only the key.
func (s *S3) describe(bucket, key, reason string) created {
	s.mutex.Lock()
	s.sequence++
	described := created{bucket: bucket, key: key, reason: reason, sequencer: s.sequence}
	s.mutex.Unlock()
	if object, err := s.objects.HeadObject(bucket, key); err == nil {
		described.size, described.etag, described.version = object.Size, hex.EncodeToString(object.Hash), string(object.VersionID)
	}
	return described
}

// event is the event as EventBridge gets it (S3 user guide, "EventBridge event message
// structure"). Its key is not encoded, unlike in S3's other notifications.
func (c created) event() map[string]any {
	object := map[string]any{"key": c.key, "size": c.size, "etag": c.etag, "sequencer": fmt.Sprintf("%018X", c.sequencer)}
	if c.version != "" {
		object["version-id"] = c.version
	}
	return map[string]any{
		"version":     "0",
		"id":          newRequestID(),
		"detail-type": "Object Created",
		"source":      "aws.s3",
		"account":     accountID,
		"time":        eventTime(time.Now()),
		"region":      region,
		"resources":   []any{"arn:aws:s3:::" + c.bucket},
		"detail": map[string]any{
			"version":           "0",
			"bucket":            map[string]any{"name": c.bucket},
			"object":            object,
			"request-id":        fmt.Sprintf("%016X", c.sequencer),
			"requester":         accountID,
			"source-ip-address": loopback,
			"reason":            c.reason,
		},
	}
}
