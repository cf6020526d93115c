package mcpspan_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/modelcontextprotocol/go-sdk/mcp"
	"go.opentelemetry.io/otel/propagation"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpspan"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/mcptest"
	"github.com/ambit-go/ambit/semconv"
)

// Each of the eight traps of the SDK for whoever instruments it is a test here, by its
// number; the protocol's own follow them. Others are beside what they are about:
//
//	an error's type is known only where it is the SDK's own   TestErrors
//	the server shows nobody its tools                         TestToolDriftAndAnnotations, TestNewToolIsDrift
//	a client that cannot ask must not be asked                TestApproval
//	a question takes several rounds under one client span     TestApprovalTakesTwoRoundsUnderOneClientSpan, TestRoundsThatAskAreMarked
//	a server's own request begins a trace of its own          TestLegacyElicitationIsBelowTheCall
//	requestState is the client's to edit, replay and keep     TestRequestState…
//	baggage leaves the house                                  TestBaggageIsAllowListed
//	a name that a peer makes up becomes a metric's label      TestHostileNames, TestMetrics

// Trap 1: on a stateful HTTP server the context is that of the first request.
func TestTrap1AmbientSpanIsALinkAndNoParent(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer)
			mcpspan.InstrumentClient(c, tracer)
			around := func(h http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					ctx, span := rec.TracerProvider().Tracer("http").Start(r.Context(), "POST")
					defer span.End()
					h.ServeHTTP(w, r.WithContext(ctx))
				})
			}
			cs := overHTTP(t, s, c, version, around, nil)
			for range 2 {
				call(t, t.Context(), cs, "read_file", path)
			}
			spans := mcptest.SpansOf(t, rec, "tools/call read_file", 4)
			for i := 0; i < len(spans); i += 2 {
				client, server := mcptest.Kinds(spans[i : i+2])
				if server.Parent().SpanID() != client.SpanContext().SpanID() {
					t.Errorf("call %d: the server's span is not below the client's", i/2)
				}
				if len(server.Links()) != 1 {
					t.Errorf("call %d: %d links, want one to the ambient span", i/2, len(server.Links()))
				}
				if mcptest.Attr(server, semconv.NetworkTransportKey) != "tcp" || (mcptest.Attr(server, semconv.MCPSessionIDKey) != "") != (version == mcptest.Legacy) {
					t.Errorf("call %d: %v", i/2, server.Attributes())
				}
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Without _meta the header of this request counts.
func TestHeaderOfThisRequestIsTheSecondChoice(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	ctx, span := rec.TracerProvider().Tracer("caller").Start(t.Context(), "caller")
	cs := overHTTP(t, s, newClient(nil), mcptest.Current, nil, roundTrip(func(r *http.Request) (*http.Response, error) {
		r = r.Clone(r.Context())
		propagation.TraceContext{}.Inject(ctx, propagation.HeaderCarrier(r.Header))
		return http.DefaultTransport.RoundTrip(r)
	}))
	call(t, t.Context(), cs, "read_file", path)
	if got := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]; got.Parent().SpanID() != span.SpanContext().SpanID() {
		t.Errorf("the parent is %v, want %v", got.Parent().SpanID(), span.SpanContext().SpanID())
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Trap 2: the token in the context is the one that opened the connection.
func TestTrap2TokenRotatedMidSession(t *testing.T) {
	var mu sync.Mutex
	now := "one"
	c := claims{
		"one": verified("ada", "agent-1"), "two": verified("ada", "agent-1"), "three": verified("ada", "agent-2"),
	}
	c["one"]["jti"], c["two"]["jti"], c["three"]["jti"] = "j1", "j2", "j3"
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("*")))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	cs := overHTTP(t, s, newClient(nil), mcptest.Legacy, c.protect, bearer{func() string { mu.Lock(); defer mu.Unlock(); return now }})
	for _, tok := range []string{"one", "two", "three"} {
		mu.Lock()
		now = tok
		mu.Unlock()
		call(t, t.Context(), cs, "read_file", path)
	}
	spans := mcptest.SpansOf(t, rec, "tools/call read_file", 3)
	for i, want := range []struct{ handle, switched string }{{"j1", ""}, {"j2", ""}, {"j3", "actor_changed"}} {
		if h, w := mcptest.Attr(spans[i], semconv.AmbitCredentialHandleKey), mcptest.Attr(spans[i], semconv.AmbitIdentitySwitchKindKey); h != want.handle || w != want.switched {
			t.Errorf("call %d: credential %q, switch %q, want %q, %q", i, h, w, want.handle, want.switched)
		}
	}
	if a, b := mcptest.Attr(spans[0], semconv.AmbitSessionIDKey), mcptest.Attr(spans[2], semconv.AmbitSessionIDKey); a != b || a == "" {
		t.Errorf("the agent's change made it another session: %q, %q", a, b)
	}
	if got := mcptest.Attr(spans[0], semconv.AmbitOwnerAssuranceKey); got != "verified" {
		t.Errorf("the owner is %s", got)
	}
	mcptest.Conforms(t, rec)
}

