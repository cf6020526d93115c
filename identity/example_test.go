package identity_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/ambit-go/ambit/identity"
)

func ExampleInspect() {
	c, ok := identity.Inspect([]byte("arn:aws:sts::123456789012:assumed-role/reader/triage"), identity.InspectOptions{})
	fmt.Println(ok, c.Kind, c.Account, c.Instance, c.Assurance)
	c, ok = identity.Inspect([]byte("ASIA"+"Y34FZKBOKMUTVV7A"), identity.InspectOptions{})
	fmt.Println(ok, c.Kind, c.Account, c.Handle)
	// Output:
	// true aws-role-session 123456789012 triage asserted
	// true aws-temporary-access-key-id 609629065308 ASIAY34FZKBOKMUTVV7A
}

func ExampleFromHeader() {
	key, err := identity.NewKey([]byte(strings.Repeat("not so secret ", 3)))
	if err != nil {
		fmt.Println(err)
		return
	}
	header := map[string][]string{"Authorization": {"Basic YWRhOmh1bnRlcjI="}} // ada:hunter2
	for _, c := range identity.FromHeader(header, identity.InspectOptions{Key: key}) {
		fmt.Println(c.Kind, c.Subject, c.Fingerprint, c.Source)
	}
	// Output: basic ada 3bc0d8f8483ee686 header
}

func ExampleFromRequest() {
	// A presigned address carries its credential in the query.
	u, err := url.Parse("https://files.s3.amazonaws.com/a?X-Amz-Credential=ASIAY34FZKBOKMUTVV7A%2F20261130%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=00")
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, c := range identity.FromRequest(u, nil, identity.InspectOptions{}) {
		fmt.Println(c.Kind, c.Account, c.Handle)
	}
	// Output: aws-temporary-access-key-id 609629065308 ASIAY34FZKBOKMUTVV7A
}

func ExampleHash() {
	key, err := identity.NewKey([]byte(strings.Repeat("not so secret ", 3)))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(identity.Hash(key, "ada@example.com"))
	fmt.Println(key)
	// Output:
	// 7c485fbb7e96a8ed32d017f081946a86
	// identity.Key
}

func ExampleDelegationFromClaims() {
	// Claims that a library verified, for instance the Extra of an MCP server's TokenInfo.
	claims := map[string]any{"iss": "https://idp.example.com", "sub": "ada", "client_id": "triage", "client_profile": "ai_agent"}
	d := identity.DelegationFromClaims(claims, identity.Verified)
	fmt.Printf("%v acts for %v, %v\n", d.Actor(), d.Owner.ID, d.Owner.Assurance)
	// Output: agent:triage acts for ada, verified
}

func ExampleCredentialFromClaims() {
	claims := map[string]any{"iss": "https://idp.example.com", "sub": "ada", "jti": "t-17", "aud": "files", "scope": "read write"}
	c := identity.CredentialFromClaims(claims, identity.Verified)
	fmt.Println(c.Kind, c.Subject, c.Handle, c.Audience, c.Scopes, c.Assurance)
	// Output: jwt ada t-17 [files] [read write] verified
}

func ExampleVerifierFunc() {
	static := identity.VerifierFunc(func(_ context.Context, token []byte, want identity.Want) (identity.Proof, error) {
		return identity.Proof{}, &identity.VerifyError{Reason: identity.ReasonAudience}
	})
	_, err := static.Verify(context.Background(), []byte("…"), identity.Want{Audience: []string{"shop"}})
	if v, ok := errors.AsType[*identity.VerifyError](err); ok {
		fmt.Println(v.Reason, v.ErrorType())
	}
	// Output: audience token_audience
}

func ExampleTracker_Accept() {
	tracker := identity.NewTracker(identity.TrackerOptions{})
	use := func(target string) {
		u, _ := identity.UseFromEffect("identity", target)
		for _, s := range tracker.Observe(time.Now(), u) {
			fmt.Println(s.Kind, s.From, "->", s.To)
			tracker.Accept(u) // somebody approved it
		}
	}
	use("kube-context:kind")
	use("kube-context:staging")
	use("kube-context:staging")
	// Output: tenant_changed kind -> staging
}
