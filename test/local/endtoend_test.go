package local_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tally/lambda/contract"
	"tally/test/local"
)

const projectRoot = "../.."

// slotTime is 23:55 in Seoul; scans exist for two days before and one after.
var slotTime = time.Date(2022, 4, 7, 14, 55, 0, 0, time.UTC)

func TestPostgresEndToEnd(t *testing.T) {
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	testEndToEnd(t, "local", database)
}

func TestMariaDBEndToEnd(t *testing.T) {
	testEndToEnd(t, "mysql", local.MariaDBForTest(t))
}

func TestMySQLEndToEnd(t *testing.T) {
	testEndToEnd(t, "mysql", local.MySQLForTest(t))
}

// startSystem starts the environment local on PostgreSQL with the sample. Both end with the test.
func startSystem(t *testing.T) *local.System {
	t.Helper()
	database, err := local.StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := database.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := database.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	system, err := local.Start(t.Context(), local.Options{Root: projectRoot, Environment: "local", Built: builtOnce(t), Database: database})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := system.Close(); err != nil {
			t.Error(err)
		}
	})
	return system
}

// testEndToEnd drives the synthesized stack with the real bootstrap.
func testEndToEnd(t *testing.T, environment string, database *local.Database) {
	if err := database.Load(t.Context()); err != nil {
		t.Fatal(err)
	}
	var log logBuffer
	system, err := local.Start(t.Context(), local.Options{Root: projectRoot, Environment: environment, Built: builtOnce(t), Database: database, Log: &log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := system.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("counts are those of a loop over the rows", func(t *testing.T) { testCounts(t, system) })
	t.Run("groups, objects and records of objects", func(t *testing.T) { testGroupedJobs(t, system) })
	t.Run("a repeat changes nothing", func(t *testing.T) { testRepeat(t, system) })
	if environment == "local" { // the other one switches checks off
		t.Run("records are judged, and people told", func(t *testing.T) { testChecks(t, system) })
	}
	t.Run("bad events store nothing", func(t *testing.T) { testBadEvents(t, system) })
	t.Run("a sweep finds what was not delivered", func(t *testing.T) { testSweep(t, environment, system) })
	t.Run("a dry run says what it would count", func(t *testing.T) { testDryRun(t, system) })
	t.Run("the command line asks the deployed function", func(t *testing.T) { testVerify(t, environment, system) })
	t.Run("the log says job, slot and request, and no secret", func(t *testing.T) { testLog(t, &log, database) })
}

func testCounts(t *testing.T, system *local.System) {
	day := time.Date(2022, 4, 7, 0, 0, 0, 0, local.Seoul)
	tests := []struct {
		job      string
		at       time.Time // as EventBridge sends it: with seconds
		from, to time.Time
		cases    map[string]func(local.Scan) bool
	}{
		{
			job: "daily-scans", at: slotTime.Add(17 * time.Second), from: day, to: slotTime,
			cases: map[string]func(local.Scan) bool{
				"normal": func(s local.Scan) bool { return s.Result == "normal" },
				"caries": func(s local.Scan) bool { return s.Result == "caries" && s.Confidence >= 80 },
				"unread": func(s local.Scan) bool { return s.Result == "" },
			},
		},
		{
			job: "daily-scans-closed", at: slotTime.Add(10 * time.Minute), from: day, to: day.AddDate(0, 0, 1),
			cases: map[string]func(local.Scan) bool{
				"normal": func(s local.Scan) bool { return s.Result == "normal" },
				"unread": func(s local.Scan) bool { return s.Result == "" },
			},
		},
	}
	for _, test := range tests {
		t.Run(test.job, func(t *testing.T) {
			answer, err := system.Fire(t.Context(), test.job, test.at)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Outcome != contract.OutcomeStored {
				t.Fatalf("outcome is %q, want %q", answer.Outcome, contract.OutcomeStored)
			}
			want := countByLoop(test.from, test.to, test.cases)
			got := map[string]int64{}
			for _, record := range answer.Records {
				got[record.CaseName] = *record.Count
				if !record.WindowFrom.Equal(test.from) || !record.WindowTo.Equal(test.to) {
					t.Errorf("%s: window is [%v, %v), want [%v, %v)", record.CaseName, record.WindowFrom, record.WindowTo, test.from, test.to)
				}
			}
			if difference := cmp.Diff(want, got); difference != "" {
				t.Errorf("counts (- loop, + stored):\n%s", difference)
			}
			object, err := system.S3.Object(system.Bucket, answer.Key)
			if err != nil {
				t.Fatal(err)
			}
			stored, err := contract.DecodeAll(bytes.NewReader(object))
			if err != nil {
				t.Fatal(err)
			}
			if difference := cmp.Diff(answer.Records, stored); difference != "" {
				t.Errorf("the answer is not what is stored (- answer, + object):\n%s", difference)
			}
		})
	}
}

// countByLoop is the oracle: it shares no code with the counter.
func countByLoop(from, to time.Time, cases map[string]func(local.Scan) bool) map[string]int64 {
	counts := map[string]int64{"total": 0, "other": 0}
	for name := range cases {
		counts[name] = 0
	}
	for i := range local.SampleRows {
		scan := local.SampleScan(i)
		if scan.CreatedAt.Before(from) || !scan.CreatedAt.Before(to) {
			continue
		}
		counts["total"]++
		matched := false
		for name, matches := range cases {
			if matches(scan) {
				counts[name]++
				matched = true
			}
		}
		if !matched {
			counts["other"]++
		}
	}
	return counts
}

func testRepeat(t *testing.T, system *local.System) {
	key := contract.RecordKey("daily-scans", slotTime, 1)
	before, err := system.S3.Object(system.Bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		answer, err := system.Fire(t.Context(), "daily-scans", slotTime)
		if err != nil {
			t.Fatal(err)
		}
		if answer.Outcome != contract.OutcomeAlreadyStored || answer.Key != key {
			t.Errorf("got %q at %s, want %q at %s", answer.Outcome, answer.Key, contract.OutcomeAlreadyStored, key)
		}
	}
	after, err := system.S3.Object(system.Bucket, key)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(before, after) {
		t.Errorf("the object changed:\n%s\n%s", before, after)
	}
}

func testBadEvents(t *testing.T, system *local.System) {
	before, err := system.RecordKeys()
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, event, want string }{
		{"unknown job", `{"job":"dayly-scans","scheduledTime":"2022-04-07T14:55:00Z"}`, "daily-scans"},
		{"no occurrence", `{"job":"daily-scans","scheduledTime":"2022-04-07T13:00:00Z"}`, "no occurrence of cron(55 14 * * ? *)"},
		{"malformed JSON", `{"job":"daily-scans",`, "parse event"},
		{"misspelt key", `{"job":"daily-scans","scheduled_time":"2022-04-07T14:55:00Z"}`, "scheduled_time"},
		{"no time", `{"job":"daily-scans"}`, "scheduledTime is missing"},
		{"a sweep, which is the monitor's", `{"sweep":true}`, "to the monitor"},
		{"not an object", `"daily-scans"`, "parse event"},
		{"wrong schedule", `{"job":"daily-scans","scheduledTime":"2022-04-07T14:55:00Z","schedule":"55 14 * * *"}`, "cron(55 14 * * ? *)"},
		{"far future", `{"job":"daily-scans","scheduledTime":"2199-04-07T14:55:00Z"}`, "future"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := system.Invoke(t.Context(), "daily-scans", []byte(test.event))
			var failure *local.FunctionError
			if !errors.As(err, &failure) {
				t.Fatalf("got %v, want an error of the function", err)
			}
			if !strings.Contains(failure.Message, test.want) {
				t.Errorf("the error %q does not say %q", failure.Message, test.want)
			}
		})
	}
	after, err := system.RecordKeys()
	if err != nil {
		t.Fatal(err)
	}
	if difference := cmp.Diff(before, after); difference != "" {
		t.Errorf("bad events changed what is stored:\n%s", difference)
	}
}

