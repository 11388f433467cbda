package local

import (
	"bufio"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestServersEndWithTheirParent kills a program that has servers running: this test's own
// binary, run again.
func TestServersEndWithTheirParent(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux ends a child with its parent")
	}
	const child = "TALLY_TEST_ABANDON"
	if os.Getenv(child) != "" {
		abandon(t)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestServersEndWithTheirParent$")
	cmd.Env = append(os.Environ(), child+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // when the test ends early
	lines := bufio.NewScanner(out)
	pids := map[string]int{}
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), "=")
		switch {
		case ok && name == "dir":
			t.Cleanup(func() { os.RemoveAll(value) })
		case ok:
			if pids[name], err = strconv.Atoi(value); err != nil {
				t.Fatalf("%s: %v", lines.Text(), err)
			}
		}
		if lines.Text() == "ready" {
			break
		}
	}
	if len(pids) != 2 {
		t.Fatalf("%d servers started, want 2", len(pids))
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed

	for name, pid := range pids {
		for deadline := time.Now().Add(10 * time.Second); alive(pid); time.Sleep(10 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Errorf("%s (process %d) outlives its parent", name, pid)
				_ = syscall.Kill(pid, syscall.SIGKILL)
				break
			}
		}
	}
}

// abandon starts a server and a bare process, says who they are, and waits to be
// killed.
func abandon(t *testing.T) {
	db, err := StartPostgres(t.Context(), projectRoot)
	if err != nil {
		t.Fatal(err)
	}
	sleep, err := db.box.start(syscall.SIGKILL, "sleep", "1000")
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("dir=" + db.box.dir + "\n" +
		"postgres=" + strconv.Itoa(db.server.cmd.Process.Pid) + "\n" +
		"sleep=" + strconv.Itoa(sleep.cmd.Process.Pid) + "\nready\n")
	time.Sleep(time.Hour)
}

// alive is false for a zombie, which nobody may have waited for yet.
func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return !strings.HasPrefix(rest, "Z")
}

// TestProcessOutlivesThread starts children from threads that end: to Linux those
// are the parents, unless somebody took care.
func TestProcessOutlivesThread(t *testing.T) {
	box := newTestBox(t)
	children := make(chan *process, 2)
	var threads, locked sync.WaitGroup
	locked.Add(2) // two at once, since the main thread, which may be one, never ends
	for range 2 {
		threads.Go(func() {
			runtime.LockOSThread() // so the end of the goroutine ends its thread
			locked.Done()
			locked.Wait()
			p, err := box.start(syscall.SIGKILL, "sleep", "1000")
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(p.stop)
			children <- p
		})
	}
	threads.Wait()
	close(children)
	time.Sleep(100 * time.Millisecond)
	for p := range children {
		if p.ended() {
			t.Errorf("a child ended with its thread: %v", p.err)
		}
	}
}

// TestStopEndsTheGroup is about children of the child.
func TestStopEndsTheGroup(t *testing.T) {
	box := newTestBox(t)
	p, err := box.start(syscall.SIGKILL, "sh", "-c", "sleep 1000 & echo $!; wait")
	if err != nil {
		t.Fatal(err)
	}
	var log []byte
	for len(log) == 0 {
		time.Sleep(5 * time.Millisecond)
		if log, err = os.ReadFile(box.path("log")); err != nil {
			t.Fatal(err)
		}
	}
	grandchild, err := strconv.Atoi(strings.TrimSpace(string(log)))
	if err != nil {
		t.Fatal(err)
	}
	p.stop()
	p.stop() // once more does no harm
	for deadline := time.Now().Add(5 * time.Second); syscall.Kill(grandchild, 0) == nil && alive(grandchild); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the grandchild is left")
		}
	}
}
