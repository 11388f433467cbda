package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

// System is a synthesized environment that runs on this machine: the function's real
// binary with the template's own variables, layers, timeout and events, a real database
// and a server of the S3 protocol. It has no IAM, no VPC and no clock: callers call Fire
// and Sweep.
type System struct {
	Database *Database
	S3       *S3
	Function *Function
	Bucket   string             // the results bucket, on S3
	Triggers map[string]Trigger // by job
	Catalog  Catalog            // what the template tells Athena about the results

	sweep  Trigger
	folder string
}

// Options say what to start.
type Options struct {
	Root        string    // of the project
	Environment string    // local or mysql: a file in test/local
	Database    *Database // of the environment's engine; Close leaves it running
	Log         io.Writer // the function's log, a line at a time; nil discards it
}

// Start synthesizes an environment and starts everything around the database.
// Close the system.
func Start(ctx context.Context, options Options) (_ *System, err error) {
	folder, err := os.MkdirTemp("", "tally-local-")
	if err != nil {
		return nil, fmt.Errorf("start the system: %w", err)
	}
	system := &System{Database: options.Database, Bucket: bucketName, folder: folder}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start the system: %w", err), system.Close())
		}
	}()
	assembly, err := Synthesize(ctx, options.Root, filepath.Join(folder, "cdk.out"), options.Environment)
	if err != nil {
		return nil, err
	}
	if system.Triggers, system.sweep, err = triggers(assembly.counter); err != nil {
		return nil, err
	}
	if system.Catalog, err = assembly.catalog(); err != nil {
		return nil, err
	}
	if system.S3, err = StartS3(ctx, bucketName, UploadsBucket, LogsBucket); err != nil {
		return nil, err
	}
	if err := system.S3.LoadObjects(); err != nil {
		return nil, err
	}
	if err := bundle.Build(ctx, options.Root, folder, bundle.Counter, bundle.Target{OS: runtime.GOOS, Arch: runtime.GOARCH}); err != nil {
		return nil, err
	}
	system.Function, err = system.function(assembly, options)
	return system, err
}

// function deploys the function of the template.
func (s *System) function(assembly *Assembly, options Options) (*Function, error) {
	deployed, err := assembly.deploy()
	if err != nil {
		return nil, err
	}
	layerRoot := filepath.Join(s.folder, "opt")
	if err := deployed.unpackLayers(layerRoot); err != nil {
		return nil, err
	}
	// The only differences from AWS: where layers are, and how to reach the
	// database and S3.
	local := map[string]string{
		contract.LayerRootVariable:       layerRoot,
		contract.DatabaseVariable("app"): options.Database.ReaderURL,
		"AWS_ENDPOINT_URL_S3":            s.S3.Endpoint,
		"AWS_ACCESS_KEY_ID":              "local",
		"AWS_SECRET_ACCESS_KEY":          "local",
	}
	for name, value := range local {
		deployed.variables[name] = value
	}
	return NewFunction(FunctionConfig{
		Bootstrap: filepath.Join(s.folder, bundle.Name),
		Env:       deployed.variables,
		Name:      "tally-" + options.Environment,
		MemoryMB:  deployed.memoryMB,
		Timeout:   deployed.timeout,
		Log:       options.Log,
	}), nil
}

// Fire invokes the function with the event that the job's rule or schedule sends for a
// time. It returns the answer, or the function's error.
func (s *System) Fire(ctx context.Context, job string, at time.Time) (contract.Answer, error) {
	trigger, found := s.Triggers[job]
	if !found {
		return contract.Answer{}, fmt.Errorf("fire %s: the template has no rule or schedule for it", job)
	}
	var answer contract.Answer
	if err := s.fire(ctx, trigger, at, &answer); err != nil {
		return contract.Answer{}, fmt.Errorf("fire %s: %w", job, err)
	}
	return answer, nil
}

// Sweep invokes the function with the event of the sweep's rule.
func (s *System) Sweep(ctx context.Context) (contract.SweepAnswer, error) {
	var answer contract.SweepAnswer
	if err := s.fire(ctx, s.sweep, time.Now(), &answer); err != nil {
		return contract.SweepAnswer{}, fmt.Errorf("sweep: %w", err)
	}
	return answer, nil
}

// fire invokes the function with a trigger's event and reads the answer.
func (s *System) fire(ctx context.Context, trigger Trigger, at time.Time, answer any) error {
	event, err := trigger.Event(at)
	if err != nil {
		return err
	}
	output, err := s.Function.Invoke(ctx, []byte(event))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(output, answer); err != nil {
		return fmt.Errorf("the answer is not JSON: %w", err)
	}
	return nil
}

// Close stops what Start started and deletes its files.
func (s *System) Close() error {
	var problems []error
	if s.Function != nil {
		s.Function.Close()
	}
	if s.S3 != nil {
		problems = append(problems, s.S3.Close())
	}
	problems = append(problems, os.RemoveAll(s.folder))
	return errors.Join(problems...)
}
