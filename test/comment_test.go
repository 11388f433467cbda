package test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestComment runs .github/comment.mjs against a stand-in for GitHub's API.
func TestComment(t *testing.T) {
	bot := map[string]string{"login": "github-actions[bot]"}
	comments := []map[string]any{
		{"id": 1, "user": map[string]string{"login": "mallory"}, "body": "<!-- what changes in dev --> not the bot's"},
		{"id": 2, "user": bot, "body": "<!-- what changes in dev -->\n\nold"},
		{"id": 3, "user": bot, "body": "<!-- what changes in staging -->\n\nold"},
		{"id": 4, "user": bot, "body": "another tool's"},
		{"id": 5, "user": bot, "body": "<!-- what changes in dev -->\n\na second one"},
	}
	for len(comments) < 101 { // so that there is a second page
		comments = slices.Insert(comments, 0, map[string]any{"id": 100 + len(comments), "user": bot, "body": ""})
	}
	github := &fakeGitHub{comments: comments}
	folder := t.TempDir()
	reports := map[string]string{
		"dev.txt":      "Changes since x\n\n== Stateful resources that would go\ndev/Data: Results is deleted\n",
		"prod.txt":     "Changes since x\n```\n</details>\r# @everybody [click](https://example.com)\n\x1b[31mred " + strings.Repeat("long ", 20_000),
		"status":       "status=3",
		"Not a name.a": "",
	}
	for name, report := range reports {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(report), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("/etc/hostname", filepath.Join(folder, "link.txt")); err != nil {
		t.Fatal(err)
	}
	backtests := t.TempDir()
	backtest := "prod: 798 records\n</details>\r\n" + strings.Repeat("many days ", 20_000)
	for name, text := range map[string]string{"prod.txt": backtest, "other.txt": "of no report", "dev.md": "of no name"} {
		if err := os.WriteFile(filepath.Join(backtests, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	github.run(t, "abc", folder, backtests)
	want := []string{"PATCH issues/comments/2", "DELETE issues/comments/3", "DELETE issues/comments/5", "POST issues/7/comments"}
	if difference := cmp.Diff(want, github.calls); difference != "" {
		t.Errorf("the calls (- want, + got):\n%s", difference)
	}
	if body := github.bodies[0]; !strings.HasPrefix(body, "<!-- what changes in dev -->\n\n**What dev keeps is at stake**") || !strings.Contains(body, "<details open>") || strings.Contains(body, "its checks") {
		t.Errorf("the comment on dev is %s", body)
	}
	prod := github.bodies[1]
	if !strings.HasPrefix(prod, "<!-- what changes in prod -->\n\n**What changes in prod**") || len(prod) > 65_536 {
		t.Errorf("the comment on prod, %d bytes, is %.300s", len(prod), prod)
	}
	if !strings.Contains(prod, "<details><summary>What its checks would have said</summary>\n\n    prod: 798 records\n") || !strings.HasSuffix(prod, "\n    … the rest is with the run\n\n</details>") {
		t.Errorf("the comment on prod ends %.300s", prod[max(0, len(prod)-300):])
	}
	for block := range strings.SplitSeq(prod, "</summary>\n\n") {
		block, _, _ = strings.Cut(block, "\n\n</details>")
		if strings.HasPrefix(block, "<!--") {
			continue
		}
		for _, line := range strings.FieldsFunc(block, func(r rune) bool { return r == '\n' || r == '\r' }) {
			if !strings.HasPrefix(line, "    ") || strings.Contains(line, "\x1b") {
				t.Errorf("a line of the reports is more than text: %.100q", line)
			}
		}
	}
}

// TestCommentIsLate has a report on a commit that was pushed over.
func TestCommentIsLate(t *testing.T) {
	github := &fakeGitHub{}
	github.run(t, "older", t.TempDir())
	if len(github.calls) > 0 {
		t.Errorf("it did %s", github.calls)
	}
}

// fakeGitHub is one pull request, number 7, at commit abc of a fork.
type fakeGitHub struct {
	comments []map[string]any
	calls    []string // what changed something
	bodies   []string
}

func (g *fakeGitHub) run(t *testing.T, commit string, folders ...string) {
	t.Helper()
	server := httptest.NewServer(g)
	defer server.Close()
	file := filepath.Join(root, ".github", "comment.mjs")
	if _, err := os.Stat(file); err != nil { // go test then knows what its result depends on
		t.Fatal(err)
	}
	script := exec.Command(filepath.Join(root, "node_modules", ".bin", "node"), append([]string{file}, folders...)...)
	script.Env = append(os.Environ(), "GITHUB_API_URL="+server.URL, "GITHUB_SERVER_URL=https://github.com", "GITHUB_REPOSITORY=acme/tally",
		"GH_TOKEN=token", "RUN=5", "HEAD_OWNER=fork", "HEAD_BRANCH=a&b=c", "HEAD_SHA="+commit)
	if said, err := script.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
}

func (g *fakeGitHub) ServeHTTP(answer http.ResponseWriter, request *http.Request) {
	path, ours := strings.CutPrefix(request.URL.Path, "/repos/acme/tally/")
	if !ours || request.Header.Get("Authorization") != "Bearer token" {
		http.Error(answer, "not found", http.StatusNotFound)
		return
	}
	query := request.URL.Query()
	switch {
	case request.Method == http.MethodGet && path == "pulls" && query.Get("head") == "fork:a&b=c" && query.Get("state") == "open":
		fmt.Fprint(answer, `[{"number": 7, "head": {"sha": "abc"}}, {"number": 8, "head": {"sha": "other"}}]`)
	case request.Method == http.MethodGet && path == "issues/7/comments":
		page := slices.Collect(slices.Chunk(g.comments, 100))[query.Get("page")[0]-'1']
		_ = json.NewEncoder(answer).Encode(page)
	case request.Method == http.MethodDelete:
		g.calls = append(g.calls, "DELETE "+path)
		answer.WriteHeader(http.StatusNoContent)
	default:
		var sent struct{ Body string }
		data, _ := io.ReadAll(request.Body)
		_ = json.Unmarshal(data, &sent)
		g.calls = append(g.calls, request.Method+" "+path)
		g.bodies = append(g.bodies, sent.Body)
		fmt.Fprint(answer, "{}")
	}
}
