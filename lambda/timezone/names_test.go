package timezone

import (
	"archive/zip"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write names.txt from the toolchain's lib/time/zoneinfo.zip")

// TestNames holds names.txt against the time zone database of the Go
// toolchain. Regenerate with: go generate ./lambda/timezone
func TestNames(t *testing.T) {
	want := databaseNames(t)
	if *update {
		if err := os.WriteFile("names.txt", []byte(strings.Join(want, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !slices.Equal(names(), want) {
		t.Fatal("names.txt differs from the toolchain's database; run go generate ./lambda/timezone")
	}
	for _, name := range names() {
		if _, err := Load(name); err != nil {
			t.Error(err)
		}
	}
}

func databaseNames(t *testing.T) []string {
	t.Helper()
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Skip("no toolchain here to compare with: ", err)
	}
	database, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	if err != nil {
		t.Skip("the toolchain has no database to compare with: ", err)
	}
	defer database.Close()
	var names []string
	for _, file := range database.File {
		// Factory is the database's mark for a clock that nobody has set.
		if !strings.HasSuffix(file.Name, "/") && file.Name != "Factory" {
			names = append(names, file.Name)
		}
	}
	slices.Sort(names)
	return names
}
