package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestReport(t *testing.T) {
	c := counted(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "report.html")
	if err := os.WriteFile(path, []byte("an older page"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, said, complaint := c.tally("report", "--from", "2026-11-18", "--to", "2026-11-27", "--out", path)
	if status != exitOK || complaint != "" || !strings.HasPrefix(said, path+": 3 jobs, 30 slots, ") {
		t.Fatalf("status %d: %q, %q", status, said, complaint)
	}
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Counts of prod", "주문", "Runs at 15:30 every day (UTC).", "late</b>: <bdi>45m after its slot", "<bdi>KR</bdi>", "10 missing"} {
		if !strings.Contains(string(page), want) {
			t.Errorf("the page has no %q", want)
		}
	}
	status, said, _ = c.tally("report", "--days", "60", "--out", filepath.Join(folder, "other.html"), "--json")
	if status != exitOK || !strings.Contains(said, `"jobs": 3`) {
		t.Errorf("status %d: %s", status, said)
	}
	if left, err := filepath.Glob(filepath.Join(folder, ".*")); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v (%v)", left, err)
	}
}

func TestReportOfWrongInput(t *testing.T) {
	c := newCloud(t, cloudJobs)
	folder := t.TempDir()
	for args, want := range map[string]string{
		"report":                              "where to? write for example: --out report.html",
		"report --out .":                      "--out . is a folder or a device; write the name of a file, such as report.html",
		"report --out a/report.html":          "--out a/report.html cannot be written; write a file in a folder that is there: stat a: no such file or directory",
		"report --out /dev/null":              "--out /dev/null is a folder or a device; write the name of a file, such as report.html",
		"report --out FOLDER/a.html --out=":   "--out is empty; write its value or leave it out",
		"report --out FOLDER/a.html --days 0": "--days is 0; write a number from 1 to 3660",
	} {
		if status, _, complaint := c.tally(strings.Fields(strings.ReplaceAll(args, "FOLDER", folder))...); status != exitInvalid || complaint != want+"\n" {
			t.Errorf("%s: status %d\ngot  %swant %s", args, status, complaint, want)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) > 0 {
		t.Errorf("files are left: %v (%v)", left, err)
	}
}