// Trap 3: requests may have no params at all, as typed and as untyped nil.
func TestTrap3RequestsWithoutParams(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer)
			mcpspan.InstrumentClient(c, tracer)
			cs := inMemory(t, s, c, version)
			if _, err := cs.ListTools(t.Context(), nil); err != nil {
				t.Fatal(err)
			}
			if version == mcptest.Legacy {
				if err := cs.Ping(t.Context(), nil); err != nil {
					t.Fatal(err)
				}
				client, server := mcptest.Kinds(mcptest.SpansOf(t, rec, "ping", 2))
				if server.Parent().SpanID() != client.SpanContext().SpanID() {
					t.Error("ping: no context was sent")
				}
			}
			client, server := mcptest.Kinds(mcptest.SpansOf(t, rec, "tools/list", 2))
			if server.Parent().SpanID() != client.SpanContext().SpanID() {
				t.Error("tools/list: no context was sent")
			}
			mcptest.Conforms(t, rec)
		})
	}
}

// Trap 4: params and their _meta may be shared between goroutines. The SDK itself
// writes into them by the revision of 2026, so this is about the older ones.
func TestTrap4SharedParamsConcurrentSafe(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	mcpspan.InstrumentServer(s, tracer)
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Legacy)
	shared := &mcp.CallToolParams{Name: "read_file", Arguments: path, Meta: mcp.Meta{"mine": "stays"}}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if _, err := cs.CallTool(t.Context(), shared); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(shared.Meta) != 1 {
		t.Errorf("the caller's _meta was written to: %v", shared.Meta)
	}
	mcptest.SpansOf(t, rec, "tools/call read_file", 16)
}

// Trap 5: what an earlier call left in reused params must not travel on.
func TestTrap5StaleContextIsReplaced(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s, c := newServer(), newClient(nil)
	var seen map[string]any
	s.AddReceivingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if method == "tools/call" {
				seen = req.GetParams().GetMeta()
			}
			return next(ctx, method, req)
		}
	})
	mcpspan.InstrumentClient(c, tracer)
	cs := inMemory(t, s, c, mcptest.Current)
	stale := mcp.Meta{"traceparent": "00-" + strings.Repeat("1", 32) + "-" + strings.Repeat("2", 16) + "-01", "tracestate": "old=1", "baggage": "user=eve"}
	if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "read_file", Arguments: path, Meta: stale}); err != nil {
		t.Fatal(err)
	}
	span := mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0]
	if tp, _ := seen["traceparent"].(string); !strings.Contains(tp, span.SpanContext().SpanID().String()) {
		t.Errorf("traceparent = %q", tp)
	}
	if seen["tracestate"] != nil || seen["baggage"] != nil {
		t.Errorf("stale context went out: %v", seen)
	}
}

// A wire keeps what a server answers.
type wire struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return res, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	res.Body = io.NopCloser(bytes.NewReader(body))
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all.Write(body)
	return res, err
}

func (w *wire) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.all.String()
}

// Trap 6: a result that asks has its type on the wire.
func TestTrap6InputRequiredHasItsTypeOnTheWire(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(mcptest.Asking(boundary.Approval{})))
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	var w wire
	c := newClient(&mcp.ClientOptions{ElicitationHandler: say("accept", true)})
	cs := overHTTP(t, s, c, mcptest.Current, nil, &w)
	if res := call(t, t.Context(), cs, "delete_file", path); res.IsError {
		t.Fatalf("refused: %s", textOf(res))
	}
	if !strings.Contains(w.String(), `"resultType":"input_required"`) || !strings.Contains(w.String(), `"requestState":"ambit1.`) {
		t.Errorf("on the wire: %s", w.String())
	}
	if strings.Contains(w.String(), "/srv/a.txt\",\"requestState") {
		t.Error("the state tells of the call")
	}
	mcptest.SpansOf(t, rec, "tools/call delete_file", 2)
	mcptest.Conforms(t, rec)
}

// Trap 6 is one of refusals as well: a result without a type is none by 2026-07-28,
// and older clients know of no types.
func TestTrap6RefusalHasItsTypeOnTheWire(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(mcptest.Denying))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			var w wire
			if res := call(t, t.Context(), overHTTP(t, s, newClient(nil), version, nil, &w), "delete_file", path); !res.IsError {
				t.Fatal("a refused call ran")
			}
			answer := w.String()[strings.LastIndex(w.String(), `{"jsonrpc"`):]
			if typed := strings.Contains(answer, `"resultType":"complete"`); typed != (version == mcptest.Current) {
				t.Errorf("on the wire: %s", answer)
			}
		})
	}
}

