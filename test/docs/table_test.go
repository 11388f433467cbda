package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tally/infra/settings"
	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
	"tally/test/faults"
)

// TestTables compares what tables list with what the code has.
func TestTables(t *testing.T) {
	pages := readPages(t)
	tests := []struct {
		page, title string
		want        []string
	}{
		{"docs/jobs.md", "key", keysOf(reflect.TypeFor[job.File](), "", false)},
		{"docs/jobs.md", "key of `window`", keysOf(reflect.TypeFor[job.Window](), "", false)},
		{"docs/jobs.md", "key of `source`", []string{"database", "table"}},
		{"docs/athena.md", "key of `source`", keysOfAthena},
		{"docs/s3.md", "key of `source`", keysOfBuckets()},
		{"docs/environments.md", "key", keysOf(reflect.TypeFor[settings.Environment](), "", true)},
		{"docs/operating.md", "field", fieldsOfRecords()},
		{"docs/operating.md", "`tally-prod-…`", alarms(t)},
		{"docs/operating.md", "metric", metrics(t)},
		{"docs/reliability.md", "campaign", faults.Names},
		{"docs/queries.md", "saved query", filesIn(t, "infra/queries", ".sql", "")},
		{"docs/pull-requests.md", "workflow", filesIn(t, ".github/workflows", ".yml", ".yml")},
	}
	for _, test := range tests {
		t.Run(test.page+" "+test.title, func(t *testing.T) {
			if differs := cmp.Diff(sorted(test.want), sorted(pages[test.page].table(t, test.title).column())); differs != "" {
				t.Errorf("the code (-) and the table (+) differ:\n%s", differs)
			}
		})
	}
	t.Run("keys of a job", func(t *testing.T) {
		listed := pages["docs/jobs.md"].tables[1].column()
		if differs := cmp.Diff(keysOf(reflect.TypeFor[job.Job](), "", false), listed, cmp.Transformer("sorted", sorted)); differs != "" {
			t.Errorf("the code (-) and the table (+) differ:\n%s", differs)
		}
	})
	t.Run("every decision has a row", func(t *testing.T) {
		linked := map[string]bool{"README.md": true}
		for _, link := range pages["docs/decisions/README.md"].links {
			linked[link.target] = true
		}
		for _, name := range filesIn(t, "docs/decisions", ".md", ".md") {
			if !linked[name] {
				t.Errorf("docs/decisions/README.md has no link to %s", name)
			}
		}
	})
}

func sorted(texts []string) []string { return slices.Sorted(slices.Values(texts)) }

// keysOfAthena are the keys of a source that are about Athena.
var keysOfAthena = []string{"athena", "table", "partitions", "partition_timezone"}

// keysOfBuckets are the keys of a source that are about buckets.
func keysOfBuckets() []string {
	keys := keysOf(reflect.TypeFor[job.Source](), "", true)
	return slices.DeleteFunc(keys, func(key string) bool {
		return slices.Contains(append([]string{"database", "csv"}, keysOfAthena...), key)
	})
}

func fieldsOfRecords() (fields []string) {
	record := reflect.TypeFor[contract.Record]()
	for i := range record.NumField() {
		name, _, _ := strings.Cut(record.Field(i).Tag.Get("json"), ",")
		fields = append(fields, name)
	}
	return fields
}

// alarms are those of the golden template.
func alarms(t *testing.T) (names []string) {
	t.Helper()
	var template struct {
		Resources map[string]struct {
			Type       string
			Properties struct{ AlarmName string }
		}
	}
	data, err := os.ReadFile(filepath.Join(root, "test/snapshots/existing-Counter.json"))
	if err == nil {
		err = json.Unmarshal(data, &template)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, resource := range template.Resources {
		if resource.Type == "AWS::CloudWatch::Alarm" {
			names = append(names, strings.TrimPrefix(resource.Properties.AlarmName, "tally-existing-"))
		}
	}
	return names
}

// metrics are the constants of package contract that name one.
func metrics(t *testing.T) (names []string) {
	t.Helper()
	for name, value := range constants(t, "lambda/contract") {
		if text, isText := value.(string); isText && strings.HasPrefix(name, "Metric") && name != "MetricNamespace" {
			names = append(names, text)
		}
	}
	return names
}

func filesIn(t *testing.T, folder, ending, kept string) (names []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(root, folder, "*"+ending))
	if err != nil || len(files) == 0 {
		t.Fatalf("%s has no files (%v)", folder, err)
	}
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ending)+kept)
	}
	return names
}

// TestDefaults compares the defaults in tables of keys with the rules that schemas and
// checks have. A default that is no code, such as "the file's", is not compared.
func TestDefaults(t *testing.T) {
	pages := readPages(t)
	tests := []struct {
		table  table
		prefix string
		rules  strictyaml.Rules
	}{
		{pages["docs/jobs.md"].tables[1], "jobs.*.", job.Rules()},
		{pages["docs/s3.md"].table(t, "key of `source`"), "jobs.*.source.", job.Rules()},
		{pages["docs/environments.md"].table(t, "key"), "", settings.Rules()},
	}
	for _, test := range tests {
		listed := map[string]string{}
		for _, row := range test.table.rows {
			for _, key := range codesOf(row[0]) {
				listed[test.prefix+strings.ReplaceAll(key, "<key>", "*")] = strings.Trim(row[1], "`")
				if !strings.HasPrefix(row[1], "`") {
					listed[test.prefix+strings.ReplaceAll(key, "<key>", "*")] = ""
				}
			}
		}
		defaults := defaultsOf(test.rules)
		for key, says := range listed {
			if rules, has := defaults[key]; says != rules && (says != "" || has && rules != "false") {
				t.Errorf("the default of %s is %q, and the table says %q", key, rules, says)
			}
		}
	}
}

// defaultsOf are the defaults of keys. Those of a form count only where no other form
// of the mapping has others: username's is that of created databases.
func defaultsOf(rules strictyaml.Rules) map[string]string {
	defaults := map[string]string{}
	for key, rule := range rules {
		if rule.Default != nil {
			defaults[key] = fmt.Sprint(rule.Default)
		}
		for _, form := range rule.Forms {
			for _, name := range slices.Sorted(maps.Keys(form.Rules)) {
				if value := form.Rules[name].Default; value != nil && name != "username" {
					defaults[key+"."+name] = fmt.Sprint(value)
				}
			}
		}
	}
	return defaults
}
