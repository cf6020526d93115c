package collector

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"go.opentelemetry.io/collector/component/componenttest"
	"go.opentelemetry.io/collector/consumer/consumertest"
	"go.opentelemetry.io/collector/pdata/ptrace"
)

// FuzzSpans feeds whole messages. Whatever they hold, they come out, without a secret
// and without a word in our name that is not ours.
func FuzzSpans(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal(err)
	}
	for _, name := range files {
		doc, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		var small bytes.Buffer
		if err := json.Compact(&small, doc); err != nil {
			f.Fatal(err)
		}
		f.Add(small.Bytes())
	}
	cfg := defaultConfig().(*Config)
	cfg.MaxConversations, cfg.Handles = 16, false
	f.Fuzz(func(t *testing.T, doc []byte) {
		td, err := (&ptrace.JSONUnmarshaler{}).UnmarshalTraces(doc)
		if err != nil {
			return
		}
		in := td.SpanCount()
		sink := new(consumertest.TracesSink)
		g, err := newGovernor(componenttest.NewNopTelemetrySettings(), cfg, sink)
		if err != nil {
			t.Fatal(err)
		}
		if err := g.ConsumeTraces(t.Context(), td); err != nil {
			t.Fatal(err)
		}
		if err := g.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		if out := len(spansOf(sink)); out < in {
			t.Errorf("%d spans came out of %d", out, in)
		}
		for _, td := range sink.AllTraces() {
			for _, rs := range td.ResourceSpans().All() {
				for _, ss := range rs.ScopeSpans().All() {
					for _, s := range ss.Spans().All() {
						if kindOf(s) != other && len(g.find(tell(s))) > 0 {
							t.Errorf("a secret is on a span:\n%s", tell(s))
						}
					}
				}
			}
		}
	})
}

// FuzzArguments holds that whatever form arguments have, what is analyzed is an
// object.
func FuzzArguments(f *testing.F) {
	for _, s := range []string{
		`{"path":"/x"}`, `"{\"path\":\"/x\"}"`, `{"args":[],"kwargs":{"url":"u"}}`, `{"tool_name":"t","arguments":"{\"a\":1}"}`, `{'python': 'dict'}`, `text`, `[1,2]`, `{"kwargs":{}}`, ``, "\x00\xff",
		`{"arguments":"{\"arguments\":\"{\\\"arguments\\\":\\\"x\\\"}\"}"}`, `{"input":"q","path":"/x"}`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var m map[string]json.RawMessage
		if err := json.Unmarshal(object(text), &m); err != nil {
			t.Errorf("%q becomes %q: %v", text, object(text), err)
		}
	})
}
