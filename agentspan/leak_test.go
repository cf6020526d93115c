package agentspan_test

// No part of a credential comes out of the process, however it came in.

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
)

// refuseTool refuses a tool, and its requests, and allows the rest.
type refuseTool string

func (r refuseTool) Check(_ context.Context, q boundary.Request) (boundary.Decision, error) {
	if q.Tool == string(r) {
		return boundary.Decision{Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

// printed is everything that spans and events hold, as text.
func printed(spans []sdktrace.ReadOnlySpan, events []agentspan.Event) string {
	var b strings.Builder
	for _, s := range spans {
		fmt.Fprintln(&b, s.Name(), s.Status().Description)
		for _, kv := range s.Attributes() {
			fmt.Fprintln(&b, kv.Key, kv.Value.String())
		}
		for _, e := range s.Events() {
			fmt.Fprintln(&b, e.Name, e.Attributes)
		}
	}
	for _, e := range events {
		fmt.Fprintln(&b, e.Name, e.Attributes)
	}
	return b.String()
}

// carriers are the ways a secret gets into a session: as an Authorization header, or
// in a command.
var carriers = []struct {
	name    string
	header  func(secret string) string
	command func(secret string) string
}{
	{name: "bearer of unknown make", header: func(s string) string { return "Bearer " + s }},
	{name: "signature of a JWT", header: func(s string) string {
		t := token(`"sub":"ada","jti":"1","act":{"sub":"triage"}`)
		return "Bearer " + t[:strings.LastIndexByte(t, '.')+1] + s
	}},
	{name: "GitHub", header: func(s string) string { return "token ghp_" + s }},
	{name: "GitLab", header: func(s string) string { return "Bearer glpat-" + s }},
	{name: "Slack", header: func(s string) string { return "Bearer xoxb-" + s }},
	{name: "a model's key", header: func(s string) string { return "Bearer sk-ant-api03-" + s }},
	{name: "Vault", header: func(s string) string { return "Bearer hvs." + s }},
	{name: "password", header: func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+s)) }},
	{name: "token as a user name", header: func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s+":x")) }},
	{name: "Signature Version 4", header: func(s string) string {
		return "AWS4-HMAC-SHA256 Credential=" + accessKeyID + "/20261201/eu-central-1/s3/aws4_request, Signature=" + s
	}},
	{name: "header in a command", command: func(s string) string { return "curl -H 'Authorization: Bearer ghp_" + s + "' https://api.example/x" }},
	{name: "key of unknown make in a header in a command", command: func(s string) string { return "curl -H 'X-Api-Key: " + s + "' https://api.example/x" }},
	{name: "cookie in a command", command: func(s string) string { return "curl -H 'Cookie: session=" + s + "' https://api.example/x" }},
	{name: "Basic in a command", command: func(s string) string {
		return "curl -H 'Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+s)) + "' https://api.example/x"
	}},
	{name: "query in a command", command: func(s string) string { return "curl 'https://api.example/x?access_token=" + s + "'" }},
	{name: "GitHub installation", header: func(s string) string {
		t := token(`"a":"b"`)
		return "Bearer ghs_1234567_" + t[:strings.LastIndexByte(t, '.')+1] + s
	}},
	{name: "address in a command", command: func(s string) string { return "git push https://ada:" + s + "@github.com/acme/shop.git main" }},
	{name: "variable in a command", command: func(s string) string { return "GH_TOKEN=ghp_" + s + " gh api /user" }},
	{name: "option of a command", command: func(s string) string { return "curl -u ada:" + s + " https://api.example/x" }},
}

// outputWith runs a session in which a secret is used in every way, allowed and
// refused, and returns all that came out.
func outputWith(t *testing.T, carrier int, secret string) string {
	t.Helper()
	c := carriers[carrier]
	var events []agentspan.Event
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(refuseTool("refused")),
		agentspan.WithEventHandler(func(_ context.Context, e agentspan.Event) { events = append(events, e) }))...)
	if err != nil {
		t.Fatal(err)
	}
	ctx, s, err := tracer.StartSession(t.Context(), session())
	if err != nil {
		t.Fatal(err)
	}
	var errs []error
	for _, tool := range []string{"Bash", "refused"} {
		call := agentspan.ToolCall{Name: tool}
		if c.command != nil {
			call.Arguments = fmt.Appendf(nil, `{"command":%q}`, c.command(secret))
		}
		_, err := agentspan.Do(ctx, tracer, call, func(ctx context.Context) (string, error) {
			if c.header == nil {
				return "", nil
			}
			return "", send(ctx, tracer, c.header(secret), secret)
		})
		errs = append(errs, err)
	}
	if c.header != nil {
		errs = append(errs, send(ctx, tracer, c.header("other"+secret), secret))
		if u, ok := identity.Inspect([]byte(c.header(secret)), identity.InspectOptions{}); ok {
			_, err := tracer.UseIdentity(ctx, identity.Use{Credential: u, Target: identity.Target{Service: "api.example"}})
			errs = append(errs, err)
		}
	}
	s.End(nil)
	if err := tracer.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	return printed(rec.Spans(), events) + fmt.Sprintf("%v %#v %+v", errs, errs, events)
}

func send(ctx context.Context, tracer *agentspan.Tracer, authorization, secret string) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://ada:"+secret+"@api.example/x?access_token="+secret, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", authorization)
	r.Header.Set("Cookie", "session="+secret)
	r.Header.Set("X-Api-Key", secret)
	resp, err := agentspan.Transport(tracer, answers{}).RoundTrip(r)
	if err == nil {
		err = resp.Body.Close()
	}
	return err
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// leak returns 6 bytes or more of secret in a row that stand in out and do not come
// from elsewhere.
func leak(out, without, secret string) string {
	for i := 0; i+6 <= len(secret); i++ {
		if part := secret[i : i+6]; strings.Contains(out, part) && !strings.Contains(without, part) {
			return part
		}
	}
	return ""
}

func TestNoPartOfACredentialComesOut(t *testing.T) {
	for i, c := range carriers {
		t.Run(c.name, func(t *testing.T) {
			for n := 20; n <= 90; n += 10 {
				secret := scramble([]byte(strings.Repeat("seed", n)[:n]), n)
				out := outputWith(t, i, secret)
				if part := leak(out, "", secret); part != "" {
					t.Fatalf("%d characters: %q comes out:\n%s", n, part, out)
				}
			}
		})
	}
}

// scramble makes letters and digits of seed.
func scramble(seed []byte, n int) string {
	b := make([]byte, len(seed))
	for i, c := range seed {
		b[i] = alphanumeric[(int(c)*7+i*i*13+n*31)%len(alphanumeric)]
	}
	return string(b)
}

func FuzzNoPartOfACredentialComesOut(f *testing.F) {
	for i := range carriers {
		f.Add(uint8(i), []byte(strings.Repeat("seed", 10)))
	}
	f.Fuzz(func(t *testing.T, carrier uint8, seed []byte) {
		if len(seed) < 16 || len(seed) > 300 {
			return
		}
		i := int(carrier) % len(carriers)
		secret, other := scramble(seed, 1), scramble(seed, 2)
		out := outputWith(t, i, secret)
		if part := leak(out, outputWith(t, i, other), secret); part != "" {
			t.Errorf("%s: %q of %q comes out:\n%s", carriers[i].name, part, secret, out)
		}
	})
}
