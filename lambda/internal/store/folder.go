package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
)

// Folder holds copies of records, as "tally export" makes it: each in a file named by its key.
type Folder string

// Path is the file of a key, or the folder of a prefix that ends with a slash.
func (f Folder) Path(key string) string { return filepath.Join(string(f), filepath.FromSlash(key)) }

// Keys lists the keys with a prefix, ordered.
func (f Folder) Keys(_ context.Context, prefix string) ([]string, error) {
	folder := prefix[:strings.LastIndexByte(prefix, '/')+1]
	entries, err := os.ReadDir(f.Path(folder))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the records: %w", err)
	}
	var keys []string
	for _, entry := range entries {
		if key := path.Join(folder, entry.Name()); strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	return keys, nil
}

// ReadAllRows reads the lines of all rows together, as the store does.
func (f Folder) ReadAllRows(_ context.Context, key string) ([]contract.Record, error) {
	file, err := os.Open(f.Path(key))
	if err != nil {
		return nil, fmt.Errorf("read a record: %w", err)
	}
	defer file.Close() // it was only read
	records, err := decodeAt(key, file, contract.DecodeAllRows)
	if err != nil {
		return nil, fmt.Errorf("%w: read %s: %w", count.ErrNoRecord, file.Name(), err)
	}
	return records, nil
}
