package backendtest

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// A Browser is a running headless Chromium, driven through its DevTools protocol over
// a pair of pipes: no port, no driver. Its methods are for one goroutine.
type Browser struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  io.Closer
	said tail
	done chan struct{}

	mu      sync.Mutex
	next    int
	waiting map[int]chan message
	events  []message
	err     error
}

// A Page is one tab. Problems and Requests gather what it did since it was opened.
type Page struct {
	browser *Browser
	session string
}

// A Viewport is what a page is shown on. Zero is a desktop.
type Viewport struct {
	Width, Height int
	Scale         float64 // device pixels for each pixel
	Dark          bool    // prefers-color-scheme
}

// browsers are the names Chromium goes by.
var browsers = []string{os.Getenv("AMBIT_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"}

// answersWithin bounds one answer of the browser.
const answersWithin = 2 * time.Minute

// StartBrowser starts a Chromium of the test's own, without a network. It ends with
// the test. The test is skipped unless AMBIT_E2E is set; then .ci/chromium has to
// have installed the browser.
func StartBrowser(t testing.TB) *Browser {
	t.Helper()
	skipUnlessAsked(t, "Chromium")
	path := ""
	for _, name := range browsers {
		if found, err := exec.LookPath(name); err == nil {
			path = cmp.Or(path, found)
		}
	}
	if path == "" {
		t.Fatal("no Chromium found: .ci/chromium installs it, AMBIT_CHROMIUM names one that is elsewhere")
	}
	b := &Browser{waiting: map[int]chan message{}, done: make(chan struct{})}
	b.cmd = exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage", "--log-level=3", // a test shows pages of ours alone
		"--disable-background-networking", "--disable-component-update", "--host-resolver-rules=MAP * ~NOTFOUND",
		"--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	fromUs, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, toUs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	b.cmd.ExtraFiles = []*os.File{fromUs, toUs} // 3 and 4, where the browser looks for them
	b.cmd.Stdout, b.cmd.Stderr = &b.said, &b.said
	if err := b.cmd.Start(); err != nil {
		t.Fatalf("start %s: %v", path, err)
	}
	b.in, b.out = in, out
	_, _ = fromUs.Close(), toUs.Close() // the browser's own now
	go b.read(out)
	t.Cleanup(func() { b.stop(t) })
	b.call(t, "", "Browser.getVersion", nil, nil)
	return b
}

func (b *Browser) stop(t testing.TB) {
	_ = b.in.Close() // which ends it
	ended := make(chan struct{})
	go func() { _ = b.cmd.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		_ = b.cmd.Process.Kill()
		<-ended
	}
	<-b.done
	_ = b.out.Close()
	if t.Failed() {
		t.Logf("Chromium printed:\n%s", b.said.String())
	}
}

type message struct {
	ID      int             `json:"id,omitempty"`
	Session string          `json:"sessionId,omitempty"`
	Method  string          `json:"method,omitempty"`
	Params  json.RawMessage `json:"params,omitempty"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

// read takes up what the browser says, each message ended by a zero byte.
func (b *Browser) read(r io.Reader) {
	defer close(b.done)
	in := bufio.NewReader(r)
	for {
		line, err := in.ReadBytes(0)
		if err != nil {
			b.fail(err)
			return
		}
		var m message
		if err := json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m); err != nil {
			b.fail(err)
			return
		}
		b.mu.Lock()
		if c := b.waiting[m.ID]; m.ID != 0 && c != nil {
			delete(b.waiting, m.ID)
			c <- m
		} else {
			b.events = append(b.events, m)
		}
		b.mu.Unlock()
	}
}

func (b *Browser) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.err = err
	for id, c := range b.waiting {
		delete(b.waiting, id)
		close(c)
	}
}

// call sends a command and reads its answer into v, which may be nil.
func (b *Browser) call(t testing.TB, session, method string, params, v any) {
	t.Helper()
	if err := b.try(session, method, params, v); err != nil {
		t.Fatalf("%s: %v; Chromium printed:\n%s", method, err, b.said.String())
	}
}

func (b *Browser) try(session, method string, params, v any) error {
	raw, err := json.Marshal(params)
	if err != nil {
		return err
	}
	if params == nil {
		raw = nil
	}
	c := make(chan message, 1)
	b.mu.Lock()
	if b.err != nil {
		b.mu.Unlock()
		return b.err
	}
	b.next++
	id := b.next
	b.waiting[id] = c
	b.mu.Unlock()
	line, err := json.Marshal(message{ID: id, Session: session, Method: method, Params: raw})
	if err != nil {
		return err
	}
	if _, err := b.in.Write(append(line, 0)); err != nil {
		return err
	}
	select {
	case m, ok := <-c:
		switch {
		case !ok:
			return errors.New("the browser has ended")
		case m.Error != nil:
			return errors.New(m.Error.Message)
		case v == nil:
			return nil
		}
		return json.Unmarshal(m.Result, v)
	case <-time.After(answersWithin):
		return fmt.Errorf("no answer within %v", answersWithin)
	}
}

// Open shows a page and returns when it has loaded.
func (b *Browser) Open(t testing.TB, url string, v Viewport) *Page {
	t.Helper()
	var target struct{ TargetID string }
	b.call(t, "", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call(t, "", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &Page{b, attached.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		p.call(t, domain+".enable", nil, nil)
	}
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	p.call(t, "Emulation.setEmulatedMedia", map[string]any{"features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	p.call(t, "Emulation.setDeviceMetricsOverride", map[string]any{
		"width": cmp.Or(v.Width, 1280), "height": cmp.Or(v.Height, 900), "deviceScaleFactor": cmp.Or(v.Scale, 1), "mobile": v.Width > 0 && v.Width < 600,
	}, nil)
	var nav struct{ ErrorText string }
	p.call(t, "Page.navigate", map[string]any{"url": url}, &nav)
	if nav.ErrorText != "" {
		t.Fatalf("open %s: %s", url, nav.ErrorText)
	}
	Await(t, func() (bool, string) {
		var state string
		err := p.eval(`location.href === 'about:blank' ? '' : document.readyState`, &state) // fails if the page changes meanwhile
		return err == nil && state == "complete", fmt.Sprintf("the page is %q: %v", state, err)
	})
	return p
}

func (p *Page) call(t testing.TB, method string, params, v any) {
	t.Helper()
	p.browser.call(t, p.session, method, params, v)
}

// Eval runs an expression in the page, waits for it if it is a promise, and reads its
// value into v, which may be nil.
func (p *Page) Eval(t testing.TB, expression string, v any) {
	t.Helper()
	if err := p.eval(expression, v); err != nil {
		t.Fatalf("in the page: %v; Chromium printed:\n%s", err, p.browser.said.String())
	}
}

func (p *Page) eval(expression string, v any) error {
	var answer struct {
		Result struct {
			Value json.RawMessage
		}
		ExceptionDetails *struct {
			Text      string
			Exception struct{ Description string }
		}
	}
	if err := p.browser.try(p.session, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &answer); err != nil {
		return err
	}
	if e := answer.ExceptionDetails; e != nil {
		return fmt.Errorf("%s %s", e.Text, e.Exception.Description)
	}
	if v == nil {
		return nil
	}
	if err := json.Unmarshal(answer.Result.Value, v); err != nil {
		return fmt.Errorf("%w in %s", err, answer.Result.Value)
	}
	return nil
}

// Press presses and releases a key: Tab, Enter, or a character.
func (p *Page) Press(t testing.TB, key string) {
	t.Helper()
	down := map[string]any{"type": "keyDown", "key": key}
	switch key {
	case "Tab":
		down["code"], down["windowsVirtualKeyCode"] = "Tab", 9
	case "Enter":
		down["code"], down["windowsVirtualKeyCode"], down["text"] = "Enter", 13, "\r"
	case " ":
		down["code"], down["windowsVirtualKeyCode"], down["text"] = "Space", 32, " "
	default:
		down["text"] = key
	}
	p.call(t, "Input.dispatchKeyEvent", down, nil)
	down["type"] = "keyUp"
	delete(down, "text")
	p.call(t, "Input.dispatchKeyEvent", down, nil)
}

// Screenshot returns the page as a PNG: what is in the viewport, or all of it.
func (p *Page) Screenshot(t testing.TB, whole bool) []byte {
	t.Helper()
	var shot struct{ Data string }
	p.call(t, "Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": whole}, &shot)
	png, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		t.Fatal(err)
	}
	return png
}

// Problems returns what went wrong in the page: exceptions, and what the browser
// logged of what it blocked.
func (p *Page) Problems() (list []string) {
	for _, m := range p.events("Runtime.exceptionThrown", "Log.entryAdded") {
		list = append(list, string(m.Params))
	}
	return list
}

// Requests returns the addresses that the page asked for, itself the first; data it
// made itself is not among them.
func (p *Page) Requests(t testing.TB) (urls []string) {
	t.Helper()
	for _, m := range p.events("Network.requestWillBeSent") {
		var e struct{ Request struct{ URL string } }
		if err := json.Unmarshal(m.Params, &e); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(e.Request.URL, "data:") && !strings.HasPrefix(e.Request.URL, "blob:") {
			urls = append(urls, e.Request.URL)
		}
	}
	return urls
}

func (p *Page) events(methods ...string) (list []message) {
	b := p.browser
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.events {
		for _, name := range methods {
			if m.Session == p.session && m.Method == name {
				list = append(list, m)
			}
		}
	}
	return list
}