func testLog(t *testing.T, log *logBuffer, database *local.Database) {
	_, password, _ := strings.Cut(database.ReaderURL[strings.Index(database.ReaderURL, "//")+2:], ":")
	password, _, _ = strings.Cut(password, "@")
	if len(password) < 8 {
		t.Fatalf("the reader's password is %q: this test would prove nothing", password)
	}
	found := false
	for _, line := range log.lines() {
		if strings.Contains(line, password) {
			t.Errorf("the log holds the password: %s", line)
		}
		var entry struct {
			Msg, Job, Slot string
			RequestID      string `json:"request_id"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("a log line is not JSON: %s", line)
		}
		if entry.Job == "daily-scans" && entry.Slot == "2022-04-07T14:55:00Z" && entry.RequestID != "" {
			found = true
		}
	}
	if !found {
		t.Errorf("no line has job, slot and request id:\n%s", strings.Join(log.lines(), "\n"))
	}
}

// logBuffer keeps the function's log.
type logBuffer struct {
	mutex  sync.Mutex
	buffer bytes.Buffer
}

func (l *logBuffer) Write(line []byte) (int, error) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.buffer.Write(line)
}

func (l *logBuffer) lines() []string {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return slices.DeleteFunc(strings.Split(l.buffer.String(), "\n"), func(line string) bool { return line == "" })
}
