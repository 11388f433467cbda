package local_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"tally/test/local"
)

// once is what is built for all tests, when the first one needs it.
var once struct {
	sync.Mutex
	environments *local.Built
	folder       string // with the command line
}

func TestMain(m *testing.M) {
	status := m.Run()
	err := os.RemoveAll(once.folder)
	if once.environments != nil {
		err = errors.Join(err, once.environments.Remove())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

// builtOnce are the environments from which tests start their systems.
func builtOnce(t *testing.T) *local.Built {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if once.environments == nil {
		built, err := local.Build(t.Context(), projectRoot, "")
		if err != nil {
			t.Fatal(err)
		}
		once.environments = built
	}
	return once.environments
}

// tallyOnce is the operator's command line.
func tallyOnce(t *testing.T) string {
	t.Helper()
	once.Lock()
	defer once.Unlock()
	if once.folder == "" {
		folder, err := os.MkdirTemp("", "tally-test-")
		if err != nil {
			t.Fatal(err)
		}
		once.folder = folder
		build := exec.Command("go", "build", "-o", folder, "./lambda/cmd/tally")
		build.Dir = projectRoot
		if said, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
	}
	return filepath.Join(once.folder, "tally")
}
