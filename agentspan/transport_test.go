package agentspan_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTransportJudgesTheHostThatIsReached(t *testing.T) {
	onlyGood := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, e := range r.Effects {
			if e.Kind == effect.Host && e.Target != "good.example" || e.Kind == effect.URL && !strings.HasPrefix(e.Target, "https://good.example/") || e.Kind == effect.AnyKind {
				return boundary.Decision{}, nil
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(onlyGood))
	ctx, _ := start(t, tracer, session())
	for _, c := range []struct {
		name string
		req  http.Request
		sent bool
	}{
		{"the host", http.Request{URL: &url.URL{Scheme: "https", Host: "good.example", Path: "/a"}}, true},
		{"another host", http.Request{URL: &url.URL{Scheme: "https", Host: "bad.example", Path: "/a"}}, false},
		{"an opaque address that names another", http.Request{URL: &url.URL{Scheme: "https", Host: "bad.example", Opaque: "//good.example/a"}}, false},
		{"a Host header that names another", http.Request{URL: &url.URL{Scheme: "https", Host: "good.example"}, Host: "bad.example"}, false},
		{"a Host header that names the same", http.Request{URL: &url.URL{Scheme: "https", Host: "good.example"}, Host: "good.example"}, true},
		{"no address", http.Request{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			sent := false
			base := roundTripper(func(*http.Request) (*http.Response, error) { sent = true; return &http.Response{}, nil })
			c.req.Header = http.Header{}
			_, err := agentspan.Transport(tracer, base).RoundTrip(c.req.WithContext(ctx))
			if sent != c.sent {
				t.Errorf("sent %v, want %v (%v)", sent, c.sent, err)
			}
		})
	}
}

// An answer is what the host wrote, whatever the method that asked for it.
func TestAnAnswerIsUntrustedWhateverTheMethod(t *testing.T) {
	for _, method := range []string{"", http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, "QUERY"} {
		t.Run(method, func(t *testing.T) {
			all := &seen{}
			tracer, _ := agentspantest.New(t, agentspan.WithChecker(all))
			ctx, _ := start(t, tracer, session())
			base := roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{}, nil })
			r := http.Request{Method: method, URL: &url.URL{Scheme: "https", Host: "evil.example", Path: "/a"}, Header: http.Header{}}
			if _, err := agentspan.Transport(tracer, base).RoundTrip(r.WithContext(ctx)); err != nil {
				t.Fatal(err)
			}
			if all.last().History.UntrustedSeen {
				t.Error("seen before it was sent")
			}
			_, _ = agentspan.Do(ctx, tracer, agentspan.ToolCall{Name: "x"}, nothing)
			if !all.last().History.UntrustedSeen {
				t.Error("the answer did not count")
			}
		})
	}
}

type idle struct {
	roundTripper
	closed int
}

func (i *idle) CloseIdleConnections() { i.closed++ }

func TestTransportClosesIdleConnections(t *testing.T) {
	tracer, _ := agentspantest.New(t)
	base := &idle{}
	client := http.Client{Transport: agentspan.Transport(tracer, base)}
	if client.CloseIdleConnections(); base.closed != 1 {
		t.Errorf("closed %d times, want once", base.closed)
	}
	client.Transport = agentspan.Transport(tracer, base.roundTripper)
	client.CloseIdleConnections() // has none to close, and does not panic
}

func TestTransportJudgesEveryCredential(t *testing.T) {
	var switched []identity.Switch
	watch := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		for _, w := range r.Switches {
			if !w.Repeated {
				switched = append(switched, w)
			}
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	tracer, _ := agentspantest.New(t, agentspan.WithChecker(watch))
	ctx, _ := start(t, tracer, session())
	send := func(user *url.Userinfo) {
		base := roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{}, nil })
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.github.com/user", http.NoBody)
		r.Header.Set("Authorization", "Bearer ghp_"+strings.Repeat("a1B2c3D4", 4)+"e5F6")
		r.URL.User = user
		_, _ = agentspan.Transport(tracer, base).RoundTrip(r)
	}
	send(nil)
	switched = nil
	send(nil)
	if len(switched) > 0 {
		t.Fatalf("the same credential again is a switch: %v", switched)
	}
	send(url.UserPassword("root", "ghp_"+strings.Repeat("z9Y8x7W6", 4)+"v5U4"))
	if len(switched) == 0 {
		t.Error("a second credential beside the first is not looked at")
	}
}
