package agentspan_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// dirty is what a plug-in that passes on what a model said might call things.
var dirty = "la\x00bel\u202e " + githubToken("ghp_", "d") + " " + strings.Repeat("x", 5000)

// talkative is a classifier that says dirty.
type talkative struct{}

func (talkative) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, nil
}

func (talkative) NewStream([]intent.Label) intent.Stream { return talkative{} }

func (talkative) Observe(context.Context, intent.Action) (intent.Result, error) {
	return intent.Result{Label: intent.Label(dirty), Score: math.NaN(), Anomalous: true, Drift: math.Inf(1), Departed: 1}, nil
}

// finding is a detector that finds a secret in the word needle, and calls it dirty.
var finding = secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
	if i := strings.Index(string(text), "needle"); i >= 0 {
		dst = append(dst, secret.Finding{Kind: dirty, Place: place, Offset: i, Length: len("needle")})
	}
	return secret.Default().Detect(dst, text, place)
})

// A checker's own reason is no code of the list, which is closed.
func TestAReasonThatIsNoneOfTheListIsTheCheckers(t *testing.T) {
	own := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		d := boundary.Decision{Because: []boundary.Determination{{Reason: "because_i_say_so"}}, Crossings: []boundary.Crossing{{Kind: boundary.OutOfScope}}}
		if r.Tool == "allowed" {
			d.Verdict = boundary.Allow
		}
		return d, nil
	})
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(own))
	ctx, s := start(t, tracer, session())
	for _, name := range []string{"allowed", "refused"} {
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: name}, nothing)
	}
	s.End(nil)
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"execute_tool allowed", "refuse_tool refused"} {
		if got := value(find(rec.Spans(), name), semconv.AmbitDecisionReasonKey); got != "checker" {
			t.Errorf("reason of %s is %q, want checker", name, got)
		}
	}
	if got := event(rec.Spans(), semconv.EventAmbitBoundaryCrossed, semconv.AmbitDecisionReasonKey); got != "checker" {
		t.Errorf("reason of the event is %q, want checker", got)
	}
}

// Labels and kinds are words of a plug-in's own, and no more trusted than a tool's.
func TestWordsOfPluginsAreClean(t *testing.T) {
	var mu sync.Mutex
	var said []string
	note := func(kvs []attribute.KeyValue) {
		for _, kv := range kvs {
			said = append(said, kv.Value.String())
		}
	}
	tracer, rec := agentspantest.New(t, agentspan.WithClassifier(talkative{}), agentspan.WithDetector(finding),
		agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) {
			mu.Lock()
			defer mu.Unlock()
			note(e.Attributes)
		}),
		agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) {
			mu.Lock()
			defer mu.Unlock()
			said = append(said, s.Detail)
		}))
	ctx, session := start(t, tracer, session())
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{Prompt: "look"})
	call := agentspan.ToolCall{Name: "x", Arguments: []byte(`{"a":"needle"}`), Use: &identity.Use{Credential: identity.Credential{Kind: identity.CredentialKind(dirty)}}}
	if _, err := agentspan.Do(ctx, tracer, call, func(context.Context) (string, error) { return "needle", nil }); err != nil {
		t.Fatal(err)
	}
	turn.End(nil)
	session.End(nil)
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, s := range rec.Spans() {
		note(s.Attributes())
		for _, e := range s.Events() {
			note(e.Attributes)
		}
	}
	m, err := rec.Metrics(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(m); strings.Contains(text, "ghp_") || strings.Contains(text, "xxxx") {
		t.Errorf("a metric says what a plug-in called it")
	}
	for _, s := range said {
		if len(s) > 1000 || !utf8.ValidString(s) || strings.Contains(s, "ghp_") || strings.ContainsAny(s, "\x00\u202e") {
			t.Errorf("written: %.80q (%d bytes)", s, len(s))
		}
	}
	x := find(rec.Spans(), "execute_tool x")
	for key, want := range map[attribute.Key]string{
		semconv.AmbitIntentLabelKey: "[redacted]", semconv.AmbitIntentScoreKey: "0", semconv.AmbitIntentDriftKey: "1",
		semconv.AmbitSecretKindKey: "[redacted]", semconv.AmbitCredentialKindKey: "[redacted]",
	} {
		if got := value(x, key); got != want {
			t.Errorf("%s = %.80q, want %q", key, got, want)
		}
	}
}

// An absent is an error that is a nil pointer, as a function returns by mistake.
type absent struct{ kind string }

func (*absent) Error() string       { return "absent" }
func (e *absent) ErrorType() string { return e.kind }

func TestAnErrorWhoseMethodPanicsIsRecordedAndGoesOn(t *testing.T) {
	tracer, rec := agentspantest.New(t)
	ctx, _ := start(t, tracer, session())
	_, err := agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, func(context.Context) (string, error) { return "", (*absent)(nil) })
	if err == nil {
		t.Error("the tool's own error is gone")
	}
	if got := value(find(rec.Spans(), "execute_tool x"), semconv.ErrorTypeKey); got != "_OTHER" {
		t.Errorf("error.type = %q", got)
	}
}
