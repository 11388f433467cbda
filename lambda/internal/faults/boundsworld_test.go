package faults_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
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
	"tally/test/faults"
	"tally/test/local"
)

// defaultMemoryMB is the memory of a counter, if the environment does not say.
const defaultMemoryMB = 256

// boundRunner counts bounds, each in a process of its own.
type boundRunner struct {
	program  string // the counter's
	database *local.Database
}

func newBoundRunner(t *testing.T) boundRunner {
	t.Helper()
	folder := t.TempDir()
	if err := bundle.Build(t.Context(), projectRoot, folder, bundle.Counter, bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}); err != nil {
		t.Fatal(err)
	}
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = database.Stop() })
	return boundRunner{program: filepath.Join(folder, bundle.Name), database: database}
}

// boundWorld is where one bound is counted.
type boundWorld struct {
	*testing.T
	server   *local.S3
	database *local.Database
}

// put writes an object that is counted.
func (w boundWorld) put(key string, content []byte) {
	if err := w.server.Put(input, key, content); err != nil {
		w.Fatal(err)
	}
}

// count has the counter's process count a bound. It judges what was stored and said, and measures
// what the process took.
func (m boundRunner) count(t *testing.T, b bound) (took faults.Bound, v faults.Verdict) {
	t.Helper()
	server, err := local.StartS3(t.Context(), results, input)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	record := b.fill(boundWorld{t, server, m.database})
	slot := b.slot
	if slot.IsZero() { // what has no window is counted now
		slot = time.Now().UTC().Truncate(time.Minute)
	}
	function := local.NewFunction(local.FunctionConfig{
		Bootstrap: m.program, Name: "tally", MemoryMB: defaultMemoryMB, Timeout: 15 * time.Minute,
		Env: map[string]string{
			contract.ConfigVariable:          `{"environment":"local","bucket":"results","databases":{},"buckets":{"input":"input"}}`,
			contract.LayerRootVariable:       layerOf(t, b),
			contract.DatabaseVariable("app"): m.database.ReaderURL,
			"AWS_ENDPOINT_URL_S3":            server.Endpoint, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local",
		},
	})
	defer function.Close()
	begun := time.Now()
	_, failed := function.Invoke(t.Context(), fmt.Appendf(nil, `{"job":"bound","scheduledTime":%q}`, slot.Format(time.RFC3339)))
	took = faults.Bound{Name: b.name, Seconds: time.Since(begun).Seconds()}
	peak, err := function.PeakMemory()
	if err != nil { // it has ended: Lambda, or the kernel, would have killed it
		t.Fatal(errors.Join(err, failed))
	}
	took.Peak = float64(peak) / 1e6
	return took, b.judge(server, faults.Key("bound", slot, 1), record, failed)
}

// judge says what is wrong with what a run has stored, and with what it said.
func (b bound) judge(server *local.S3, key string, record faults.Record, failed error) (v faults.Verdict) {
	objects, err := faults.Objects(server, results, contract.RecordPrefix)
	if err != nil {
		v.Wrongf("look at the records: %v", err)
		return v
	}
	wanted := faults.Wanted{key: record}
	if b.fails != "" {
		wanted = nil
	}
	var said *local.FunctionError
	switch {
	case b.fails == "" && failed != nil:
		v.Wrongf("the run failed: %v", failed)
	case b.fails != "" && !errors.As(failed, &said):
		v.Wrongf("the run did not fail: %v", failed)
	case b.fails != "" && (said.Type != contract.ErrorPermanent || !strings.Contains(said.Message, b.fails)):
		v.Wrongf("the run said %v, want %s", failed, b.fails)
	}
	v.Add(wanted.Compare(objects))
	var line contract.Record // the first; all have the same number
	if record := objects[key]; record != nil {
		if err := json.NewDecoder(bytes.NewReader(record)).Decode(&line); err != nil {
			v.Wrongf("read the record: %v", err)
		}
	}
	if line.Skipped != int64(b.skips) {
		v.Wrongf("the record says that %d records were skipped, want %d", line.Skipped, b.skips)
	}
	return v
}

// layerOf writes a bound's job as a function's layer has it, and returns the layers' folder.
func layerOf(t *testing.T, b bound) string {
	t.Helper()
	layers := t.TempDir()
	file := filepath.Join(layers, contract.JobsFile)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("timezone: UTC\njobs:\n  - {name: bound, schedule: cron(%s), %s}\n", cmp.Or(b.cron, "* * * * ? *"), b.job)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	jobs, document, _ := job.ReadFile(file, "jobs.yaml")
	if err := strictyaml.Join(document); err != nil {
		t.Fatal(err)
	}
	if need := jobs.Jobs[0].MemoryMB(); need > defaultMemoryMB {
		t.Errorf("synth demands %d MB for it", need)
	}
	return layers
}
