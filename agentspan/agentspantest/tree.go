package agentspantest

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/semconv"
)

// shown are the attributes that a tree shows, under the names it gives them, in
// the order of a sentence: who, for whom, what was decided, and why.
var shown = []struct {
	key  attribute.Key
	name string
}{
	{semconv.AmbitIdentityIDKey, "actor"},
	{semconv.AmbitOwnerIDKey, "owner"},
	{semconv.AmbitOwnerMissingKey, "owner_missing"},
	{semconv.AmbitTaskIDKey, "task"},
	{semconv.AmbitDecisionOutcomeKey, "outcome"},
	{semconv.AmbitDecisionWouldKey, "would"},
	{semconv.SecurityRuleNameKey, "rule"},
	{semconv.AmbitDecisionGrantKey, "grant"},
	{semconv.AmbitDecisionReasonKey, "reason"},
	{semconv.AmbitCrossingKindKey, "crossing"},
	{semconv.AmbitApprovalOutcomeKey, "approval"},
	{semconv.AmbitCredentialKindKey, "credential"},
	{semconv.AmbitIdentitySwitchKindKey, "switch"},
	{semconv.AmbitSecretKindKey, "secret"},
	{semconv.AmbitSessionSecretSeenKey, "secret_seen"},
	{semconv.AmbitIntentLabelKey, "intent"},
	{semconv.ErrorTypeKey, "error"},
}

// A Form says how a tree is written.
type Form struct {
	Keys []attribute.Key // attributes to show beside the usual ones
	Hide []string        // usual ones not to show, by the names the tree gives them
}

// Tree writes spans as an indented tree: children under their parents in the
// order of their start, each with its name and what its attributes say of
// governance. A span whose parent is not among them is a root.
func Tree(w io.Writer, spans []sdktrace.ReadOnlySpan) error { return Form{}.Write(w, spans) }

// String returns the tree of spans.
func String(spans []sdktrace.ReadOnlySpan) string {
	var b strings.Builder
	_ = Tree(&b, spans) // a Builder takes everything
	return b.String()
}

// Write writes spans as a tree in the form f.
func (f Form) Write(w io.Writer, spans []sdktrace.ReadOnlySpan) error {
	here := map[trace.SpanID]bool{}
	for _, s := range spans {
		here[s.SpanContext().SpanID()] = true
	}
	children := map[trace.SpanID][]sdktrace.ReadOnlySpan{}
	for _, s := range spans {
		parent := s.Parent().SpanID()
		if !here[parent] || parent == s.SpanContext().SpanID() {
			parent = trace.SpanID{}
		}
		children[parent] = append(children[parent], s)
	}
	for _, c := range children {
		slices.SortStableFunc(c, func(a, b sdktrace.ReadOnlySpan) int { return a.StartTime().Compare(b.StartTime()) })
	}
	var err error
	var walk func(parent trace.SpanID, depth int)
	walk = func(parent trace.SpanID, depth int) {
		for _, s := range children[parent] {
			if err != nil {
				return
			}
			_, err = fmt.Fprintf(w, "%s%s\n", strings.Repeat("  ", depth), f.line(s))
			walk(s.SpanContext().SpanID(), depth+1)
		}
	}
	walk(trace.SpanID{}, 0)
	return err
}

func (f Form) line(s sdktrace.ReadOnlySpan) string {
	var b strings.Builder
	b.WriteString(s.Name())
	if s.SpanKind() != trace.SpanKindInternal {
		b.WriteString(" [" + s.SpanKind().String() + "]")
	}
	attrs := map[attribute.Key]attribute.Value{}
	for _, kv := range s.Attributes() {
		attrs[kv.Key] = kv.Value
	}
	for _, a := range shown {
		if v, ok := attrs[a.key]; ok && !slices.Contains(f.Hide, a.name) {
			b.WriteString(" " + a.name + "=" + quoted(v.String()))
		}
	}
	for _, k := range f.Keys {
		if v, ok := attrs[k]; ok {
			b.WriteString(" " + string(k) + "=" + quoted(v.String()))
		}
	}
	if s.Status().Code == codes.Error && attrs[semconv.ErrorTypeKey].AsString() == "" {
		b.WriteString(" status=error")
	}
	return b.String()
}

// quoted returns s in quotes if it would not read as one word.
func quoted(s string) string {
	if s == "" || strings.ContainsAny(s, " \t\n\"=") {
		return fmt.Sprintf("%q", s)
	}
	return s
}
