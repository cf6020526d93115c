package agentspan

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/identity"
)

// Transport returns a round tripper that governs HTTP requests: it recognises
// the credential each one carries, asks the boundary about host and credential
// before anything is sent, and writes what it found onto the span in the
// request's context, which is the client span if Transport is what otelhttp
// wraps. A refused request is not sent; the error is a [*boundary.RefusedError].
// Redirects are requests of their own, so each is checked. Behind a request that was
// sent the session counts as having seen untrusted content ([boundary.History]),
// whatever its method: the answer is the host's. A client that asks the agent's own
// model should have a transport of its own, if that is to make no difference.
//
// A nil base is [http.DefaultTransport]. With a nil tracer, base is returned as
// it is. The round tripper is safe for concurrent use.
func Transport(t *Tracer, base http.RoundTripper) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	if t.off() {
		return base
	}
	return &transport{tracer: t, base: base}
}

type transport struct {
	tracer *Tracer
	base   http.RoundTripper
}

// RoundTrip sends r if the boundary allows it.
func (x *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, err := x.tracer.govern(r)
	if err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // a RoundTripper always does; what closing says no longer matters
		}
		return nil, err
	}
	if ctx != r.Context() {
		r = r.WithContext(ctx)
	}
	return x.base.RoundTrip(r)
}

// CloseIdleConnections closes those of the round tripper below, if it keeps any:
// [http.Client.CloseIdleConnections] looks for this method.
func (x *transport) CloseIdleConnections() {
	if base, ok := x.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// requestName stands for the tool where a request is sent outside of any.
const requestName = "http_request"

// govern decides about one request.
func (t *Tracer) govern(r *http.Request) (context.Context, error) {
	ctx := r.Context()
	span := trace.SpanFromContext(ctx)
	if t.quiet(ctx) && !span.IsRecording() {
		return ctx, nil
	}
	var u *identity.Use
	uses := t.usesOf(r)
	if len(uses) > 0 {
		u, uses = &uses[0], uses[1:]
	}
	return t.use(ctx, boundary.PhaseRequest, requestName, u, t.requestEffects(r), uses...)
}

// usesOf says which credentials a request carries, towards what, at most
// 1 + maxCarried of them. A request without one is no use of an identity.
func (t *Tracer) usesOf(r *http.Request) []identity.Use {
	if r.URL == nil {
		return nil
	}
	o := identity.InspectOptions{Key: t.hashKey, Source: identity.InHeader}
	found := identity.FromRequest(r.URL, r.Header, o)
	if len(found) == 0 {
		return nil
	}
	u := identity.Use{Target: identity.TargetFromHost(r.URL.Hostname())}
	if s := t.sessionState(r.Context()); s != nil {
		u.Delegation = s.delegation()
	}
	if d, ok := identity.ParseDelegation([]byte(r.Header.Get("Authorization"))); ok {
		u.Delegation = d // what the credential says of itself comes first
	}
	uses := make([]identity.Use, min(len(found), 1+maxCarried))
	for i := range uses {
		uses[i] = u
		uses[i].Credential = found[i]
	}
	return uses
}

// addresses knows what an address stands for, whatever analyzer the program has
// for its tools.
var addresses = sync.OnceValue(analyze.Default)

// requestEffects says what a request would touch, by the same rules as for tools
// that are told an address. A method that carries a body sends data out. The host
// that is dialled counts, whatever an opaque address says, and the one that a proxy
// or a server behind it is asked for by the Host header.
func (t *Tracer) requestEffects(r *http.Request) []effect.Effect {
	if r.URL == nil {
		return []effect.Effect{{}}
	}
	address := *r.URL
	address.User, address.Opaque = nil, ""
	effects := addressed(nil, &address)
	if r.Host != "" && !strings.EqualFold(r.Host, address.Host) {
		address.Host = r.Host
		effects = addressed(effects, &address)
	}
	way := effect.In
	switch r.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
	default:
		way = effect.Out
	}
	for i := range effects {
		if k := effects[i].Kind; k == effect.Host || k == effect.URL {
			effects[i].Direction = way
		}
	}
	return effects
}

func addressed(dst []effect.Effect, address *url.URL) []effect.Effect {
	args, err := json.Marshal(map[string]string{"url": address.String()})
	if err != nil {
		return append(dst, effect.Effect{})
	}
	return addresses().Analyze(dst, effect.Call{Tool: requestName, Arguments: args})
}
