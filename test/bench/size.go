package main

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	"tally/infra/bundle"
)

// size measures the zip that Lambda gets.
func size(ctx context.Context, root string) ([]figure, error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := bundle.Build(ctx, root, folder, bundle.Counter, bundle.Lambda); err != nil {
		return nil, err
	}
	binary, err := os.ReadFile(filepath.Join(folder, bundle.Name))
	if err != nil {
		return nil, err
	}
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	file, err := archive.Create(bundle.Name)
	if err != nil {
		return nil, err
	}
	if _, err := file.Write(binary); err != nil {
		return nil, err
	}
	if err := archive.Close(); err != nil {
		return nil, err
	}
	return []figure{{
		name: "bundled zip, arm64", value: float64(zipped.Len()) / megabyte, limit: 7, unit: "MB",
		detail: fmt.Sprintf("binary %.1f MB", float64(len(binary))/megabyte),
	}}, nil
}
