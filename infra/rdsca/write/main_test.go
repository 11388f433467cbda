package main

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const root = "../../.."

// The project's files are those that the pinned npm package gives.
func TestFilesAreCurrent(t *testing.T) {
	for path, source := range sources {
		script, err := os.ReadFile(filepath.Join(root, source))
		if err != nil {
			t.Fatal(err)
		}
		want, err := bundleOf(string(script))
		if err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is not what %s gives; run make rds-ca", path, source)
		}
		if blocks := strings.Count(want, "BEGIN CERTIFICATE"); blocks < 4 {
			t.Errorf("%s gives %d certificates only", source, blocks)
		}
	}
}

// An expired certificate is left out, and text that only looks like one is an error.
func TestBundleOf(t *testing.T) {
	if bundle, err := bundleOf("var x = 1"); err != nil || bundle != "" {
		t.Errorf("got %q, %v from a script without certificates", bundle, err)
	}
	broken := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("none")}))
	if _, err := bundleOf(strings.ReplaceAll(broken, "\n", `\n`)); err == nil {
		t.Error("a broken certificate is no error")
	}
}
