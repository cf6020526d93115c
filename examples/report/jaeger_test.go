package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// TestJaegerTellsTheQuickstart makes the report of examples/quickstart from what a
// real Jaeger keeps of it, with two traces in an answer: the session has two, so an answer
// that holds both may not be all.
func TestJaegerTellsTheQuickstart(t *testing.T) {
	jaeger := backendtest.StartJaeger(t)
	cmd := exec.CommandContext(t.Context(), "go", "run", "../quickstart")
	cmd.Env = append(os.Environ(), "OTEL_EXPORTER_OTLP_ENDPOINT=http://"+jaeger.OTLPEndpoint)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("quickstart: %v\n%s", err, out)
	}
	traces := jaeger.Find(t, "quickstart", map[string]string{"ambit.decision.outcome": "deny"})
	if len(traces) != 1 {
		t.Fatalf("%d traces with a refusal", len(traces))
	}
	session, _ := jaeger.WaitTrace(t, traces[0], 7)[0].Attributes["ambit.session.id"].(string)

	var text bytes.Buffer
	args := []string{"-jaeger", jaeger.QueryURL, "-session", session, "-page", "2", "-since", "1h"}
	if err := run(t.Context(), append(args, "-o", "text"), "", &text, io.Discard); err != nil {
		t.Fatal(err)
	}
	t.Logf("the report:\n%s", &text)
	for _, want := range []string{
		"3 OF 6 CALLS WERE STOPPED AT THE BOUNDARY", "triage worked for ada@example.com on PAY-7", "ada@example.com (human, asserted)",
		"complete: all 6 numbered actions are here", "x paste.example  refused", "nearest: grant test names no addresses", "[secret: aws-access-key-id in argument]",
		"identity: subject changed", "8 spans in 2 traces; services: quickstart", "triage in quickstart: 6 of 6 numbers",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	if strings.Contains(text.String(), "problem:") {
		t.Error("the report has problems")
	}
	var page bytes.Buffer
	if err := run(t.Context(), args, "", &page, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"<h1>3 of 6 calls were stopped at the boundary</h1>", `<svg class="graph wide"`, "paste.example"} {
		if !bytes.Contains(page.Bytes(), []byte(want)) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	if err := run(t.Context(), []string{"-jaeger", jaeger.QueryURL, "-session", "nobody's"}, "", io.Discard, io.Discard); err == nil {
		t.Error("a session that is not there makes a report")
	}
}
