package mcpwire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

// A server reads what a client wrote into _meta, and nothing else decides whose
// calls belong together.
func Example() {
	tracer, err := agentspan.New()
	if err != nil {
		panic(err)
	}
	ctx, session, err := tracer.StartSession(context.Background(), agentspan.Session{ID: "s-1"})
	defer session.End(&err)

	meta := mcpwire.NewRecorder(tracer, "example").Inject(ctx, nil, map[string]any{"progressToken": 7})
	fmt.Println(meta)

	got := mcpwire.Received(meta, nil)
	fmt.Println(got.SessionID())
	// Output:
	// map[baggage:ambit.session.id=s-1 progressToken:7]
	// s-1
}

func ExampleRefusalText() {
	err := &boundary.RefusedError{Tool: "delete_file", Decision: boundary.Decision{
		Because: []boundary.Determination{{Rule: "no-delete"}}, Message: "ask for a task that may delete", Nearest: "grant fix",
	}}
	fmt.Println(mcpwire.RefusalText(err))
	// Output: delete_file: denied by policy (rule no-delete): ask for a task that may delete; nearest: grant fix
}

// A message that names the nearest grant itself, as a policy's does, names it once.
func TestTheNearestGrantIsNamedOnce(t *testing.T) {
	message := "not granted; nearest: grant fix is for other paths"
	near := message[len("not granted; nearest: "):]
	refusal := mcpwire.RefusalText(&boundary.RefusedError{Tool: "read", Decision: boundary.Decision{Message: message, Nearest: near}})
	for _, text := range []string{refusal, mcpwire.QuestionText(&agentspan.Ask{Tool: "read", Message: message, Nearest: near})} {
		if n := strings.Count(text, near); n != 1 {
			t.Errorf("%q names it %d times", text, n)
		}
	}
}

const good = "00-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-bbbbbbbbbbbbbbbb-01"

func TestMetaComesBeforeTheHeader(t *testing.T) {
	header := http.Header{"Traceparent": {strings.ReplaceAll(good, "a", "c")}, "Tracestate": {"h=1"}, "Baggage": {"x=1", mcpwire.SessionKey + "=h"}}
	for _, tt := range []struct {
		name string
		meta map[string]any
		want mcpwire.TraceContext
	}{
		{"both", map[string]any{"traceparent": good, "baggage": "y=2"}, mcpwire.TraceContext{Traceparent: good, Baggage: "y=2"}},
		{"header alone", nil, mcpwire.TraceContext{Traceparent: header.Get("traceparent"), Tracestate: "h=1", Baggage: "x=1," + mcpwire.SessionKey + "=h"}},
		{"no strings", map[string]any{"traceparent": 7, "baggage": []any{"y=2"}}, mcpwire.TraceContext{Traceparent: header.Get("traceparent"), Tracestate: "h=1", Baggage: "x=1," + mcpwire.SessionKey + "=h"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, mcpwire.Received(tt.meta, header)); diff != "" {
				t.Errorf("trace context (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheAmbientSpanIsALinkAndNoParent(t *testing.T) {
	ambient := trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}, TraceFlags: trace.FlagsSampled})
	ctx := trace.ContextWithSpanContext(t.Context(), ambient)
	for _, c := range []mcpwire.TraceContext{{Traceparent: good}, {}, {Traceparent: "00-" + strings.Repeat("0", 32) + "-bbbbbbbbbbbbbbbb-01"}} {
		under, links := c.Adopt(ctx)
		if len(links) != 1 || !links[0].SpanContext.Equal(ambient) {
			t.Errorf("links %v, want the ambient span", links)
		}
		if got := trace.SpanContextFromContext(under); got.IsValid() != (c.Traceparent == good) || got.Equal(ambient) {
			t.Errorf("the parent is %v", got)
		}
	}
}

// FuzzReceived: what a peer writes is bounded, and taken for what it is or for nothing.
func FuzzReceived(f *testing.F) {
	f.Add(`{"traceparent":"`+good+`","tracestate":"a=1","baggage":"ambit.session.id=s-1"}`, "")
	f.Add(`{"traceparent":7,"baggage":{"a":[]}}`, good)
	f.Add(`{"baggage":"ambit.session.id=%zz,=,;;,ambit.session.id"}`, "00-")
	tracer, err := agentspan.New()
	if err != nil {
		f.Fatal(err)
	}
	rec := mcpwire.NewRecorder(tracer, "fuzz")
	f.Fuzz(func(t *testing.T, meta, header string) {
		var m map[string]any
		_ = json.Unmarshal([]byte(meta), &m)
		before, _ := json.Marshal(m)
		c := mcpwire.Received(m, http.Header{"Traceparent": {header}, "Baggage": {header}})
		if len(c.Traceparent) > 128 || len(c.Tracestate) > 512 || len(c.Baggage) > 8192 {
			t.Errorf("unbounded: %d, %d, %d bytes", len(c.Traceparent), len(c.Tracestate), len(c.Baggage))
		}
		id := c.SessionID()
		if len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r > '~' }) {
			t.Errorf("session id %q", id)
		}
		ctx, links := c.Adopt(t.Context())
		if len(links) > 0 {
			t.Error("a link to a span that is not there")
		}
		ctx = c.Let(ctx, []string{"a", "b"})
		ctx = agentspan.ContextWithSession(ctx, agentspan.Session{ID: id})
		first := mcpwire.Received(rec.Inject(ctx, []string{"a", "b"}, m), nil)
		if again := mcpwire.Received(rec.Inject(ctx, []string{"a", "b"}, m), nil); again != first {
			t.Errorf("sent %+v, and the second time %+v", first, again)
		}
		if got := first.SessionID(); id != "" && got != id && got != "" || id == "s-1" && got == "" {
			t.Errorf("the session %q is sent as %q", id, got)
		}
		if after, _ := json.Marshal(m); !bytes.Equal(before, after) {
			t.Errorf("the _meta given was written to: %s, was %s", after, before)
		}
	})
}

