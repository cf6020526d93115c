package identity

import "context"

// A Verifier proves what a token says. Verify may be called concurrently, must
// return soon after ctx ends, and must not retain token. It succeeds only if the
// signature is of a key it trusts, the issuer is one it trusts, want is met, and
// the token is valid now. It fails with a [*VerifyError], or with ctx's own error;
// the [Proof] is zero then.
//
// Implementations are in modules of their own: identity/oidc for the keys an
// OpenID provider publishes, identity/spiffe for SVIDs.
type Verifier interface {
	Verify(ctx context.Context, token []byte, want Want) (Proof, error)
}

// VerifierFunc is a function as a [Verifier].
type VerifierFunc func(ctx context.Context, token []byte, want Want) (Proof, error)

// Verify calls f.
func (f VerifierFunc) Verify(ctx context.Context, token []byte, want Want) (Proof, error) {
	return f(ctx, token, want)
}

// Want is what a token must be good for.
type Want struct {
	// Audience lists the names this program goes by; one of them must be among the
	// token's. An empty list is met by no token: a program that takes tokens made
	// for others can be used to pass those through (MCP specification 2025-11-25,
	// "Authorization", on token passthrough).
	Audience []string
}

// A Proof is what a token proved. Both parts carry the assurance of the proof:
// [Verified] after signature, issuer, audience and time were checked, [Attested]
// for an SVID. The signature covers the whole chain of actors, so the issuer
// vouches for all of it; whether each actor did delegate to the next, only the
// issuer knows.
type Proof struct {
	Credential Credential
	Delegation Delegation
}

// A Reason is why a token was not accepted, in a word fit for metrics.
type Reason string

const (
	ReasonMalformed   Reason = "malformed"     // no token of the expected form, or longer than 16 KiB
	ReasonAlgorithm   Reason = "algorithm"     // signed with an algorithm that is not allowed, "none" above all
	ReasonUnknownKey  Reason = "unknown_key"   // by a key the issuer does not publish
	ReasonSignature   Reason = "signature"     // the signature is wrong
	ReasonIssuer      Reason = "issuer"        // of another issuer
	ReasonAudience    Reason = "audience"      // for somebody else
	ReasonExpired     Reason = "expired"       // no longer valid, or without an end
	ReasonNotYetValid Reason = "not_yet_valid" // not valid before later
	ReasonUnavailable Reason = "unavailable"   // the keys could not be had: nothing is known of the token
)

// A VerifyError says why a token was not accepted. Its text never holds any part
// of the token.
type VerifyError struct {
	Reason Reason
	Err    error // what stood in the way of getting the keys; nil for a fault of the token
}

// Error returns "token not verified: " and the reason.
func (e *VerifyError) Error() string {
	s := "identity: token not verified: " + string(e.Reason)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns e.Err.
func (e *VerifyError) Unwrap() error { return e.Err }

// ErrorType returns the value for the error.type attribute.
func (e *VerifyError) ErrorType() string { return "token_" + string(e.Reason) }
