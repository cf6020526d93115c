package agentspan_test

// What the summary of a session counts, and what is told where something is missing.

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.opentelemetry.io/otel/attribute"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/semconv"
)

// Each thing counts once, however often it is reached, and what was refused not at
// all.
func TestBlastRadius(t *testing.T) {
	touches := map[string][]effect.Effect{
		"host":     {{Kind: effect.Host, Access: effect.Connect, Target: "a.example:8443", Certainty: effect.Exact}},
		"page":     {{Kind: effect.URL, Access: effect.Connect, Target: "https://a.example/x", Certainty: effect.Exact}},
		"address":  {{Kind: effect.Host, Access: effect.Connect, Target: "[2001:db8::1]:443", Certainty: effect.Exact}},
		"repo":     {{Kind: effect.Repo, Access: effect.Write, Target: "github.com/acme/shop", Certainty: effect.Exact}},
		"data":     {{Kind: effect.Data, Access: effect.Read, Target: "sql:orders", Certainty: effect.Exact}},
		"secret":   {{Kind: effect.Secret, Access: effect.Read, Target: "file:/home/ada/.netrc", Certainty: effect.Exact}},
		"root":     {{Kind: effect.Identity, Access: effect.Grant, Target: "user:root", Certainty: effect.Exact}},
		"resource": {{Kind: effect.Resource, Access: effect.Read, Target: effect.ResourceID{Provider: "aws", Fields: map[string]string{"account": "123456789012"}}.String(), Certainty: effect.Exact}},
		"refused":  {{Kind: effect.Data, Access: effect.Read, Target: "sql:salaries", Certainty: effect.Exact}},
	}
	analyzer := effect.AnalyzerFunc(func(dst []effect.Effect, c effect.Call) []effect.Effect { return append(dst, touches[c.Tool]...) })
	tracer, rec := agentspantest.New(t, agentspan.WithAnalyzer(analyzer), agentspan.WithChecker(refuseTool("refused")))
	ctx, s := start(t, tracer, session())
	for range 2 {
		for tool := range touches {
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: tool}, nothing)
		}
		u := use("ada")
		u.Target = identity.Target{Service: "github", Host: "api.github.com", Account: "acme", Repository: "github.com/acme/shop"}
		u.Delegation.Actors = []identity.Principal{bot}
		if _, err := tracer.UseIdentity(ctx, u); err != nil {
			t.Fatal(err)
		}
	}
	s.End(nil)
	summary := find(rec.Spans(), "session triage")
	got := map[string]string{}
	for _, kv := range summary.Attributes() {
		if k := string(kv.Key); strings.HasPrefix(k, "ambit.session.") && (strings.HasSuffix(k, ".count") || strings.HasSuffix(k, "blast_radius")) {
			got[strings.TrimPrefix(k, "ambit.session.")] = kv.Value.String()
		}
	}
	want := map[string]string{
		"turn.count": "0", "call.count": "18", "refusal.count": "2", "switch.count": "1", "intent.count": "0",
		"identity.count":    "2", // who acts, and root
		"credential.count":  "2", // the token, and being root
		"account.count":     "2", // acme, and that of AWS
		"host.count":        "3", // a.example, the address, api.github.com
		"repository.count":  "1",
		"data_domain.count": "1",
		"secret.count":      "0", "secret_place.count": "1",
		"blast_radius": "12",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAMissingOwnerIsASignal(t *testing.T) {
	var signals []agentspan.SignalKind
	tracer, rec := agentspantest.New(t, agentspan.WithSignalHandler(func(_ context.Context, s agentspan.Signal) { signals = append(signals, s.Kind) }))
	ctx, s := start(t, tracer, agentspan.Session{ID: "s-1", Agent: "triage", Actor: bot})
	_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
	s.End(nil)
	if err := tracer.Close(t.Context()); err != nil { // waits for signals
		t.Fatal(err)
	}
	if diff := cmp.Diff([]agentspan.SignalKind{agentspan.SignalOwnerMissing}, signals); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	for _, name := range []string{"execute_tool x", "session triage"} {
		span := find(rec.Spans(), name)
		if value(span, semconv.AmbitOwnerMissingKey) != "true" || value(span, semconv.AmbitOwnerIDKey) != "" || value(span, semconv.UserIDKey) != "" {
			t.Errorf("%s does not say that there is no owner", name)
		}
	}
	if rec.Counter(semconv.MetricAmbitSessionsUnowned) != 1 {
		t.Error("the session is not counted")
	}
}

// Handles can be kept out of all that is written. What tells credentials apart stays.
func TestHandlesCanBeLeftOut(t *testing.T) {
	var told []agentspan.Event
	tracer, rec := agentspantest.New(t, agentspan.WithoutHandles(),
		agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) { told = append(told, e) }))
	ctx, s := start(t, tracer, session())
	ctx, turn := tracer.StartTurn(ctx, agentspan.Turn{})
	for _, authorization := range []string{sigv4(accessKeyID), sigv4("AKIA" + accessKeyID[4:]), "Bearer " + githubToken("ghp_", "a")} {
		if err := request(ctx, t, tracer, "https://s3.amazonaws.com/b/k", authorization); err != nil {
			t.Fatal(err)
		}
	}
	turn.End(nil)
	s.End(nil)
	everything := printed(rec.Spans(), told)
	if strings.Contains(everything, accessKeyID[4:]) || strings.Contains(everything, string(semconv.AmbitCredentialHandleKey)) {
		t.Errorf("a handle is written:\n%s", everything)
	}
	if got := event(rec.Spans(), semconv.EventAmbitIdentitySwitched, semconv.AmbitIdentityPreviousIDKey); got != "aws-temporary-access-key-id" {
		t.Errorf("switched from %q", got)
	}
	if value(find(rec.Spans(), "invoke_agent triage"), semconv.AmbitCredentialFingerprintKey) == "" {
		t.Error("no fingerprint")
	}
}

