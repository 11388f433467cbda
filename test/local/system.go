package local

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tally/infra/bundle"
	"tally/lambda/contract"
)

// System is a synthesized environment that runs on this machine: each function's real binary
// with the template's own variables, layers, timeout and events, a real database, a server of
// the S3 protocol whose events invoke the functions that the template's rules say, and the
// Invoke API with which the monitor reaches the counters. It has no IAM but for that, no VPC
// and no clock: callers call Fire, Sweep and Summarize.
type System struct {
	Database *Database
	Lake     *Database // a PostgreSQL with the tables that Athena reads
	S3       *S3
	Events   *EventBridge // of the results bucket
	Lambda   *Lambda
	AWS      *AWS               // for the command line, and the monitor's topic
	Bucket   string             // the results bucket, on S3
	Triggers map[string]Trigger // by job
	Catalog  Catalog            // what the template tells Athena about the results

	sweep     Trigger
	summary   Trigger              // the zero value if the template has none
	functions map[string]*Function // by logical id
	actions   map[string][]string  // that the roles of functions allow, by logical id
	folder    string
	built     *Built
	ownsBuilt bool // Close removes it
}

// Options say what to start.
type Options struct {
	Root        string    // of the project
	Environment string    // local or mysql: a file in test/local
	Jobs        string    // the file with the jobs, if it is not test/local/jobs.yaml
	Built       *Built    // with the environment, if it is built already; Close leaves it
	Database    *Database // of the environment's engine; Close leaves it running. Athena's tables are added if it is a PostgreSQL
	Log         io.Writer // the function's log, a line at a time; nil discards it
	// Timeout is that of the counters, if it is not the template's.
	Timeout time.Duration
	// Processes is how many processes a counter may have, if not as many as its concurrency.
	Processes int
	// S3 returns the endpoint that the functions get instead of the server's, such as that of a
	// proxy before it; nil leaves it.
	S3 func(endpoint string) (string, error)
}

// Start builds the environment, if that is not done, and starts everything around the database.
// Close the system.
func Start(ctx context.Context, options Options) (_ *System, err error) {
	folder, err := os.MkdirTemp("", "tally-local-")
	if err != nil {
		return nil, fmt.Errorf("start the system: %w", err)
	}
	system := &System{Database: options.Database, Bucket: bucketName, folder: folder, built: options.Built}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("start the system: %w", err), system.Close())
		}
	}()
	if system.built == nil {
		if system.built, err = build(ctx, options.Root, options.Environment, cmp.Or(options.Jobs, jobsFile)); err != nil {
			return nil, err
		}
		system.ownsBuilt = true
	}
	assembly, err := openAssembly(system.built.assembly(), options.Environment)
	if err != nil {
		return nil, err
	}
	fired, err := triggers(assembly.counter)
	if err != nil {
		return nil, err
	}
	system.Triggers, system.sweep, system.summary = fired.jobs, fired.sweep, fired.summary
	if system.Catalog, err = assembly.catalog(); err != nil {
		return nil, err
	}
	if system.S3, err = StartS3(ctx, bucketName, UploadsBucket, LogsBucket); err != nil {
		return nil, err
	}
	if err := system.S3.LoadObjects(); err != nil {
		return nil, err
	}
	if system.AWS, err = StartAWS(ctx, options.Environment); err != nil {
		return nil, err
	}
	if err := system.startLake(ctx, options); err != nil {
		return nil, err
	}
	log := io.Writer(&system.AWS.CloudWatch)
	if options.Log != nil {
		log = io.MultiWriter(log, options.Log)
	}
	options.Log = log
	return system, system.deploy(ctx, assembly, options)
}

// startLake fills the lake. It is the environment's database, if that can be one.
func (s *System) startLake(ctx context.Context, options Options) (err error) {
	s.Lake = options.Database
	if options.Database.Engine != "postgres" {
		if s.Lake, err = StartPostgres(ctx, options.Root); err != nil {
			return err
		}
	}
	return s.Lake.LoadLake(ctx)
}

