package agentspan_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// noSwitches refuses whoever is not who they were.
type noSwitches struct{}

func (noSwitches) Check(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if len(r.Switches) > 0 {
		return boundary.Decision{
			Because:   []boundary.Determination{{Reason: boundary.ReasonIdentitySwitch, Rule: "no-switch"}},
			Crossings: []boundary.Crossing{{Kind: boundary.IdentitySwitch}},
		}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func use(subject string) identity.Use {
	return identity.Use{
		Credential: identity.Credential{Kind: "jwt", Issuer: "https://idp.example", Subject: subject, Handle: "jti-" + subject},
		Target:     identity.Target{Service: "github", Host: "api.github.com"},
	}
}

func TestUseIdentityStampsAndRefusesASwitch(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(noSwitches{}))
	ctx, s := start(t, tracer, session())
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
	ctx, err := tracer.UseIdentity(ctx, use("ada"))
	if err != nil {
		t.Fatal(err)
	}
	if u := agentspan.UseFromContext(ctx); u == nil || u.Credential.Subject != "ada" {
		t.Errorf("the use is not in the context: %+v", u)
	}
	if _, err = tracer.UseIdentity(ctx, use("root")); !errors.Is(err, boundary.ErrDenied) {
		t.Errorf("a switch: %v", err)
	}
	turn.End(nil)
	s.End(nil)
	if got := value(find(rec.Spans(), "invoke_agent triage"), semconv.AmbitCredentialHandleKey); got != "jti-ada" {
		t.Errorf("handle on the open span = %q", got)
	}
	refused := find(rec.Spans(), "refuse_tool use_identity")
	if got := value(refused, semconv.AmbitIdentitySwitchKindKey); got != "subject_changed" {
		t.Errorf("switch = %q", got)
	}
	if got := value(find(rec.Spans(), "session triage"), semconv.AmbitSessionSwitchCountKey); got != "1" {
		t.Errorf("the summary counts %s switches", got)
	}
	if rec.Counter(semconv.MetricAmbitIdentitySwitches) != 1 {
		t.Error("the switch is not counted")
	}
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

func TestTransport(t *testing.T) {
	sent := 0
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent++
		if r.URL.Path == "/redirect" {
			http.Redirect(w, r, strings.Replace(server.URL, "127.0.0.1", "localhost", 1)+"/elsewhere", http.StatusFound)
		}
	}))
	defer server.Close()

	onlyNumeric := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, e := range r.Effects {
			if e.Kind == effect.URL && !strings.HasPrefix(e.Target, "http://127.0.0.1") {
				return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonNoGrant}}}, nil
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(onlyNumeric))
	ctx, _ := start(t, tracer, session())
	client := &http.Client{Transport: agentspan.Transport(tracer, nil)}
	get := func(ctx context.Context, url string) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+"ghp_"+strings.Repeat("a1B2c3D4", 4)+"e5F6")
		resp, err := client.Do(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
		return err
	}

	ctx, span := rec.TracerProvider().Tracer("otelhttp").Start(ctx, "GET", trace.WithSpanKind(trace.SpanKindClient))
	if err := get(ctx, server.URL+"/ok"); err != nil || sent != 1 {
		t.Fatalf("an allowed request: %v, sent %d", err, sent)
	}
	span.End()
	if got := value(find(rec.Spans(), "GET"), semconv.AmbitCredentialKindKey); !strings.HasPrefix(got, "github") {
		t.Errorf("credential on the client span = %q", got)
	}
	if err := get(ctx, server.URL+"/redirect"); !errors.Is(err, boundary.ErrDenied) || sent != 2 {
		t.Errorf("a redirect to another host: %v, sent %d", err, sent)
	}
	if err := get(t.Context(), server.URL+"/ok"); reasonOf(err) != boundary.ReasonNoSession || sent != 2 {
		t.Errorf("a request outside of any session: %v, sent %d", err, sent)
	}
	body := &closing{Reader: strings.NewReader("x")}
	req, _ := http.NewRequestWithContext(ctx, http.MethodPost, "http://localhost:1/", body)
	if _, err := client.Do(req); !errors.Is(err, boundary.ErrDenied) || !body.closed {
		t.Errorf("a refused request: %v, body closed %v", err, body.closed)
	}
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func TestGovernCallWritesOntoTheSpanThatIsOpen(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("read_*")))
	ctx, s := start(t, tracer, session())
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})

	fctx, theirs := rec.TracerProvider().Tracer("framework").Start(ctx, "execute_tool read_file")
	_, call, err := tracer.GovernCall(fctx, agentspan.ToolCall{Name: "read_file"})
	if err != nil {
		t.Fatal(err)
	}
	failed := errors.New("no such file")
	call.End(&failed)
	theirs.End()

	fctx, theirs = rec.TracerProvider().Tracer("framework").Start(ctx, "execute_tool delete_file")
	if _, _, err = tracer.GovernCall(fctx, agentspan.ToolCall{Name: "delete_file"}); !errors.Is(err, boundary.ErrDenied) {
		t.Errorf("GovernCall = %v", err)
	}
	theirs.End()

	// No tool span is open: the turn's is left alone.
	gctx, call, err := tracer.GovernCall(ctx, agentspan.ToolCall{Name: "read_other"})
	if err != nil {
		t.Fatal(err)
	}
	_ = gctx
	call.End(nil)
	turn.End(nil)
	s.End(nil)

	spans := rec.Spans()
	if got := value(find(spans, "execute_tool read_file"), semconv.AmbitDecisionOutcomeKey); got != "allow" {
		t.Errorf("outcome on the framework's span = %q", got)
	}
	if got := value(find(spans, "invoke_agent triage"), semconv.AmbitDecisionOutcomeKey); got != "" {
		t.Errorf("outcome on the turn's span = %q", got)
	}
	if find(spans, "execute_tool read_other") == nil {
		t.Error("no span of its own where none was open")
	}
	refused, outer := find(spans, "refuse_tool delete_file"), find(spans, "execute_tool delete_file")
	if refused == nil || refused.Parent().SpanID() != outer.SpanContext().SpanID() {
		t.Error("the refusal is no child of the open span")
	}
}