func TestTheSummaryCountsSecretsAndTheirPlacesApart(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(refuseTool("refused")))
	n := session()
	n.Home, n.Dir = "/home/ada", "/home/ada/src"
	ctx, s := start(t, tracer, n)
	one, two, three := githubToken("ghp_", "a"), githubToken("ghp_", "b"), githubToken("ghp_", "e")
	for _, c := range []struct{ tool, args, result string }{
		{"Write", `{"file_path":"/home/ada/src/a","content":"` + one + `"}`, ""},
		{"Write", `{"file_path":"/home/ada/src/b","content":"` + one + " " + two + `"}`, one},
		{"Read", `{"file_path":"/home/ada/.netrc"}`, three}, // a place, and what was in it
		{"Read", `{"file_path":"/home/ada/.netrc"}`, three},
		{"refused", `{"file_path":"/home/ada/.aws/credentials"}`, ""}, // never reached
	} {
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: c.tool, Arguments: []byte(c.args)},
			func(context.Context) (string, error) { return c.result, nil })
	}
	s.End(nil)
	summary := find(rec.Spans(), "session triage")
	if n, places := value(summary, semconv.AmbitSessionSecretCountKey), value(summary, semconv.AmbitSessionSecretPlaceCountKey); n != "3" || places != "1" {
		t.Errorf("%s secrets and %s places, want 3 and 1", n, places)
	}
}

// phases is a classifier that says what it was given, step by step.
type phases []intent.Result

func (phases) Classify(context.Context, []intent.Action) (intent.Result, error) {
	return intent.Result{}, nil
}
func (p phases) NewStream([]intent.Label) intent.Stream { return &phase{p} }

type phase struct{ left phases }

func (p *phase) Observe(context.Context, intent.Action) (intent.Result, error) {
	r := p.left[0]
	p.left = p.left[1:]
	return r, nil
}

func TestTheSummarySaysWhatMostOfTheSessionWasFor(t *testing.T) {
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(privileges{}), agentspan.WithClassifier(phases{
		{Label: intent.Debug, Score: 0.5}, {Label: intent.Exfiltration, Score: 0.99, Anomalous: true}, {Label: intent.Debug, Score: 0.75}, {Label: intent.Test, Score: 0.8},
	}))
	ctx, s := start(t, tracer, session())
	for range 4 {
		_, span, err := tracer.StartToolCall(ctx, agentspan.ToolCall{Name: "x"})
		if err != nil {
			t.Fatal(err)
		}
		span.End(nil)
	}
	s.End(nil)
	summary := find(rec.Spans(), "session triage")
	for key, want := range map[attribute.Key]string{
		semconv.AmbitIntentLabelKey: "debug", semconv.AmbitIntentScoreKey: "0.75", semconv.AmbitIntentAnomalousKey: "true",
		semconv.AmbitSessionPrivilegedKey: "true", semconv.AmbitSessionPrivilegedReasonKey: "privileged",
	} {
		if got := value(summary, key); got != want {
			t.Errorf("%s = %q, want %q", key, got, want)
		}
	}
}

// privileges allows every session, and says that it is privileged.
type privileges struct{ allows }

func (privileges) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	return boundary.Decision{
		Verdict: boundary.Allow, Privileged: true, Because: []boundary.Determination{{Verdict: boundary.Allow, Reason: boundary.ReasonPrivileged}},
	}, nil
}
