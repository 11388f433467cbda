package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"tally/infra/settings"
)

var (
	wrongOnPurpose = regexp.MustCompile(`^<!-- wrong: (.*) -->$`)
	isCopyOf       = regexp.MustCompile("^This is \\[`([^`]+)`\\]")
	topKey         = regexp.MustCompile(`(?m)^"?([a-z_]+)"?:`)
)

// yamlProblems loads the YAML of a page as the project does: jobs, an environment, a
// part of one, or a workflow. JSON must be JSON.
func yamlProblems(t *testing.T, p page) (problems []string) {
	for _, block := range p.blocks {
		report := func(format string, args ...any) {
			problems = append(problems, fmt.Sprintf("line %d: ", block.line)+fmt.Sprintf(format, args...))
		}
		if block.language == "json" && !json.Valid([]byte(block.text)) {
			report("is no JSON")
		}
		if block.language != "yaml" {
			continue
		}
		if of := isCopyOf.FindStringSubmatch(block.before); of != nil && !isFile(t, of[1], block.text) {
			report("is not what %s holds", of[1])
		}
		err, wanted := load(t, block.text), wrongOnPurpose.FindStringSubmatch(block.before)
		switch {
		case wanted == nil && err != nil:
			report("%v", err)
		case wanted != nil && err == nil:
			report("is meant to be wrong, and is not")
		case wanted != nil && !strings.Contains(err.Error(), wanted[1]):
			report("is meant to be wrong with %q, and is with %v", wanted[1], err)
		}
	}
	return problems
}

// isFile tells whether a file holds the text, but for the line that names its schema.
func isFile(t *testing.T, path, text string) bool {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	if err != nil {
		t.Fatal(err)
	}
	_, content, _ := strings.Cut(string(data), "\n")
	return content == text
}

// What blocks go with that hold a part only. Each key of an environment stands alone.
const (
	restOfJobs = "timezone: Asia/Seoul\njobs:\n"
	someJobs   = restOfJobs + "  - {name: a, schedule: cron(5 0 * * ? *), source: {database: app, table: a}, cases: {b: c = 1}}\n"
	ordersJobs = restOfJobs + "  - {name: daily-orders, schedule: cron(5 0 * * ? *), source: {database: app, table: a}, cases: {paid: c = 1}, checks: {paid: {min: 1}}}\n" +
		"  - {name: daily-orders-log, schedule: cron(5 0 * * ? *), source: {database: app, table: b}}\n"
	uploadJobs = restOfJobs + "  - {name: a, schedule: cron(5 0 * * ? *), source: {bucket: uploads, prefix: a/}, cases: {b: size > 1}}\n"
)

var restOfEnvironment = map[string]string{
	"athena":    "athena: {lake: {database: analytics, data: [s3://acme-lake/events/]}, photos: {catalog: s3tablescatalog/aws-s3, database: b_acme-photos}}\n",
	"region":    "region: ap-northeast-2\n",
	"network":   "network: create\n",
	"databases": "databases: {app: {create: aurora-postgresql}}\n",
	"buckets":   "buckets: {uploads: acme-dev-uploads, logs: acme-dev-logs}\n",
}

// load reads a block of YAML as what its keys say that it is.
func load(t *testing.T, text string) error {
	keys := []string{}
	for _, found := range topKey.FindAllStringSubmatch(text, -1) {
		keys = append(keys, found[1])
	}
	switch {
	case slices.Contains(keys, "on"):
		return workflowError(text)
	case slices.Contains(keys, "jobs"):
		return loadFiles(t, text, environmentWith("", nil))
	case len(keys) == 0:
		return loadFiles(t, restOfJobs+text, environmentWith("", nil))
	}
	for _, key := range keys {
		if !slices.Contains(environmentKeys(), key) {
			return fmt.Errorf("%q is a key of no file", key)
		}
	}
	jobs := someJobs
	switch {
	case slices.Contains(keys, "checks"):
		jobs = ordersJobs
	case slices.Contains(keys, "buckets"):
		jobs = uploadJobs
	}
	return loadFiles(t, jobs, environmentWith(text, keys))
}

// environmentWith completes an environment of which text has these keys.
func environmentWith(text string, keys []string) string {
	for _, key := range slices.Sorted(maps.Keys(restOfEnvironment)) {
		if !slices.Contains(keys, key) {
			text = restOfEnvironment[key] + text
		}
	}
	return text
}

func environmentKeys() []string { return keysOf(reflect.TypeFor[settings.Environment](), "", false) }

func loadFiles(t *testing.T, jobs, environment string) error {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{"jobs.yaml": jobs, "environments/dev.yaml": environment} {
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	_, err := settings.Load(settings.Source{Root: folder, Jobs: "jobs.yaml", Environments: "environments"})
	return err
}

// pinned is an action at a commit, with its version as a comment.
var pinned = regexp.MustCompile(`uses: \S+/\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// workflowError holds a workflow to what those of the project are held to.
func workflowError(text string) error {
	var workflow struct {
		On          any
		Permissions map[string]string
		Jobs        map[string]struct {
			Permissions map[string]string
			Steps       []struct{ Run, Uses string }
		}
	}
	if err := yaml.Unmarshal([]byte(text), &workflow); err != nil {
		return err
	}
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); strings.Contains(line, "uses:") && !pinned.MatchString(line) {
			return fmt.Errorf("not pinned: %s", strings.TrimSpace(line))
		}
	}
	if workflow.Permissions == nil || len(workflow.Permissions) > 0 {
		return fmt.Errorf("the workflow itself must have permissions: {}")
	}
	for name, job := range workflow.Jobs {
		if job.Permissions == nil || len(job.Steps) == 0 {
			return fmt.Errorf("job %s does not say its permissions or its steps", name)
		}
		for _, step := range job.Steps {
			if strings.Contains(step.Run, "${{") {
				return fmt.Errorf("job %s puts an expression into a script; pass it as a variable", name)
			}
		}
	}
	return nil
}