// commands are the programs of the functions.
var commands = map[bool]bundle.Command{false: bundle.Counter, true: bundle.Monitor}

// deploy deploys the functions of the template.
func (s *System) deploy(ctx context.Context, assembly *Assembly, options Options) error {
	deployed, err := assembly.deploy()
	if err != nil {
		return err
	}
	if err := s.deployAthena(ctx, assembly, deployed); err != nil {
		return err
	}
	mayInvoke, err := assembly.mayInvoke()
	if err != nil {
		return err
	}
	if s.Lambda, err = startLambda(ctx); err != nil {
		return err
	}
	s.Lambda.failedRuns, s.AWS.Invoke = &s.AWS.FailedRuns, s.Lambda.invokeAsOperator
	s.functions, s.actions = map[string]*Function{}, map[string][]string{}
	for id, function := range deployed {
		s.actions[id] = function.actions
		if s.functions[id], err = s.function(function, options); err != nil {
			return fmt.Errorf("function %s: %w", function.name, err)
		}
		s.Lambda.add(function.name, s.functions[id], function.limits, mayInvoke[id])
	}
	rules, err := assembly.eventRules()
	s.connect(rules)
	return err
}

// connect has the events of the results bucket invoke functions.
func (s *System) connect(rules []eventRule) {
	s.Events = &EventBridge{s3: s.S3, bucket: s.Bucket, rules: rules, send: func(function string, payload []byte) {
		s.Lambda.send(s.functions[function].config.Name, payload)
	}}
	s.S3.onCreate(s.Events.created)
}

// RecordKeys lists the keys of the records, in order.
func (s *System) RecordKeys() ([]string, error) {
	keys, err := s.S3.Keys(s.Bucket)
	return slices.DeleteFunc(keys, func(key string) bool { return !strings.HasPrefix(key, contract.RecordPrefix) }), err
}

// Settle waits until all events under way have ended, and those that they cause.
func (s *System) Settle() { s.Lambda.Settle() }

// function starts one function of the template.
func (s *System) function(deployed deployment, options Options) (*Function, error) {
	layerRoot := filepath.Join(s.folder, "opt", deployed.id)
	if err := deployed.unpackLayers(layerRoot); err != nil {
		return nil, err
	}
	monitor, processes := deployed.id == s.sweep.target, 0
	if monitor {
		s.AWS.Variables = maps.Clone(deployed.variables)
		config, err := contract.ParseMonitorConfig(deployed.variables[contract.ConfigVariable])
		if err != nil {
			return nil, err
		}
		if config.ChecksTopic != "" {
			s.AWS.SNS.AddTopic(config.ChecksTopic)
		}
	}
	s3 := s.S3.Endpoint
	if options.S3 != nil {
		var err error
		if s3, err = options.S3(s3); err != nil {
			return nil, err
		}
	}
	// The only differences from AWS: where layers are, and how to reach the database, S3,
	// Athena, Glue, Lambda and SNS.
	local := map[string]string{
		contract.LayerRootVariable: layerRoot,
		"AWS_ENDPOINT_URL_S3":      s3,
		"AWS_ACCESS_KEY_ID":        "local",
		"AWS_SECRET_ACCESS_KEY":    "local",
	}
	if monitor {
		local["AWS_ENDPOINT_URL_LAMBDA"] = s.Lambda.Endpoint
		local["AWS_ENDPOINT_URL_SNS"] = s.AWS.Endpoint
	} else {
		local[contract.DatabaseVariable("app")] = options.Database.ReaderURL
		if len(athenaOf(deployed)) > 0 {
			local["AWS_ENDPOINT_URL_ATHENA"], local["AWS_ENDPOINT_URL_GLUE"] = s.AWS.Endpoint, s.AWS.Endpoint
		}
		deployed.timeout = cmp.Or(options.Timeout, deployed.timeout)
		processes = options.Processes
	}
	maps.Copy(deployed.variables, local)
	return NewFunction(FunctionConfig{
		Bootstrap: s.built.Bootstrap(commands[monitor]),
		Env:       deployed.variables,
		Name:      deployed.name,
		Region:    region,
		MemoryMB:  deployed.memoryMB,
		Timeout:   deployed.timeout,
		Processes: cmp.Or(processes, deployed.limits.concurrency, mostProcesses),
		Log:       options.Log,
	}), nil
}

