// Package mcptest is what the tests of the integrations of MCP have in common:
// agentspan/mcpspan and agentspan/mcpgospan.
package mcptest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/internal/backendtest"
)

// The revisions that are told apart: the last with sessions, and the first without.
const (
	Legacy  = "2025-11-25"
	Current = "2026-07-28"
)

// Revisions are both.
var Revisions = []string{Legacy, Current}

// Token looks like a secret and is none.
func Token() string { return "ghp_" + strings.Repeat("a1B2c3D4", 4) + "e5F6" }

// SpansOf returns the spans of that name, once there are as many as wanted: a
// server's span may end after its answer has gone out.
func SpansOf(t testing.TB, rec *agentspantest.Recorder, name string, want int) []sdktrace.ReadOnlySpan {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		all := rec.Spans()
		found := slices.DeleteFunc(slices.Clone(all), func(s sdktrace.ReadOnlySpan) bool { return s.Name() != name })
		if len(found) >= want {
			if len(found) > want {
				t.Fatalf("%d spans %q, want %d:\n%s", len(found), name, want, agentspantest.String(all))
			}
			return found
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d spans %q, want %d:\n%s", len(found), name, want, agentspantest.String(all))
		}
		<-time.After(time.Millisecond)
	}
}

// Kinds returns the span of the client and that of the server.
func Kinds(spans []sdktrace.ReadOnlySpan) (client, server sdktrace.ReadOnlySpan) {
	for _, s := range spans {
		switch s.SpanKind().String() {
		case "client":
			client = s
		case "server":
			server = s
		}
	}
	return client, server
}

// Attr is the value of an attribute of s as text.
func Attr(s sdktrace.ReadOnlySpan, k attribute.Key) string {
	if s == nil {
		return "(no span)"
	}
	for _, kv := range slices.Backward(s.Attributes()) {
		if kv.Key == k {
			return kv.Value.String()
		}
	}
	return ""
}

// Conforms holds what was recorded against the conventions.
func Conforms(t testing.TB, rec *agentspantest.Recorder) {
	t.Helper()
	if err := agentspantest.Conforms(rec.Spans()); err != nil {
		t.Error(err)
	}
}

// Asking wants approval of every call of delete_file, and allows the rest.
func Asking(terms boundary.Approval) boundary.Checker {
	return boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		if r.Tool == "delete_file" {
			return boundary.Decision{
				Verdict: boundary.RequireApproval, Approval: terms, Message: "deleting needs a person",
				Because: []boundary.Determination{{Verdict: boundary.RequireApproval, Reason: boundary.ReasonApprovalByRule, Rule: "ask-delete"}},
			}, nil
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
}

// Denying denies calls of delete_file, or of another tool that begins so, by a rule
// that has a name.
var Denying = boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
	if strings.HasPrefix(r.Tool, "delete_") {
		return boundary.Decision{Message: "ask for a task that may delete", Because: []boundary.Determination{{Reason: boundary.ReasonDeniedByRule, Rule: "no-delete"}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
})

// Written returns the content of file, once there is one.
func Written(t testing.TB, file string) string {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; {
		b, err := os.ReadFile(file)
		if err == nil {
			return string(b)
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		<-time.After(time.Millisecond)
	}
}

type (
	// A Call is one that [RunClient] makes.
	Call struct {
		Name      string         `json:"name"`
		Arguments map[string]any `json:"arguments"`
		Meta      map[string]any `json:"_meta,omitempty"`
	}
	// A Result is what came of it.
	Result struct {
		Text    string
		IsError bool
		Code    any
	}
	// A Saw is all that the client tells.
	Saw struct {
		Tools   []string
		Results []Result
		Asked   []string
	}
)

// TypeScriptRevision is what a major version of the reference SDK in TypeScript speaks.
var TypeScriptRevision = map[string]string{"v1": Legacy, "v2": Current}

// RunClient runs client.mjs of dir, a client of the reference SDK in TypeScript,
// against a server: its address, or its program with arguments, which gets env.
func RunClient(t *testing.T, dir, version string, target, env []string, calls []Call) (saw Saw, stderr string) {
	t.Helper()
	node := backendtest.Node(t, dir)
	in, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), node, append([]string{"client.mjs", version}, target...)...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, append(os.Environ(), env...), bytes.NewReader(in)
	var out, complaints bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil {
		t.Fatalf("client.mjs: %v\n%s%s", err, out.String(), complaints.String())
	}
	if err := json.Unmarshal(out.Bytes(), &saw); err != nil {
		t.Fatalf("client.mjs: %v\n%s", err, out.String())
	}
	return saw, complaints.String()
}

// ServeHTTP runs http.mjs of dir, a server of the reference SDK in TypeScript over
// streamable HTTP, until the test ends, and returns its address.
func ServeHTTP(t *testing.T, dir, version, mode string) string {
	t.Helper()
	cmd := exec.Command(backendtest.Node(t, dir), "http.mjs", version, mode)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}
