package mcpgospan

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/ambit-go/ambit/agentspan/mcpwire"
	"github.com/ambit-go/ambit/identity"
)

// ContextWithProof returns a context in which requests come from whoever p proves:
// for servers that verify tokens in an HTTP middleware of their own, or in the
// library's context functions. The context must be that of one request.
func ContextWithProof(ctx context.Context, p identity.Proof) context.Context {
	return context.WithValue(ctx, proofKey{}, p)
}

type proofKey struct{}

// callerOf returns who sent a request, by what the middleware in front of the
// server proved of its token. It looks at no clientInfo, which is what a client
// calls itself, and at no claim in _meta.
func callerOf(ctx context.Context) mcpwire.Caller {
	if p, ok := ctx.Value(proofKey{}).(identity.Proof); ok {
		return mcpwire.Caller{Known: true, Proof: p}
	}
	return mcpwire.Caller{}
}

// maxToken bounds what is read of a token, as in package identity.
const maxToken = 16 << 10

// RequireToken lets those requests through to next whose bearer token v proves,
// and tells the server who sent them. Others are answered with 401, or with 503
// where the keys could not be had. No answer holds any part of the token.
func RequireToken(v identity.Verifier, want identity.Want, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		token = strings.TrimSpace(token)
		if v == nil || !strings.EqualFold(scheme, "bearer") || token == "" || len(token) > maxToken {
			challenge(w, "")
			return
		}
		proof, err := v.Verify(r.Context(), []byte(token), want)
		if err == nil {
			next.ServeHTTP(w, r.WithContext(ContextWithProof(r.Context(), proof)))
			return
		}
		if e, ok := errors.AsType[*identity.VerifyError](err); ok && e.Reason != identity.ReasonUnavailable {
			challenge(w, string(e.Reason))
			return
		}
		http.Error(w, "the token cannot be verified now", http.StatusServiceUnavailable)
	})
}

// challenge answers 401 (RFC 6750 §3). reason is one of the words of package
// identity; empty if there was no token.
func challenge(w http.ResponseWriter, reason string) {
	value := "Bearer"
	if reason != "" {
		value += ` error="invalid_token", error_description="` + reason + `"`
	}
	w.Header().Set("WWW-Authenticate", value)
	http.Error(w, "a token is needed", http.StatusUnauthorized)
}
