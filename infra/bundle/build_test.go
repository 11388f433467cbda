package bundle_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tally/infra/bundle"
)

const root = "../.."

// TestBuildIsReproducible builds copies of the sources, each in its own folder and
// with other settings of Go around it.
func TestBuildIsReproducible(t *testing.T) {
	written := filepath.Join(t.TempDir(), "env") // as "go env -w" does
	if err := os.WriteFile(written, []byte("GOARM64=v8.5\nGOEXPERIMENT=jsonv2\nGOFLAGS=-gcflags=-N\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := map[bundle.Command][sha256.Size]byte{}
	original := copySources(t, root) // somebody may be editing
	for i, variables := range []map[string]string{
		{"GOFLAGS": "", "GOEXPERIMENT": "", "GOARM64": "", "TZ": "UTC"},
		{"GOENV": written},
		{
			"GOFLAGS": "-trimpath=false -buildvcs=true -tags=other -gcflags=-N", "GOEXPERIMENT": "jsonv2", "GOARM64": "v9.0,lse",
			"GOAMD64": "v3", "GODEBUG": "http2client=0", "GOFIPS140": "latest", "GOWORK": "off", "GO111MODULE": "off",
			"CGO_ENABLED": "1", "GOOS": "darwin", "GOARCH": "amd64", "TZ": "Asia/Seoul", "LC_ALL": "ko_KR.UTF-8",
		},
	} {
		sources := copySources(t, original)
		for name, value := range variables {
			t.Setenv(name, value)
		}
		for _, function := range []bundle.Command{bundle.Counter, bundle.Reader} {
			binary, err := os.ReadFile(build(t, sources, function))
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(binary, []byte(sources)) {
				t.Errorf("the binary of %s holds the path of its sources, %s", function, sources)
			}
			hash := sha256.Sum256(binary)
			if i == 0 {
				first[function] = hash
			} else if hash != first[function] {
				t.Errorf("with %v the hash of %s is %x, else %x", variables, function, hash, first[function])
			}
		}
	}
}

func TestBuildSettings(t *testing.T) {
	info, err := buildinfo.ReadFile(build(t, copySources(t, root), bundle.Counter))
	if err != nil {
		t.Fatal(err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
		if strings.HasPrefix(setting.Key, "vcs") {
			t.Errorf("the binary tells its commit: %s=%s", setting.Key, setting.Value)
		}
	}
	for key, want := range map[string]string{
		"GOOS": "linux", "GOARCH": "arm64", "GOARM64": "v8.0", "CGO_ENABLED": "0", "-tags": bundle.Tags, "-trimpath": "true",
	} {
		if got := settings[key]; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if module, err := os.ReadFile(filepath.Join(root, "go.mod")); err != nil || !strings.Contains(string(module), "\ntoolchain "+info.GoVersion+"\n") {
		t.Errorf("built with %s, which is not go.mod's toolchain (%v)", info.GoVersion, err)
	}
}

func TestBuildErrors(t *testing.T) {
	module, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, module, source string
		want                 []string
	}{
		{"compile error", string(module), "package main\n\nfunc main() { count() }\n", []string{"build the function: go build: ", "lambda/counter/main.go:3:15: undefined: count"}},
		{"no toolchain", "module tally\n\ngo 1.26.0\n", "package main\n\nfunc main() {}\n", []string{"build the function: find the Go version: go.mod has no toolchain line; write the compiler to use, such as toolchain go1."}},
		{"no module", "", "", []string{"build the function: find the Go version: ", "go.mod"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			if test.module != "" {
				if err := os.MkdirAll(filepath.Join(folder, "lambda/counter"), 0o700); err != nil {
					t.Fatal(err)
				}
				for path, text := range map[string]string{"go.mod": test.module, "lambda/counter/main.go": test.source} {
					if err := os.WriteFile(filepath.Join(folder, path), []byte(text), 0o600); err != nil {
						t.Fatal(err)
					}
				}
			}
			err := bundle.Build(context.Background(), folder, t.TempDir(), bundle.Counter, bundle.Lambda)
			if err == nil {
				t.Fatal("got no error")
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got %v\nwant … %s …", err, want)
				}
			}
		})
	}
}

// copySources copies what the function is built from to a folder of its own.
func copySources(t *testing.T, root string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "lambda"), os.DirFS(filepath.Join(root, "lambda"))); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// build returns the path of the binary.
func build(t *testing.T, sources string, function bundle.Command) string {
	t.Helper()
	folder := t.TempDir()
	if err := bundle.Build(context.Background(), sources, folder, function, bundle.Lambda); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, bundle.Name)
}