func TestPrivacyHashesPeople(t *testing.T) {
	key, err := identity.NewKey([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	tracer, rec := agentspantest.New(t, agentspan.WithPrivacy(key))
	ctx, s := start(t, tracer, session())
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	s.End(nil)
	for _, span := range rec.Spans() {
		for _, kv := range span.Attributes() {
			if kv.Value.AsString() == "ada" {
				t.Errorf("%s shows the owner: %s", span.Name(), kv.Key)
			}
		}
	}
	x := find(rec.Spans(), "execute_tool x")
	if value(x, semconv.UserHashKey) == "" || value(x, semconv.UserIDKey) != "" || value(x, semconv.AmbitIdentityIDKey) != "triage" {
		t.Errorf("user.hash %q, user.id %q, identity %q", value(x, semconv.UserHashKey), value(x, semconv.UserIDKey), value(x, semconv.AmbitIdentityIDKey))
	}
}

func TestContentGoesWhereItIsAskedFor(t *testing.T) {
	work := func(tracer *agentspan.Tracer) {
		ctx, s, _ := tracer.StartSession(context.Background(), session())
		ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "a prompt"})
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Arguments: []byte(`{"q":"an argument"}`)},
			func(context.Context) (string, error) { return strings.Repeat("a result ", 1000), nil })
		turn.End(nil)
		s.End(nil)
	}
	t.Run("spans", func(t *testing.T) {
		tracer, rec := agentspantest.New(t, agentspan.WithContent(agentspan.Prompts, agentspan.Arguments, agentspan.Results),
			agentspan.WithRedactor(func(_ agentspan.Content, s string) string { return strings.ReplaceAll(s, "argument", "[x]") }))
		work(tracer)
		x := find(rec.Spans(), "execute_tool x")
		if got := value(x, semconv.GenAIToolCallArgumentsKey); got != `{"q":"an [x]"}` {
			t.Errorf("arguments = %q", got)
		}
		if got := value(x, semconv.GenAIToolCallResultKey); len(got) > 2000 || !strings.HasPrefix(got, "[truncated] ") {
			t.Errorf("result = %d bytes, %.20q", len(got), got)
		}
		if got := value(find(rec.Spans(), "invoke_agent triage"), semconv.GenAIInputMessagesKey); !strings.Contains(got, "a prompt") {
			t.Errorf("messages = %q", got)
		}
		if err := agentspantest.Conforms(rec.Spans()); err != nil {
			t.Error(err)
		}
	})
	t.Run("handler", func(t *testing.T) {
		var events []agentspan.Event
		tracer, rec := agentspantest.New(t, agentspan.WithContent(agentspan.Prompts, agentspan.Arguments),
			agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) { events = append(events, e) }))
		work(tracer)
		if got := value(find(rec.Spans(), "execute_tool x"), semconv.GenAIToolCallArgumentsKey); got != "" {
			t.Errorf("arguments are on the span although somebody takes them: %q", got)
		}
		if len(events) != 2 || events[0].Session != "s-1" {
			t.Errorf("events: %+v", events)
		}
	})
}

// Arguments are the caller's, who may use the memory for something else.
func TestRecordedArgumentsAreACopy(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithContent(agentspan.Arguments))
	ctx, _ := start(t, tracer, session())
	args := []byte(`{"q":"an argument"}`)
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x", Arguments: args}, nothing)
	copy(args, `{"q":"another one"}`)
	if got := value(find(rec.Spans(), "execute_tool x"), semconv.GenAIToolCallArgumentsKey); got != `{"q":"an argument"}` {
		t.Errorf("arguments = %q", got)
	}
}
