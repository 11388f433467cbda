package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"tally/lambda/contract"
	"tally/lambda/job"
)

const escape = "\x1b"

// onTerminal runs one command line on a terminal, and returns what the terminal shows.
func onTerminal(t *testing.T, args ...string) string {
	t.Helper()
	return shownBy(t, func(terminal *os.File) { run(t.Context(), args, terminal, terminal) })
}

// shownBy is what a terminal shows of what is printed to it.
func shownBy(t *testing.T, print func(terminal *os.File)) string {
	t.Helper()
	screen, terminal, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer screen.Close()
	shown := make(chan string)
	go func() {
		text, err := io.ReadAll(screen)
		if err != nil && !errors.Is(err, syscall.EIO) { // what Linux says of a terminal that was closed
			t.Error(err)
		}
		shown <- strings.ReplaceAll(string(text), "\r\n", "\n")
	}()
	print(terminal)
	terminal.Close()
	return <-shown
}

// throughPipe runs one command line with a pipe for both outputs.
func throughPipe(t *testing.T, args ...string) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	said := make(chan string)
	go func() {
		text, _ := io.ReadAll(read)
		said <- string(text)
	}()
	run(context.Background(), args, write, write)
	write.Close()
	return <-said
}

// withoutMachine lets no setting of this machine into a test.
func withoutMachine(t *testing.T) {
	t.Helper()
	for _, variable := range []string{"AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "TALLY_DATABASE_APP", "NO_COLOR"} {
		t.Setenv(variable, "")
	}
	t.Setenv("TERM", "xterm")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
}

// TestColors sees colours on a terminal, and the same text without them with NO_COLOR.
func TestColors(t *testing.T) {
	const green, red, yellow, end = escape + "[32m", escape + "[31m", escape + "[33m", escape + "[0m"
	for _, test := range []struct {
		name, args, want string
	}{
		{"valid", "validate", green + "valid" + end + ": 2 environments, 2 jobs\n"},
		{"a warning", "validate", yellow + "warning:" + end + " job early-orders: "},
		{"a warning of next", "next early-orders -n 1 --env dev", "  " + yellow + "warning:" + end + " daylight saving time"},
		{"a problem", "validate --jobs other/jobs.yaml", red + "other/jobs.yaml:1:1: jobs: is empty; write at least one job" + end + "\n"},
		{"jobs can be counted", "verify --env dev", "2 jobs " + green + "can be counted" + end + "\n"},
		{"a job cannot be counted", "verify --env broken --environments mail", "  daily-scans " + red + "cannot be counted" + end + ": database app: "},
		{"an address", "verify --env dev --environments mail", "second@example.com " + yellow + "has not confirmed yet" + end + ": "},
		{"JSON", "sweep --env dev --json", "  \"begun\": true\n}\n"},
		{"a run that fails", "run uploads --jobs buckets.yaml --at latest", red + "which bucket is uploads? write "},
	} {
		t.Run(test.name, func(t *testing.T) {
			withoutMachine(t)
			enterProject(t)
			write(t, "buckets.yaml", bucketJobs)
			for _, name := range []string{"dev", "broken"} {
				write(t, "mail/"+name+".yaml", environment+"alarms: {email: [first@example.com, second@example.com]}\n")
			}
			t.Setenv("AWS_ENDPOINT_URL", standInForFunctions(t))
			args := strings.Fields(test.args)
			coloured := onTerminal(t, args...)
			if !strings.Contains(coloured, test.want) {
				t.Errorf("got %q, want %q", coloured, test.want)
			}
			t.Setenv("NO_COLOR", "1")
			plain := onTerminal(t, args...)
			if want := strings.NewReplacer(green, "", red, "", yellow, "", end, "").Replace(coloured); strings.Contains(plain, escape) || plain != want {
				t.Errorf("with NO_COLOR: got %q, want %q", plain, want)
			}
			t.Setenv("NO_COLOR", "")
			t.Setenv("TERM", "dumb")
			if dumb := onTerminal(t, args...); dumb != plain {
				t.Errorf("on a dumb terminal: got %q, want %q", dumb, plain)
			}
			if piped := throughPipe(t, args...); piped != plain {
				t.Errorf("into a pipe: got %q, want %q", piped, plain)
			}
		})
	}
}

// TestARecordWithoutACountIsRed sees that only what has no count is red.
func TestARecordWithoutACountIsRed(t *testing.T) {
	withoutMachine(t)
	count := int64(7)
	j := job.Job{Name: "daily-scans", Zone: time.UTC}
	records := []contract.Record{
		{Job: j.Name, CaseName: "normal", Count: &count, Status: contract.StatusOK, JobSHA256: j.SHA256()},
		{Job: j.Name, CaseName: "caries", Status: contract.StatusFailed, JobSHA256: j.SHA256()},
	}
	shown := shownBy(t, func(terminal *os.File) {
		if err := printRecord(terminal, j, records); err != nil {
			t.Error(err)
		}
	})
	if want := "  normal   7\n  caries   " + escape + "[31mfailed" + escape + "[0m\n"; !strings.HasSuffix(shown, want) {
		t.Errorf("got %q, want %q", shown, want)
	}
}

// TestNoCommandColorsAPipe runs every command in a few ways, whatever it says to them.
func TestNoCommandColorsAPipe(t *testing.T) {
	withoutMachine(t)
	enterProject(t)
	t.Setenv("AWS_ENDPOINT_URL", standInForFunctions(t))
	t.Setenv("CLICOLOR_FORCE", "1")
	t.Setenv("TERM", "xterm-256color")
	for _, command := range commands {
		name := command().Name()
		for _, args := range []string{"", "--help", "--json", "--env dev", "--env dev --json", "--nonsense", "daily-scans --at latest", "daily-scans --env dev", "nothing"} {
			if said := throughPipe(t, append([]string{name}, strings.Fields(args)...)...); strings.Contains(said, escape) || said == "" {
				t.Errorf("%s %s: got %q", name, args, said)
			}
		}
	}
}
