package process_test

// Collectors that are dead, slow or mean no good, against the real exporter.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	collectorpb "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/ambit-go/ambit/examples/internal/onetrace"
)

// exporter is the exporter beside the hook program, built once.
var exporter = sync.OnceValues(func() (string, error) {
	path, err := program()
	if err != nil {
		return "", err
	}
	return filepath.Join(filepath.Dir(path), "ambit-export"), build(filepath.Dir(path), "../ambit-export")
})

// tool runs a command of the exporter, and returns what it printed.
func (a *agent) tool(endpoint string, args ...string) (string, error) {
	a.Helper()
	path, err := exporter()
	if err != nil {
		a.Fatal(err)
	}
	cmd := exec.CommandContext(a.Context(), path, append(args, "-state", a.state)...)
	cmd.Env = []string{"HOME=/home/ada", "PATH=" + os.Getenv("PATH"), "AMBIT_HOOK_ENDPOINT=" + endpoint}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// accept calls serve with every connection to an address, which it returns.
func accept(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = c.Close() }()
				serve(c)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// rpc serves OTLP with one answer to everything, and returns its address.
func rpc(t *testing.T, answer func(*collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error)) string {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := grpc.NewServer()
	collectorpb.RegisterTraceServiceServer(s, service{answer: answer})
	go func() { _ = s.Serve(l) }() // it ends with Stop
	t.Cleanup(s.Stop)
	return "http://" + l.Addr().String()
}

type service struct {
	collectorpb.UnimplementedTraceServiceServer
	answer func(*collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error)
}

func (s service) Export(_ context.Context, r *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
	return s.answer(r)
}

// TestHostileCollectors exports to collectors that take nothing. The agent, which is
// there meanwhile, never notices; nothing is lost, `status` says what is wrong, and the
// first collector that works gets everything, once.
func TestHostileCollectors(t *testing.T) {
	if _, err := exporter(); err != nil { // before the tests side by side
		t.Fatal(err)
	}
	var elsewhere atomic.Int64 // requests where a redirect led
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	t.Cleanup(other.Close)
	for name, start := range map[string]func(*testing.T) string{
		"nobody there": func(t *testing.T) string {
			t.Helper()
			return "http://127.0.0.1:1" // a port that was free a moment ago may be another test's
		},
		"accepts and hangs": func(t *testing.T) string {
			t.Helper()
			return accept(t, func(c net.Conn) { _, _ = io.Copy(io.Discard, c) })
		},
		"hangs up": func(t *testing.T) string { t.Helper(); return accept(t, func(net.Conn) {}) },
		"garbage": func(t *testing.T) string {
			t.Helper()
			return accept(t, func(c net.Conn) {
				for range 1 << 10 {
					if _, err := fmt.Fprintf(c, "\x00\xff garbage %s\n", strings.Repeat("x", 1<<10)); err != nil {
						return
					}
				}
			})
		},
		"errors of HTTP": func(t *testing.T) string {
			t.Helper()
			return web(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
		},
		"redirects": func(t *testing.T) string {
			t.Helper()
			return web(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
			})
		},
		"a page without end": func(t *testing.T) string {
			t.Helper()
			return web(t, func(w http.ResponseWriter, r *http.Request) {
				for r.Context().Err() == nil {
					if _, err := io.WriteString(w, strings.Repeat("<p>", 1<<12)); err != nil {
						return
					}
				}
			})
		},
		"refuses": func(t *testing.T) string {
			t.Helper()
			return rpc(t, func(*collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
				return nil, status.Error(codes.PermissionDenied, "who are you?")
			})
		},
		"a large answer": func(t *testing.T) string {
			t.Helper()
			return rpc(t, func(*collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
				return &collectorpb.ExportTraceServiceResponse{PartialSuccess: &collectorpb.ExportTracePartialSuccess{ErrorMessage: strings.Repeat("x", 16<<20)}}, nil
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAgent(t)
			a.hook("SessionStart", `,"source":"startup"`)
			a.hook("UserPromptSubmit", `,"prompt":"tidy up"`)
			const calls = 3
			for i := range calls {
				a.hook("PreToolUse", pre(fmt.Sprintf("t%d", i), "ls"))
				a.hook("PostToolUse", post(fmt.Sprintf("t%d", i), "ls"))
			}
			endpoint := start(t)
			stop := a.command("Stop", "")
			stop.Env = append(stop.Env, "AMBIT_HOOK_ENDPOINT="+endpoint) // starts an exporter that nobody waits for
			if out, err := stop.Output(); err != nil || len(out) > 0 {
				t.Errorf("the turn's end: %s %v", out, err)
			}
			out, err := a.tool(endpoint, "export")
			if _, failed := errors.AsType[*exec.ExitError](err); !failed {
				t.Errorf("export: %v\n%s", err, out)
			}
			out, err = a.tool(endpoint, "status")
			if err != nil || !strings.Contains(out, "failing since") || !strings.Contains(out, "0 spans sent, 3 calls waiting, 0 dropped") {
				t.Errorf("status: %v\n%s", err, out)
			}
			good, err := onetrace.Start(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			defer good.Close()
			if out, err := a.tool(good.Endpoint(), "export"); err != nil {
				t.Errorf("export: %v\n%s", err, out)
			}
			got := map[string]int{}
			for _, s := range good.Spans() {
				for _, kv := range s.Attributes() {
					if kv.Key == "gen_ai.tool.call.id" {
						got[kv.Value.AsString()]++
					}
				}
			}
			for i := range calls {
				if id := fmt.Sprintf("t%d", i); got[id] != 1 {
					t.Errorf("call %s arrived %d times", id, got[id])
				}
			}
			if out, err := a.tool(good.Endpoint(), "status"); err != nil || !strings.Contains(out, "4 spans sent, 0 calls waiting, 0 dropped") {
				t.Errorf("status: %v\n%s", err, out)
			}
		})
	}
	t.Cleanup(func() {
		if n := elsewhere.Load(); n > 0 {
			t.Errorf("a redirect was followed %d times: what a session did went to a stranger", n)
		}
	})
}

// web serves HTTP, version 2 without TLS as OTLP over gRPC has it.
func web(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewUnstartedServer(handle)
	s.Config.Protocols = new(http.Protocols)
	s.Config.Protocols.SetHTTP1(true)
	s.Config.Protocols.SetUnencryptedHTTP2(true)
	s.Start()
	t.Cleanup(s.Close)
	return s.URL
}

// TestWhatACollectorNeverTakesIsCounted has a collector take requests and reject spans:
// they would keep all that comes behind them from being sent.
func TestWhatACollectorNeverTakesIsCounted(t *testing.T) {
	a := newAgent(t)
	a.hook("UserPromptSubmit", `,"prompt":"tidy up"`)
	a.hook("PreToolUse", pre("t1", "ls"))
	a.hook("PostToolUse", post("t1", "ls"))
	a.hook("Stop", "")
	endpoint := rpc(t, func(r *collectorpb.ExportTraceServiceRequest) (*collectorpb.ExportTraceServiceResponse, error) {
		return &collectorpb.ExportTraceServiceResponse{PartialSuccess: &collectorpb.ExportTracePartialSuccess{RejectedSpans: 1, ErrorMessage: "one is enough"}}, nil
	})
	if out, err := a.tool(endpoint, "export"); err != nil {
		t.Errorf("export: %v\n%s", err, out)
	}
	if out, err := a.tool(endpoint, "status"); err != nil || !strings.Contains(out, "1 spans sent, 0 calls waiting, 1 dropped") {
		t.Errorf("status: %v\n%s", err, out)
	}
}

// TestExportersKilledAnywhere kills exporters at any moment of their lives: what one has
// sent and not noted the next one sends again, as the same spans.
func TestExportersKilledAnywhere(t *testing.T) {
	path, err := exporter()
	if err != nil {
		t.Fatal(err)
	}
	good, err := onetrace.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer good.Close()
	a := newAgent(t)
	a.hook("UserPromptSubmit", `,"prompt":"tidy up"`)
	const runs = 12
	killed := 0
	for i := range runs {
		a.hook("PreToolUse", pre(fmt.Sprintf("t%d", i), "ls"))
		a.hook("PostToolUse", post(fmt.Sprintf("t%d", i), "ls"))
		a.hook("Stop", "")
		cmd := exec.CommandContext(t.Context(), path, "export", "-state", a.state)
		cmd.Env = []string{"HOME=/home/ada", "AMBIT_HOOK_ENDPOINT=" + good.Endpoint()}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		kill := time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, func() { _ = cmd.Process.Kill() })
		if cmd.Wait() != nil {
			killed++
		}
		kill.Stop()
	}
	if out, err := a.tool(good.Endpoint(), "export"); err != nil {
		t.Errorf("export: %v\n%s", err, out)
	}
	t.Logf("%d of %d exporters were killed", killed, runs)
	spans := map[string]map[string]bool{} // by the call
	for _, s := range good.Spans() {
		for _, kv := range s.Attributes() {
			if kv.Key == "gen_ai.tool.call.id" {
				if id := kv.Value.AsString(); spans[id] == nil {
					spans[id] = map[string]bool{}
				}
				spans[kv.Value.AsString()][s.SpanContext().SpanID().String()] = true
			}
		}
	}
	for i := range runs {
		if id := fmt.Sprintf("t%d", i); len(spans[id]) != 1 {
			t.Errorf("call %s has %d spans", id, len(spans[id]))
		}
	}
}
