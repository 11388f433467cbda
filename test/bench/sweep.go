package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"tally/infra/bundle"
	"tally/lambda/contract"
	"tally/test/local"
)

const (
	sweptJobs = 100
	// away is how long a request to the server and its answer are on their way.
	away = 30 * time.Millisecond
)

// sweep measures a sweep over 14 days of 100 jobs that run every hour: the monitor's real
// binary, beside an S3 server that is 30 ms away. Nothing lacks a record.
func sweep(ctx context.Context, root string) ([]figure, error) {
	folder, err := os.MkdirTemp("", "tally-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if err := bundle.Build(ctx, root, folder, bundle.Monitor, bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}); err != nil {
		return nil, err
	}
	s3, err := local.StartS3(ctx, "bench")
	if err != nil {
		return nil, err
	}
	defer s3.Close()
	now := time.Now().UTC().Truncate(time.Hour)
	begun := now.AddDate(0, 0, -14)
	jobs, err := putSweptRecords(s3, begun, now)
	if err != nil {
		return nil, err
	}
	layer := filepath.Join(folder, "opt", "tally")
	if err := os.MkdirAll(layer, 0o755); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(layer, "jobs.yaml"), []byte(jobs), 0o644); err != nil {
		return nil, err
	}
	far, err := farAway(s3, nil)
	if err != nil {
		return nil, err
	}
	defer far.Close()

	var times []float64
	peak := int64(0)
	for range 3 {
		monitor := local.NewFunction(local.FunctionConfig{
			Bootstrap: filepath.Join(folder, bundle.Name), Name: "bench", MemoryMB: 256, Timeout: time.Minute,
			Env: map[string]string{
				contract.ConfigVariable:    `{"environment":"bench","stack":"bench","bucket":"bench","timeout_seconds":300,"parallel":1,"counters":[]}`,
				contract.LayerRootVariable: filepath.Dir(layer), "AWS_ENDPOINT_URL_S3": far.URL, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
			},
		})
		began := time.Now()
		payload, err := monitor.Invoke(ctx, []byte(contract.SweepEvent))
		times = append(times, time.Since(began).Seconds())
		if err != nil {
			return nil, err
		}
		var answer contract.SweepAnswer
		if err := json.Unmarshal(payload, &answer); err != nil {
			return nil, err
		}
		if answer.Recovered.Total+answer.Missed.Total+answer.Failed.Total+answer.Pending.Total > 0 {
			return nil, fmt.Errorf("the sweep found %+v where nothing lacks a record", answer)
		}
		used, err := monitor.PeakMemory()
		if err != nil {
			return nil, err
		}
		peak = max(peak, used)
		monitor.Close()
	}
	detail := fmt.Sprintf("%d records, each request %s away", sweptJobs*14*24, away)
	return []figure{
		{name: "sweep over 14 days of 100 hourly jobs", value: median(times), limit: 3, unit: "s", detail: detail},
		{name: "its memory", value: float64(peak) / megabyte, limit: 64, unit: "MB", detail: detail},
	}, nil
}

// farAway is a server whose requests are on their way for a while, and are told to seen.
func farAway(s3 *local.S3, seen func()) (*httptest.Server, error) {
	endpoint, err := url.Parse(s3.Endpoint)
	if err != nil {
		return nil, err
	}
	proxy := httputil.NewSingleHostReverseProxy(endpoint)
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if seen != nil {
			seen()
		}
		time.Sleep(away)
		proxy.ServeHTTP(w, r)
	})), nil
}

// putSweptRecords stores a record for each slot, and the schedule history. It returns the jobs
// file.
func putSweptRecords(s3 *local.S3, begun, now time.Time) (string, error) {
	var file strings.Builder
	file.WriteString("timezone: UTC\njobs:\n")
	var scheduled []map[string]string
	for i := range sweptJobs {
		name := fmt.Sprintf("job-%02d", i)
		fmt.Fprintf(&file, "  - {name: %s, schedule: cron(0 * * * ? *), source: {database: app, table: t}, window: {span: previous-hour, column: at}, cases: {a: a = 1}}\n", name)
		scheduled = append(scheduled, map[string]string{"name": name, "schedule": "cron(0 * * * ? *)"})
		for slot := begun; !slot.After(now); slot = slot.Add(time.Hour) {
			if err := s3.Put("bench", contract.RecordKey(name, slot, 1), []byte("{}")); err != nil {
				return "", err
			}
		}
	}
	return file.String(), putSchedules(s3, begun, scheduled)
}

// putSchedules begins the schedule history.
func putSchedules(s3 *local.S3, begun time.Time, jobs []map[string]string) error {
	content, err := json.Marshal(map[string]any{"time": begun, "jobs": jobs})
	if err != nil {
		return err
	}
	return s3.Put("bench", contract.SchedulesPrefix("bench")+"000001.json", content)
}
