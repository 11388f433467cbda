// Command benchmark counts the one job of a jobs file in a folder, as if it were a
// bucket, or on an S3 server, or reads what was counted of its jobs, and says what that took.
// The benchmarks in test/bench run it: a process of its own has CPU seconds and memory of its own.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"tally/lambda/contract"
	"tally/lambda/internal/count"
	"tally/lambda/internal/history"
	"tally/lambda/internal/s3source"
	"tally/lambda/internal/store"
	"tally/lambda/job"
	"tally/lambda/strictyaml"
)

func main() {
	folder := flag.String("folder", "", "count in this folder")
	endpoint := flag.String("endpoint", "", "count in the bucket named bench of this S3 server")
	jobs := flag.String("jobs", "jobs.yaml", "what to count")
	days := flag.Int("days", 0, "read the records of so many days instead of counting")
	oneByOne := flag.Bool("one-by-one", false, "read them with one request after the other")
	flag.Parse()
	if err := run(context.Background(), *folder, *endpoint, *jobs, *days, *oneByOne); err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder, endpoint, path string, days int, oneByOne bool) error {
	jobs, document, _ := job.ReadFile(path, path)
	if err := strictyaml.Join(document); err != nil {
		return err
	}
	server := aws.Config{Region: "us-east-1", BaseEndpoint: &endpoint, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", "")}
	if days > 0 {
		return readHistory(ctx, jobs, server, days, oneByOne)
	}
	var client s3source.Client = files{folder}
	if endpoint != "" {
		client = s3source.NewClient(server)
	}
	source := s3source.New(s3source.Options{Client: client, Buckets: map[string]string{"bench": "bench"}})
	begun, before := time.Now(), cpu()
	result, err := source.Count(ctx, count.Query{Job: jobs.Jobs[0]})
	if err != nil {
		return err
	}
	took, used := time.Since(begun), cpu()-before
	counts := map[string]int64{}
	for _, line := range result.Counts {
		if len(line.Groups) == 0 {
			counts[line.Case] = line.Count
		}
	}
	peak, err := peakMemory()
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{
		"counts": counts, "lines": len(result.Counts), "total": counts[contract.CaseTotal],
		"seconds": took.Seconds(), "megabytes": peak,
		"cpu": used.Seconds(), // without what it takes to start
	})
}

// inTurn sends one request after the other.
type inTurn struct {
	client aws.HTTPClient
	mutex  sync.Mutex
}

func (t *inTurn) Do(request *http.Request) (*http.Response, error) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.client.Do(request)
}

// readHistory reads the records of the last days in the bucket named bench, and says how long
// that took and how many counts there are.
func readHistory(ctx context.Context, jobs job.File, config aws.Config, days int, oneByOne bool) error {
	if oneByOne {
		config.HTTPClient = &inTurn{client: awshttp.NewBuildableClient()}
	}
	now := time.Now()
	reader := history.Reader{Store: store.New(store.NewClient(config), "bench"), Environment: "bench", Now: time.Now}
	series, err := reader.Read(ctx, jobs.Jobs, history.Options{From: now.AddDate(0, 0, -days), To: now})
	if err != nil {
		return err
	}
	took, counted := time.Since(now), int64(0)
	for _, each := range series {
		for _, slot := range each.Slots {
			if slot.State == history.Counted {
				counted++
			}
		}
	}
	return json.NewEncoder(os.Stdout).Encode(map[string]any{"total": counted, "seconds": took.Seconds()})
}

// cpu is the CPU time that the process has used.
func cpu() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // with these arguments it cannot fail
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peakMemory is the most resident memory that the process had, in MB.
func peakMemory() (float64, error) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
			kilobytes, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kilobytes * 1024 / 1e6, err
		}
	}
	return 0, errors.New("the kernel does not say how much memory the process had")
}
