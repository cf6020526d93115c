package agentspan_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// A number that no span carries says that a span was lost, so what makes none gets no
// number: a credential that may be used, a request that may be sent.
func TestNumbersAreThoseOfSpans(t *testing.T) {
	refuse := "never"
	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		if r.Tool == refuse || r.Use != nil && r.Use.Target.Service == refuse {
			return boundary.Decision{}, nil
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})))
	ctx, session := start(t, tracer, agentspan.Session{ID: "s-1", Owner: ada})
	call := func(tool string) {
		// One of them is refused, as it should be.
		_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: tool}, func(context.Context) (string, error) { return "", nil })
	}
	use := func(service string) {
		_, _ = tracer.UseIdentity(ctx, identity.Use{Credential: identity.Credential{Kind: "basic"}, Target: identity.Target{Service: service}})
	}
	sent := agentspan.Transport(tracer, roundTrip(func(*http.Request) (*http.Response, error) { return &http.Response{Body: http.NoBody}, nil }))
	call("read")
	use("shop")
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://shop.example/", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := sent.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	call("write")
	refuse = "bank"
	use("bank")
	refuse = "delete"
	call("delete")
	session.End(nil)

	got := map[string]int64{}
	for _, s := range rec.Spans() {
		for _, kv := range s.Attributes() {
			if kv.Key == semconv.AmbitSessionSeqKey {
				got[s.Name()] = kv.Value.AsInt64()
			}
		}
	}
	want := map[string]int64{
		"execute_tool read": 1, "execute_tool write": 2, "refuse_tool use_identity": 3, "refuse_tool delete": 4, "session": 4,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
