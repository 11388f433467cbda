package test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const snapshots = "snapshots"

// assetHash is a 64-digit hash: of code that changes all the time, while the
// shape of the stack does not.
var assetHash = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// TestSnapshots compares every template with its golden file. "make snapshots"
// writes them again; a golden file without a stack fails too.
func TestSnapshots(t *testing.T) {
	if *update && os.Getenv("CI") == "true" {
		t.Fatal("golden files are not written on CI: run make snapshots and commit what it changes")
	}
	for name, stack := range allStacks() {
		t.Run(name, func(t *testing.T) {
			got := golden(t, stack.Template)
			file := filepath.Join(snapshots, name+".json")
			if *update {
				if err := os.WriteFile(file, got, 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; run make snapshots", err)
			}
			if difference := cmp.Diff(string(want), string(got)); difference != "" {
				t.Errorf("the template changed (- golden, + now); if that is meant, run make snapshots\n%s", difference)
			}
		})
	}
	checkStale(t)
}

func checkStale(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(snapshots, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name := filepath.Base(file[:len(file)-len(filepath.Ext(file))])
		if _, exists := allStacks()[name]; exists {
			continue
		}
		if *update {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			continue
		}
		t.Errorf("%s belongs to no stack; run make snapshots", file)
	}
}

func golden(t *testing.T, template json.RawMessage) []byte {
	t.Helper()
	var indented bytes.Buffer
	if err := json.Indent(&indented, template, "", "  "); err != nil {
		t.Fatal(err)
	}
	indented.WriteByte('\n')
	return assetHash.ReplaceAll(indented.Bytes(), []byte("<asset hash>"))
}
