package main

import (
	"archive/zip"
	"bytes"
	"context"
	"os"
	"path/filepath"

	"tally/infra/bundle"
)

// size measures the zips that Lambda gets.
func size(ctx context.Context, root string) ([]figure, error) {
	var figures []figure
	for _, function := range []struct {
		command bundle.Command
		name    string
		limit   float64
	}{{bundle.Counter, "counter", 7}, {bundle.Monitor, "monitor", 5}} {
		zipped, err := zippedSize(ctx, root, function.command)
		if err != nil {
			return nil, err
		}
		figures = append(figures, figure{name: "zip of the " + function.name + ", arm64", value: zipped, limit: function.limit, unit: "MB"})
	}
	return figures, nil
}

// zippedSize builds a function and returns the size of its zip, in MB.
func zippedSize(ctx context.Context, root string, command bundle.Command) (float64, error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(folder)
	if err := bundle.Build(ctx, root, folder, command, bundle.Lambda); err != nil {
		return 0, err
	}
	binary, err := os.ReadFile(filepath.Join(folder, bundle.Name))
	if err != nil {
		return 0, err
	}
	var zipped bytes.Buffer
	archive := zip.NewWriter(&zipped)
	file, err := archive.Create(bundle.Name)
	if err != nil {
		return 0, err
	}
	if _, err := file.Write(binary); err != nil {
		return 0, err
	}
	if err := archive.Close(); err != nil {
		return 0, err
	}
	return float64(zipped.Len()) / megabyte, nil
}
