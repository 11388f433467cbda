package faults

import (
	"bytes"
	"slices"
	"strings"
	"sync"
)

// Seen remembers each object's bytes as they were when it was first seen.
type Seen struct {
	mutex sync.Mutex
	first map[string][]byte
}

// Look looks at all objects of a bucket. An object that has changed or gone is wrong.
func (s *Seen) Look(objects map[string][]byte) (v Verdict) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.first == nil {
		s.first = map[string][]byte{}
	}
	for key, before := range s.first {
		switch now, there := objects[key]; {
		case !there:
			v.Lost = append(v.Lost, key+" has gone")
			delete(s.first, key)
		case !bytes.Equal(before, now):
			v.Wrongf("%s has changed, from\n%sto\n%s", key, before, now)
			s.first[key] = slices.Clone(now)
		}
	}
	for key, now := range objects {
		if _, known := s.first[key]; !known {
			s.first[key] = slices.Clone(now)
		}
	}
	return v
}

// Bucket is a server of S3 with a way to its objects that no proxy is in.
type Bucket interface {
	Keys(bucket string) ([]string, error)
	Object(bucket, key string) ([]byte, error)
}

// Objects reads all objects of a bucket with a prefix.
func Objects(server Bucket, bucket, prefix string) (map[string][]byte, error) {
	keys, err := server.Keys(bucket)
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, key := range keys {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		if all[key], err = server.Object(bucket, key); err != nil {
			return nil, err
		}
	}
	return all, nil
}
