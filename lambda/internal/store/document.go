package store

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tally/lambda/contract"
)

// Keys lists the keys with a prefix, in S3's order: by their bytes.
func (s *Store) Keys(ctx context.Context, prefix string) ([]string, error) {
	var keys []string
	err := s.list(ctx, prefix, func(key string, _ int64) { keys = append(keys, key) })
	return keys, err
}

// Sizes are the bytes of the objects with a prefix, by key.
func (s *Store) Sizes(ctx context.Context, prefix string) (map[string]int64, error) {
	sizes := map[string]int64{}
	err := s.list(ctx, prefix, func(key string, size int64) { sizes[key] = size })
	return sizes, err
}

// ReadBytes reads an object as it is.
func (s *Store) ReadBytes(ctx context.Context, key string) ([]byte, error) {
	return get(ctx, s, key, io.ReadAll)
}

// ReadJSON decodes a JSON object into a value. Unknown keys are ignored: a later version may
// have written it.
func (s *Store) ReadJSON(ctx context.Context, key string, into any) error {
	_, err := get(ctx, s, key, func(object io.Reader) (any, error) { return into, json.NewDecoder(object).Decode(into) })
	return err
}

// CreateJSON writes a value as a JSON object, unless the key exists. created is false if it
// does.
func (s *Store) CreateJSON(ctx context.Context, key string, value any) (created bool, err error) {
	content, err := json.Marshal(value)
	if err != nil {
		return false, fmt.Errorf("encode %s: %w", s.url(key), err)
	}
	return s.createDocument(ctx, key, "application/json", content)
}

// ReadResults reads the results of checks.
func (s *Store) ReadResults(ctx context.Context, key string) ([]contract.CheckResult, error) {
	return get(ctx, s, key, contract.DecodeResults)
}

// CreateResults writes the results of checks, unless the key exists. created is false if it
// does.
func (s *Store) CreateResults(ctx context.Context, key string, results []contract.CheckResult) (created bool, err error) {
	content, err := contract.EncodeResults(results)
	if err != nil {
		return false, err
	}
	return s.createDocument(ctx, key, recordType, content)
}

func (s *Store) createDocument(ctx context.Context, key, contentType string, content []byte) (created bool, err error) {
	err = s.create(ctx, key, contentType, func() (*io.SectionReader, error) {
		return io.NewSectionReader(bytes.NewReader(content), 0, int64(len(content))), nil
	})
	if errors.Is(err, errExists) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("put %s: %w", s.url(key), err)
	}
	return true, nil
}
