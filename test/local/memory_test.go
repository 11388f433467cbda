package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"tally/infra/bundle"
	"tally/lambda/contract"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
	"tally/test/local"
)

// largeJobs are the largest that synth accepts, with a schedule that fires each minute.
func largeJobs() string {
	const groups = "group_by: [g], max_groups: 10000"
	const objects = "{bucket: data, prefix: %s/, format: %s}"
	var all strings.Builder
	all.WriteString("timezone: UTC\njobs:\n")
	for _, large := range []struct{ name, source, keys, form string }{
		{"groups-of-rows", "{database: app, table: scans}", groups, "n = %d"},
		{"groups-of-records", fmt.Sprintf(objects, "groups", "jsonl"), groups, "n == %d"},
		{"distinct-values", fmt.Sprintf(objects, "values", "jsonl"), "distinct: g", "n == %d"},
		{"long-records", fmt.Sprintf(objects, "long", "csv"), "group_by: [n]", "lower(g) contains \"z%d\""},
	} {
		var cases strings.Builder
		for i := range 16 {
			fmt.Fprintf(&cases, "c%d: '"+large.form+"', ", i, i)
		}
		fmt.Fprintf(&all, "  - {name: %s, schedule: cron(* * * * ? *), source: %s, %s, cases: {%s}}\n", large.name, large.source, large.keys, strings.TrimSuffix(cases.String(), ", "))
	}
	return all.String()
}

// fillLarge loads what the jobs count: in a bucket as many objects as are read at a
// time, each of which has all groups, or all values.
func fillLarge(t *testing.T, database *local.Database, server *local.S3) {
	t.Helper()
	admin, err := database.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.ExecContext(t.Context(), `CREATE TABLE scans AS SELECT repeat('x', 800) || i % 10000 AS g, i AS n FROM generate_series(1, 20000) i`); err != nil {
		t.Fatal(err)
	}
	for object := range 8 {
		var groups, values, long bytes.Buffer
		for i := range 10_000 {
			fmt.Fprintf(&groups, "{\"g\":\"%s%d\",\"n\":%d}\n", strings.Repeat("x", 800), i, i%20)
		}
		for i := range 1_000_000 {
			if object < 2 {
				fmt.Fprintf(&values, "{\"g\":\"user-%d\",\"n\":%d}\n", i, i%20)
			}
		}
		long.WriteString("g,n\n")
		for range 3 {
			fmt.Fprintf(&long, "\"%s\",1\n", strings.Repeat("Long\"\"er", 4<<17-1000))
		}
		for key, content := range map[string][]byte{"groups/%d.jsonl": groups.Bytes(), "values/%d.jsonl": values.Bytes(), "long/%d.csv": long.Bytes()} {
			if err := server.Put("data", fmt.Sprintf(key, object), content); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// The memory that synth demands is enough: the real function counts the largest jobs
// in it. A sweep that reads their records needs next to none.
func TestMemoryThatSynthDemandsIsEnough(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux says how much memory a process had")
	}
	built := builtOnce(t)
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	defer database.Stop()
	server, err := local.StartS3(t.Context(), "results", "data")
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	fillLarge(t, database, server)
	layers := filepath.Join(t.TempDir(), "opt")
	file := filepath.Join(layers, contract.JobsFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(largeJobs()), 0o600); err != nil {
		t.Fatal(err)
	}
	jobs, document, _ := job.ReadFile(file, "jobs.yaml")
	if err := strictyaml.Join(document); err != nil {
		t.Fatal(err)
	}
	// invoke runs the function in a new process and returns its peak.
	invoke := func(t *testing.T, command bundle.Command, megabytes int, config, event string, answer any) int64 {
		t.Helper()
		function := local.NewFunction(local.FunctionConfig{
			Bootstrap: built.Bootstrap(command), Name: "tally", MemoryMB: megabytes, Timeout: 5 * time.Minute,
			Env: map[string]string{
				contract.ConfigVariable:          config,
				contract.LayerRootVariable:       layers,
				contract.DatabaseVariable("app"): database.ReaderURL,
				"AWS_ENDPOINT_URL_S3":            server.Endpoint, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
			},
		})
		defer function.Close()
		output, err := function.Invoke(t.Context(), []byte(event))
		if err == nil {
			err = json.Unmarshal(output, answer)
		}
		if err != nil {
			t.Fatal(err)
		}
		peak, err := function.PeakMemory()
		if err != nil {
			t.Fatal(err)
		}
		return peak
	}
	for _, j := range jobs.Jobs {
		t.Run(j.Name, func(t *testing.T) {
			megabytes := max(j.MemoryMB(), 128)
			var answer contract.Answer
			slot := time.Now().UTC().Truncate(time.Minute)
			peak := invoke(t, bundle.Counter, megabytes, `{"environment":"local","bucket":"results","databases":{},"buckets":{"data":"data"}}`, fmt.Sprintf(`{"job":%q,"scheduledTime":%q}`, j.Name, slot.Format(time.RFC3339)), &answer)
			object, err := server.Object("results", answer.Key)
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%d MB of %d, for a record of %d MB", peak>>20, megabytes, len(object)>>20)
			if peak >= int64(megabytes)<<20*95/100 {
				t.Errorf("it took %d MB of %d", peak>>20, megabytes)
			}
			checkLarge(t, j, object, answer)
		})
	}
	t.Run("a sweep", func(t *testing.T) {
		var answer contract.SweepAnswer
		config := `{"environment":"local","stack":"local","bucket":"results","timeout_seconds":300,"parallel":1,"counters":[]}`
		if peak := invoke(t, bundle.Monitor, 128, config, `{"sweep":true}`, &answer); peak >= 40<<20 {
			t.Errorf("it took %d MB", peak>>20)
		}
		if answer.Failed.Total != 0 {
			t.Errorf("failed: %+v", answer.Failed)
		}
	})
}

// checkLarge checks that a run counted what it should.
func checkLarge(t *testing.T, j job.Job, object []byte, answer contract.Answer) {
	t.Helper()
	total := answer.Records[len(answer.Records)-1]
	want := map[string]int64{"groups-of-rows": 20_000, "groups-of-records": 80_000, "distinct-values": 1_000_000, "long-records": 24}[j.Name]
	if total.CaseName != contract.CaseTotal || *total.Count != want {
		t.Errorf("total is %d, want %d", *total.Count, want)
	}
	groups := map[string]int{"groups-of-rows": 10_000, "groups-of-records": 10_000, "long-records": 1}[j.Name]
	if lines := bytes.Count(object, []byte("\n")); lines != 18*(groups+1) {
		t.Errorf("the record has %d lines, want those of %d groups", lines, groups)
	}
}
