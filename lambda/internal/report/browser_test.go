package report_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium, which is spoken to over a pipe: the Chrome DevTools
// Protocol, a message of JSON at a time, with a zero byte behind each.
type browser struct {
	t       *testing.T
	to      io.Writer
	from    *bufio.Reader
	session string
	last    int
	events  []event
	said    bytes.Buffer // on stderr
}

type event struct {
	ID     int
	Method string
	Params json.RawMessage
	Result json.RawMessage
	Error  *struct{ Message string }
}

// startBrowser starts a browser that ends with the test. Without Chromium the test is skipped.
// On CI, or with TALLY_REQUIRE_CHROMIUM=1, it fails instead: nobody would notice the skip
// there.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && program == "" {
			program = found
		}
	}
	if program == "" {
		if os.Getenv("CI") == "true" || os.Getenv("TALLY_REQUIRE_CHROMIUM") == "1" {
			t.Fatal("there is no Chromium; install it: apt-get install chromium")
		}
		t.Skip("there is no Chromium; to run this test, install it: apt-get install chromium")
	}
	profile, err := os.MkdirTemp("", "tally-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	command := exec.CommandContext(ctx, program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
		"--no-first-run", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	commands, to := pipe(t)
	from, answers := pipe(t)
	command.ExtraFiles = []*os.File{commands, answers}
	b := &browser{t: t, to: to, from: bufio.NewReader(from)}
	command.Stderr = &b.said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	_, _ = commands.Close(), answers.Close() // they are the browser's
	t.Cleanup(func() {
		_, _ = to.Close(), from.Close() // which ends it
		cancel()
		_ = command.Wait()
		_ = os.RemoveAll(profile) // a process of the browser may still write; then it stays
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	b.session = attached.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

func pipe(t *testing.T) (read, write *os.File) {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	return read, write
}

// call runs a command and reads its answer. It keeps the events that come before it.
func (b *browser) call(method string, params map[string]any, into any) {
	b.t.Helper()
	b.last++
	if params == nil {
		params = map[string]any{}
	}
	message := map[string]any{"id": b.last, "method": method, "params": params}
	if b.session != "" {
		message["sessionId"] = b.session
	}
	data, err := json.Marshal(message)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.to.Write(append(data, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		answer := b.next()
		if answer.ID != b.last {
			continue
		}
		if answer.Error != nil {
			b.t.Fatalf("%s: %s", method, answer.Error.Message)
		}
		if into != nil {
			if err := json.Unmarshal(answer.Result, into); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
		return
	}
}

// next reads a message, and keeps it if it is an event.
func (b *browser) next() event {
	b.t.Helper()
	data, err := b.from.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("Chromium ended: %v\n%s", err, &b.said)
	}
	var read event
	if err := json.Unmarshal(data[:len(data)-1], &read); err != nil {
		b.t.Fatal(err)
	}
	if read.Method != "" {
		b.events = append(b.events, read)
	}
	return read
}

// open opens a page from a file, at a width and in a colour scheme, and returns its address.
func (b *browser) open(page []byte, name string) (address string) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), name+".html")
	if err := os.WriteFile(path, page, 0o600); err != nil {
		b.t.Fatal(err)
	}
	b.events = nil
	address = "file://" + path
	b.call("Page.navigate", map[string]any{"url": address}, nil)
	for {
		for _, e := range b.events {
			if e.Method == "Page.loadEventFired" {
				return address
			}
		}
		b.next()
	}
}

// show sets the width of the window, the medium (screen or print) and the colour scheme.
func (b *browser) show(width int, medium, scheme string) {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": medium, "features": []map[string]any{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
}

// ask evaluates JavaScript in the page. Its policy against scripts does not hold for this.
func (b *browser) ask(script string, into any) {
	b.t.Helper()
	var answer struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true}, &answer)
	if answer.ExceptionDetails != nil {
		b.t.Fatalf("the script failed: %s", answer.ExceptionDetails)
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Result.Value, into); err != nil {
		b.t.Fatalf("%v: %s", err, answer.Result.Value)
	}
}

// complaints are what the console says, and what the page asked the network for.
func (b *browser) complaints(address string) (all []string) {
	for _, e := range b.events {
		switch e.Method {
		case "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown":
			all = append(all, "console: "+string(e.Params))
		case "Network.requestWillBeSent":
			var sent struct{ Request struct{ URL string } }
			if err := json.Unmarshal(e.Params, &sent); err != nil || sent.Request.URL != address {
				all = append(all, "network: "+sent.Request.URL)
			}
		}
	}
	return all
}

// screenshot keeps a picture of the whole page in the folder TALLY_SCREENSHOTS, if it is set.
func (b *browser) screenshot(name string) {
	b.t.Helper()
	folder := os.Getenv("TALLY_SCREENSHOTS")
	if folder == "" {
		return
	}
	var metrics struct {
		CSSContentSize struct{ Width, Height float64 }
	}
	b.call("Page.getLayoutMetrics", nil, &metrics)
	var picture struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"captureBeyondViewport": true, "clip": map[string]any{
		"x": 0, "y": 0, "width": metrics.CSSContentSize.Width, "height": min(metrics.CSSContentSize.Height, 6000), "scale": 1}}, &picture)
	data, err := base64.StdEncoding.DecodeString(picture.Data)
	if err == nil {
		err = os.MkdirAll(folder, 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".png"), data, 0o600)
	}
	if err != nil {
		b.t.Fatal(fmt.Errorf("keep a screenshot: %w", err))
	}
}