// mostProcesses is how many processes a function has at a time without a reserved concurrency.
const mostProcesses = 4

// Invoke invokes the counter of a job. The error may be a *FunctionError.
func (s *System) Invoke(ctx context.Context, job string, payload []byte) ([]byte, error) {
	trigger, found := s.Triggers[job]
	if !found {
		return nil, fmt.Errorf("the template has no rule or schedule for %s", job)
	}
	return s.functions[trigger.target].Invoke(ctx, payload)
}

// Allowed are the actions that the role of a job's counter allows, whatever the resource.
func (s *System) Allowed(job string) []string { return s.actions[s.Triggers[job].target] }

// SetTimeout has the invocations of a job's counter that begin from now on end earlier; at the
// template's timeout with 0.
func (s *System) SetTimeout(job string, timeout time.Duration) {
	s.functions[s.Triggers[job].target].config.shorter.Store(int64(timeout))
}

// Crash kills the processes of a job's counter that handle an event, in whatever they do. The next
// invocation takes another one.
func (s *System) Crash(job string) { s.functions[s.Triggers[job].target].crash() }

// CrashMonitor kills the process of the monitor.
func (s *System) CrashMonitor() { s.functions[s.sweep.target].crash() }

// Fire invokes a job's counter with the event that the job's rule or schedule sends for a
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

// Deliver does with an event of a job's rule or schedule what Lambda does with an event that
// nobody waits for: after the last try that fails it is in the queue FailedRuns.
func (s *System) Deliver(job string, at time.Time) error {
	trigger, found := s.Triggers[job]
	if !found {
		return fmt.Errorf("deliver %s: the template has no rule or schedule for it", job)
	}
	event, err := trigger.Event(at)
	if err == nil {
		function := s.functions[trigger.target].config.Name
		s.Lambda.deliver(function, []byte(event), s.Lambda.queue(function))
	}
	return err
}

// Sweep invokes the monitor with the event of the sweep's rule.
func (s *System) Sweep(ctx context.Context) (contract.SweepAnswer, error) {
	var answer contract.SweepAnswer
	if err := s.fire(ctx, s.sweep, time.Now(), &answer); err != nil {
		return contract.SweepAnswer{}, fmt.Errorf("sweep: %w", err)
	}
	return answer, nil
}

// Summarize invokes the monitor with the event that the summary's rule or schedule sends for a
// time.
func (s *System) Summarize(ctx context.Context, at time.Time) (contract.CheckAnswer, error) {
	if s.summary.input == nil {
		return contract.CheckAnswer{}, errors.New("summarize: the template has no rule or schedule for it")
	}
	var answer contract.CheckAnswer
	if err := s.fire(ctx, s.summary, at, &answer); err != nil {
		return contract.CheckAnswer{}, fmt.Errorf("summarize: %w", err)
	}
	return answer, nil
}

// fire invokes a trigger's function with its event and reads the answer.
func (s *System) fire(ctx context.Context, trigger Trigger, at time.Time, answer any) error {
	event, err := trigger.Event(at)
	if err != nil {
		return err
	}
	output, err := s.functions[trigger.target].Invoke(ctx, []byte(event))
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
	for _, function := range s.functions {
		function.Close()
	}
	if s.Lambda != nil {
		problems = append(problems, s.Lambda.server.Close())
	}
	if s.S3 != nil {
		problems = append(problems, s.S3.Close())
	}
	if s.AWS != nil {
		problems = append(problems, s.AWS.Close())
	}
	if s.Lake != nil && s.Lake != s.Database {
		problems = append(problems, s.Lake.Stop())
	}
	if s.ownsBuilt {
		problems = append(problems, s.built.Remove())
	}
	problems = append(problems, os.RemoveAll(s.folder))
	return errors.Join(problems...)
}