func caller(sub, agent string, a identity.Assurance) mcpwire.Caller {
	return mcpwire.CallerFromClaims(map[string]any{"iss": "https://idp.example.com", "sub": sub, "client_id": agent}, nil, a)
}

func TestSessions(t *testing.T) {
	s := mcpwire.NewSessions(agentspan.Session{Agent: "triage"})
	of := func(c mcpwire.Caller, claimed string, conn any) string {
		n, _ := s.Of(&c, claimed, conn)
		return n.ID
	}
	ada, bob := caller("ada", "ide", identity.Verified), caller("bob", "ide", identity.Verified)
	parsed, other := caller("ada", "ide", identity.Parsed), caller("eve", "ide", identity.Parsed)

	if a, b := of(ada, "", nil), of(ada, "", nil); a != b {
		t.Errorf("two requests of one verified owner are of sessions %s and %s", a, b)
	}
	if a, b := of(ada, "", nil), of(bob, "", nil); a == b {
		t.Error("two owners share a session")
	}
	if a, b := of(parsed, "s-1", nil), of(other, "s-1", nil); a == b {
		t.Error("two owners that nobody verified share a session by claiming one id")
	}
	if a, b := of(mcpwire.Caller{}, "", nil), of(mcpwire.Caller{}, "", nil); a == b {
		t.Error("two requests of nobody in particular share a session")
	}
	if a, b := of(mcpwire.Caller{}, "", 1), of(mcpwire.Caller{}, "", 1); a != b {
		t.Errorf("one connection has sessions %s and %s", a, b)
	}
	if a, b := of(mcpwire.Caller{}, "", 1), of(mcpwire.Caller{}, "", 2); a == b {
		t.Error("two connections share a session")
	}

	// Another agent in the middle of a session is a switch within it: the session
	// stays what it was.
	first, lasts := s.Of(&ada, "s-9", nil)
	moved := caller("ada", "another", identity.Verified)
	second, _ := s.Of(&moved, "s-9", nil)
	if !lasts || !first.Claimed || first.ID != "s-9" || first.Agent != "triage" {
		t.Errorf("session %+v, lasts %v", first, lasts)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("the session changed with its caller (-first +second):\n%s", diff)
	}
}

