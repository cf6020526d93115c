// Package backendtest starts real backends for end-to-end tests: Jaeger, an OpenTelemetry
// Collector and Prometheus, built by the module system from the nested modules jaeger, collector
// and prometheus beside this file, run as processes on free loopback ports and ended with the test.
//
//	j := backendtest.StartJaeger(t)
//	export(t, j.OTLPEndpoint)              // whatever the test is about
//	spans := j.WaitTrace(t, traceID, 4)    // as Jaeger itself tells them
//
// The first build takes minutes (about ten of processor time for Jaeger, five for the
// Collector, five for Prometheus) and the Go build cache keeps the result, so tests that use this package are
// skipped unless they are asked for: AMBIT_E2E=1. Once asked for they never skip. A program
// that cannot be built or does not start fails the test and shows what it printed.
//
// Only the standard library is imported, so that any module of the repository may use it.
package backendtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// askedFor is the environment variable that turns these tests on.
	askedFor = "AMBIT_E2E"

	// readyWithin bounds the start of a program that is built: half a second on a free
	// machine, many times that beside a compiler.
	readyWithin = 3 * time.Minute

	// poll is how often a started program is asked whether it is ready or has the spans.
	poll = 25 * time.Millisecond

	// host is the only address anything here listens on.
	host = "127.0.0.1"

	// self is this package's import path: where the nested modules are found.
	self = "github.com/ambit-go/ambit/internal/backendtest"
)

// skipUnlessAsked ends the test with a plain message unless end-to-end tests were asked for.
func skipUnlessAsked(t testing.TB, what string) {
	t.Helper()
	if os.Getenv(askedFor) == "" {
		t.Skipf("needs a real %s: set %s=1 to build it (minutes, the first time) and run this test", what, askedFor)
	}
}

// A program is a backend that the module system builds once per process.
type program struct {
	name  string   // of the program
	dir   string   // of its nested module, beside this file
	build []string // the go command that builds it and prints its path
	mu    sync.Mutex
	path  string // of the executable, once it is built
}

var (
	jaeger     = &program{name: "jaeger", dir: "jaeger", build: []string{"tool", "-n", "jaeger"}}
	collector  = &program{name: "collector", dir: "collector", build: []string{"tool", "-n", "collector"}}
	prometheus = &program{name: "prometheus", dir: "prometheus", build: tagged("github.com/prometheus/prometheus/cmd/prometheus")}
	promtool   = &program{name: "promtool", dir: "prometheus", build: tagged("github.com/prometheus/prometheus/cmd/promtool")}
)

// tagged builds a program as go tool -n does, with the tags that go tool does not take: go run
// keeps what it builds in the build cache too, and hands its path to whatever -exec names. The run
// that builds it hands over a copy that is gone when it returns, so it has to be asked twice.
func tagged(pkg string) []string {
	return []string{"run", "-tags", "remove_all_sd", "-exec", "echo", pkg}
}

// locate returns the directory of the program's nested module. The go command is asked rather
// than the compiler, because -trimpath takes the directory out of the binary.
func (p *program) locate(ctx context.Context) (string, error) {
	out, err := goCommand(ctx, "", "list", "-f", "{{.Dir}}", self)
	if err != nil {
		return "", err
	}
	return filepath.Join(strings.TrimSpace(out), p.dir), nil
}

// executable returns the path of the built program, which lies in Go's own build cache.
func (p *program) executable(t testing.TB) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.path != "" {
		return p.path
	}
	ctx := t.Context()
	if d, ok := t.(interface{ Deadline() (time.Time, bool) }); ok {
		if end, ok := d.Deadline(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithDeadline(ctx, end.Add(-10*time.Second))
			defer cancel()
		}
	}
	dir, err := p.locate(ctx)
	if err != nil {
		t.Fatalf("find the module of %s: %v", p.name, err)
	}
	out, err := goCommand(ctx, dir, p.build...)
	if err == nil {
		if _, gone := os.Stat(strings.TrimSpace(out)); gone != nil {
			out, err = goCommand(ctx, dir, p.build...)
		}
	}
	if ctx.Err() != nil {
		t.Fatalf("build %s: not done before the test's deadline; build it first with\n\tGOWORK=off go -C %s %s", p.name, dir, strings.Join(p.build, " "))
	}
	if err != nil {
		t.Fatalf("build %s: %v", p.name, err)
	}
	p.path = strings.TrimSpace(out)
	return p.path
}

// goCommand runs the go command and returns what it printed. In a nested module (dir is not
// empty) the workspace is off: the backends are no part of it.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	if dir != "" {
		cmd.Env = append(cmd.Environ(), "GOWORK=off")
	}
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.Bytes())
	}
	return stdout.String(), nil
}

// A launch says how to start a program once its ports are known.
type launch struct {
	ports []string                            // environment variables that take a free port each
	env   []string                            // further variables, as NAME=value
	args  []string                            // ${NAME} stands for the port behind NAME
	ready func(port map[string]string) string // a URL that answers 200 when the program is ready
}