// Trap 7: the SDK hides the id of a request, so it is left out and not made up.
func TestTrap7NoRequestIDIsMadeUp(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	call(t, t.Context(), inMemory(t, s, newClient(nil), mcptest.Current), "read_file", path)
	if got := mcptest.Attr(mcptest.SpansOf(t, rec, "tools/call read_file", 1)[0], semconv.JSONRPCRequestIDKey); got != "" {
		t.Errorf("jsonrpc.request.id = %q", got)
	}
}

// Trap 8: what the SDK rejects never reaches us: no span, and no harm.
func TestTrap8WhatIsRejectedBeforeLeavesNoSpan(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	mcpspan.InstrumentServer(s, tracer)
	c := newClient(nil)
	c.AddSendingMiddleware(func(next mcp.MethodHandler) mcp.MethodHandler {
		return func(ctx context.Context, method string, req mcp.Request) (mcp.Result, error) {
			if p, ok := req.GetParams().(*mcp.CallToolParams); ok && p.Name == "unread" {
				q := *p
				q.Meta = mcp.Meta{"io.modelcontextprotocol/protocolVersion": mcptest.Current, "io.modelcontextprotocol/clientCapabilities": 7}
				return next(ctx, method, &mcp.ClientRequest[mcp.Params]{Session: req.GetSession().(*mcp.ClientSession), Params: &q})
			}
			return next(ctx, method, req)
		}
	})
	cs := inMemory(t, s, c, mcptest.Current)
	if _, err := cs.CallTool(t.Context(), &mcp.CallToolParams{Name: "unread"}); err == nil {
		t.Fatal("the SDK let a malformed _meta through")
	}
	call(t, t.Context(), cs, "read_file", path)
	mcptest.SpansOf(t, rec, "tools/call read_file", 1)
	mcptest.SpansOf(t, rec, "tools/call unread", 0)
}

// One server for all requests is what the SDK's HTTP handler is given a function for; a
// program that instruments in there does so for each request.
func TestInstrumentingForEachRequestIsOnce(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	s := newServer()
	srv := httptest.NewServer(mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server {
		mcpspan.InstrumentServer(s, tracer)
		return s
	}, &mcp.StreamableHTTPOptions{Stateless: true}))
	defer srv.Close()
	cs := dial(t, srv.URL, newClient(nil), mcptest.Current, nil)
	call(t, t.Context(), cs, "read_file", path)
	call(t, t.Context(), cs, "read_file", path)
	mcptest.SpansOf(t, rec, "tools/call read_file", 2)
	mcptest.Conforms(t, rec)
}

// What a client calls itself is nobody's identity, whatever it is.
func TestClientInfoIsNobody(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			var saw boundary.Request
			tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
				saw = r
				return boundary.Decision{Verdict: boundary.Allow}, nil
			})))
			s := newServer()
			mcpspan.InstrumentServer(s, tracer)
			cs := inMemory(t, s, mcp.NewClient(&mcp.Implementation{Name: "human:rosamund", Title: "agent:triage", Version: "1"}, nil), version)
			call(t, t.Context(), cs, "read_file", path)
			if !saw.Delegation.Owner.IsZero() || len(saw.Delegation.Actors) > 0 || saw.Use != nil {
				t.Errorf("the caller is taken for %+v, by %+v", saw.Delegation, saw.Use)
			}
			for _, sp := range rec.Spans() {
				for _, kv := range sp.Attributes() {
					if strings.Contains(kv.Value.String(), "rosamund") || strings.Contains(kv.Value.String(), "triage") {
						t.Errorf("%s has %s=%s", sp.Name(), kv.Key, kv.Value.String())
					}
				}
			}
		})
	}
}

// A connection is no conversation: the calls of two sessions on one are kept apart, and
// what one has seen is not in the other.
func TestSessionsInterleaveOnOneConnection(t *testing.T) {
	for _, version := range mcptest.Revisions {
		t.Run(version, func(t *testing.T) {
			tracer, rec := agentspantest.New(t)
			s, c := newServer(), newClient(nil)
			mcpspan.InstrumentServer(s, tracer)
			quiet, _ := agentspantest.New(t)
			mcpspan.InstrumentClient(c, quiet)
			cs := inMemory(t, s, c, version)
			one := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "one"})
			two := agentspan.ContextWithSession(t.Context(), agentspan.Session{ID: "two"})
			call(t, one, cs, "leak", map[string]any{})
			call(t, two, cs, "read_file", path)
			call(t, one, cs, "read_file", path)
			seen := map[string]string{}
			for _, sp := range mcptest.SpansOf(t, rec, "tools/call read_file", 2) {
				seen[mcptest.Attr(sp, semconv.AmbitSessionIDKey)] = mcptest.Attr(sp, semconv.AmbitSessionSecretSeenKey)
			}
			if diff := cmp.Diff(map[string]string{"one": "true", "two": ""}, seen); diff != "" {
				t.Errorf("who has seen a secret (-want +got):\n%s", diff)
			}
		})
	}
}