func TestOutcomes(t *testing.T) {
	failed := errors.New("failed")
	for _, tt := range []struct {
		name   string
		err    error
		code   int64
		server bool
		want   mcpwire.Outcome
	}{
		{"well", nil, 0, true, mcpwire.Outcome{}},
		{"the caller's fault, on the server", failed, -32602, true, mcpwire.Outcome{Code: "-32602"}},
		{"the caller's fault, on the client", failed, -32602, false, mcpwire.Outcome{ErrorType: "-32602", Code: "-32602"}},
		{"the server's fault", failed, -32603, true, mcpwire.Outcome{ErrorType: "-32603", Code: "-32603"}},
		{"refused", &boundary.RefusedError{}, 0, false, mcpwire.Outcome{ErrorType: "policy_denied"}},
		{"gone", context.Canceled, 0, true, mcpwire.Outcome{ErrorType: "canceled"}},
		{"late", context.DeadlineExceeded, 0, true, mcpwire.Outcome{ErrorType: "timeout"}},
		{"whatever", failed, 0, true, mcpwire.Outcome{ErrorType: "_OTHER"}},
	} {
		if diff := cmp.Diff(tt.want, mcpwire.OutcomeOf(tt.err, tt.code, tt.server)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
}

// Names that a peer sends do not blow up a metric, nor a span's name.
func TestHostileOperation(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	r := mcpwire.NewRecorder(tracer, "test")
	for i := range 100 {
		o := mcpwire.Operation{
			Method: fmt.Sprintf("made/up\x1b%d", i), Tool: strings.Repeat("n", 1<<16), URI: "https://u:" + strings.Repeat("p", 40) + "@h/",
			Version: "9999", Start: time.Now(), Metrics: r.Received,
		}
		r.Begin(t.Context(), &o, trace.SpanKindServer, nil, nil)
		r.End(&o, mcpwire.Outcome{}, nil)
	}
	for _, s := range rec.Spans() {
		if len(s.Name()) > 200 || strings.Contains(s.Name(), "\x1b") {
			t.Errorf("a span is named %.60q", s.Name())
		}
	}
	m, err := rec.Metrics(t.Context())
	if err != nil || len(m.ScopeMetrics) != 1 || m.ScopeMetrics[0].Scope.SchemaURL == "" {
		t.Fatalf("metrics %+v: %v", m.ScopeMetrics, err)
	}
	if text := fmt.Sprint(m.ScopeMetrics[0].Metrics); strings.Contains(text, "made/up") || !strings.Contains(text, "_OTHER") {
		t.Errorf("the metric names what a peer made up: %.300s", text)
	}
}

// What the token itself shows comes after what its claims say, and makes nobody known.
func TestWhatATokenShows(t *testing.T) {
	pat := identity.Credential{Kind: "github-pat", Handle: "hash", Fingerprint: "f", KeyID: "k", Subject: "eve", Assurance: identity.Parsed}
	c := mcpwire.CallerFromClaims(map[string]any{"sub": "ada", "jti": "7", "org_id": "shop", "exp": 1772369600}, []string{"read"}, identity.Verified)
	c.Show([]identity.Credential{pat})
	want := identity.Credential{
		Kind: "github-pat", Subject: "ada", Account: "shop", Handle: "7", KeyID: "k", Fingerprint: "f", Scopes: []string{"read"},
		ExpiresAt: time.Unix(1772369600, 0).UTC(), Binding: identity.Bearer, Source: identity.InHeader, Assurance: identity.Verified,
	}
	if diff := cmp.Diff(want, c.Proof.Credential); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	var nobody mcpwire.Caller
	nobody.Show([]identity.Credential{pat})
	if nobody.Use("files") != nil {
		t.Error("a header alone makes somebody known")
	}
}