// start runs the program until the test ends and returns the port behind each variable.
//
// A port is free when it is chosen and may be taken when the program binds it, so a start that
// fails for that reason is tried again with others.
func (p *program) start(t testing.TB, l launch) map[string]string {
	t.Helper()
	path := p.executable(t)
	for attempt := 1; ; attempt++ {
		port := FreePorts(t, l.ports...)
		args := make([]string, len(l.args))
		for i, a := range l.args {
			args[i] = os.Expand(a, func(name string) string { return port[name] })
		}
		r := &run{name: p.name, cmd: exec.Command(path, args...), ended: make(chan struct{})}
		r.cmd.Env = append(r.cmd.Environ(), l.env...)
		for name, number := range port {
			r.cmd.Env = append(r.cmd.Env, name+"="+number)
		}
		r.cmd.Stdout, r.cmd.Stderr = &r.output, &r.output
		if err := r.cmd.Start(); err != nil {
			t.Fatalf("start %s: %v", p.name, err)
		}
		go r.wait()
		err := r.untilReady(t.Context(), l.ready(port))
		if err == nil {
			t.Cleanup(func() { r.stop(t) })
			return port
		}
		r.end()
		if attempt < 3 && strings.Contains(r.output.String(), "address already in use") {
			continue
		}
		t.Fatalf("start %s: %v; it printed:\n%s", p.name, err, r.output.String())
	}
}

// A run is one process of a program.
type run struct {
	name   string
	cmd    *exec.Cmd
	output tail
	ended  chan struct{} // closed when the process has ended
}

func (r *run) wait() {
	_ = r.cmd.Wait() // killed on purpose as a rule; what matters is that it has ended
	close(r.ended)
}

// untilReady returns when url answers 200, or with an error when the process has ended, ctx is
// done or readyWithin has passed.
func (r *run) untilReady(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, readyWithin, fmt.Errorf("not ready within %v", readyWithin))
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		select {
		case <-r.ended:
			return fmt.Errorf("ended early: %v", r.cmd.ProcessState)
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
			if status, _, err := get(ctx, url); err == nil && status == http.StatusOK {
				return nil
			}
		}
	}
}

// end stops the process: gently, so that what it buffers is written, then for good.
func (r *run) end() {
	if err := r.cmd.Process.Signal(os.Interrupt); err != nil {
		_ = r.cmd.Process.Kill() // where there is no such signal, or no process any more
	}
	select {
	case <-r.ended:
	case <-time.After(30 * time.Second):
		_ = r.cmd.Process.Kill()
		<-r.ended
	}
}

// stop ends the process and, if the test failed, shows what it printed.
func (r *run) stop(t testing.TB) {
	t.Helper()
	r.end()
	if t.Failed() {
		t.Logf("%s printed:\n%s", r.name, r.output.String())
	}
}

// lowest and highest bound the ports that are tried. They lie below those that Linux and others
// hand out unasked (32768 and above; 49152 by RFC 6335), so that no other test that listens on
// any port, nor a connection, takes one before the program it was chosen for has bound it.
const lowest, highest = 20000, 32767

// FreePorts finds a free loopback port for each name. All are held until the last is found, so
// that they differ.
func FreePorts(t testing.TB, names ...string) map[string]string {
	t.Helper()
	port := make(map[string]string, len(names))
	for _, name := range names {
		var l net.Listener
		err := errors.New("no port was tried")
		for tries := 0; err != nil && tries < 1000; tries++ {
			port[name] = strconv.Itoa(lowest + rand.IntN(highest-lowest+1)) //nolint:gosec // it keeps processes apart, and guards nothing
			l, err = net.Listen("tcp", net.JoinHostPort(host, port[name]))
		}
		if err != nil {
			t.Fatalf("find a free port: %v", err)
		}
		defer l.Close()
	}
	return port
}

// client asks the backends. Each test has its own processes, so no connection is worth keeping.
var client = &http.Client{
	Timeout:   2 * time.Minute,
	Transport: &http.Transport{DisableKeepAlives: true},
}

// maxAnswer bounds one answer of a backend.
const maxAnswer = 64 << 20

// get returns the status and the body behind url.
func get(ctx context.Context, url string) (status int, body []byte, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { err = errors.Join(err, res.Body.Close()) }()
	var b bytes.Buffer
	if _, err := b.ReadFrom(http.MaxBytesReader(nil, res.Body, maxAnswer)); err != nil {
		return 0, nil, err
	}
	return res.StatusCode, b.Bytes(), nil
}

// Await calls try until it says done, and fails the test when it has not within a time that
// spares the slowest machine. The message is what try said last.
func Await(t testing.TB, try func() (done bool, missing string)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), readyWithin)
	defer cancel()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	for {
		done, missing := try()
		if done {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("not within %v: %s", readyWithin, missing)
		case <-tick.C:
		}
	}
}

// maxTail bounds what is kept of a program's output: the end of it, where the reason is.
const maxTail = 64 << 10

// A tail keeps the end of what is written to it. It is safe for concurrent use.
type tail struct {
	mu  sync.Mutex
	buf []byte
}

func (o *tail) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.buf = append(o.buf, p...)
	if over := len(o.buf) - maxTail; over > 0 {
		o.buf = append(o.buf[:0], o.buf[over:]...)
	}
	return len(p), nil
}

func (o *tail) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return string(o.buf)
}
