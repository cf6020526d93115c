package observability_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// secretsOf is one of each kind that collector.yaml knows, made of parts, so that no
// scanner takes this test for a leak.
var secretsOf = map[string]string{
	"aws":    "AKIA" + "QYLPMN5HFIQR7XYA",
	"github": "ghp_" + strings.Repeat("a1B2", 9),
	"gitlab": "glpat-" + strings.Repeat("x9", 10),
	"slack":  "xoxb-" + strings.Repeat("12", 6),
	"model":  "sk-" + strings.Repeat("q7", 12),
	"jwt":    "eyJhbGciOi" + "JIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl",
	"key":    "-----BEGIN RSA " + "PRIVATE KEY-----",
	"url":    "ada:hunter2" + "@git.example",
}

// attribute is a list of one attribute, of any kind of value.
func attribute(key string, value any) []any { return []any{map[string]any{"key": key, "value": value}} }

func text(s string) any { return map[string]any{"stringValue": s} }

// Wherever another SDK may put a secret, it does not leave: attributes of resources,
// scopes, spans and events, values inside of values, names, statuses, and the bodies
// and attributes of log records, on their way to the SIEM and to the store of content
// alike. (Not of links: no processor of the Collector reaches their attributes.)
func TestSecretsLeaveFromNowhere(t *testing.T) {
	s := start(t)
	at := fmt.Sprint(time.Now().UnixNano())
	n := 0
	for kind, secret := range secretsOf {
		if kind == "url" {
			secret = "https://" + secret + "/x"
		}
		inner := map[string]any{"arrayValue": map[string]any{"values": []any{text("a"), map[string]any{"kvlistValue": map[string]any{"values": attribute("deep", text("is "+secret))}}}}}
		resource := map[string]any{"attributes": append(attribute("service.name", text("by-hand")), attribute("host", text("on "+secret))...)}
		scope := map[string]any{"name": "by hand", "attributes": attribute("scope", text("in "+secret))}
		span := map[string]any{
			"traceId": fmt.Sprintf("e%031x", n), "spanId": fmt.Sprintf("e%015x", n), "name": "GET " + secret, "kind": 1, "startTimeUnixNano": at, "endTimeUnixNano": at,
			"attributes": append(append(attribute("ambit.decision.outcome", text("deny")), attribute("note", text("uses "+secret))...), attribute("list", inner)...),
			"events":     []any{map[string]any{"timeUnixNano": at, "name": "moment", "attributes": attribute("exception.message", text("bad "+secret))}},
			"status":     map[string]any{"code": 2, "message": "no access with " + secret},
		}
		s.post(t, "traces", map[string]any{"resourceSpans": []any{map[string]any{"resource": resource, "scopeSpans": []any{map[string]any{"scope": scope, "spans": []any{span}}}}}})
		var logs []any
		for _, name := range []string{"ambit.boundary.crossed", "gen_ai.client.inference.operation.details"} {
			logs = append(logs, map[string]any{
				"timeUnixNano": at, "eventName": name, "body": text("says " + secret),
				"attributes": append(append(attribute("gen_ai.agent.name", text("by-hand")), attribute("said", text("also "+secret))...), attribute("list", inner)...),
			})
		}
		s.post(t, "logs", map[string]any{"resourceLogs": []any{map[string]any{"resource": resource, "scopeLogs": []any{map[string]any{"scope": scope, "logRecords": logs}}}}})
		n++
	}
	for _, span := range s.collector.WaitSpans(t, n) {
		if !strings.HasPrefix(span.Name, "GET ") || !strings.HasPrefix(span.StatusMessage, "no access with ") {
			t.Errorf("more than the secret is gone: %q, %q", span.Name, span.StatusMessage)
		}
	}
	waitRecords(t, s, s.events, n)
	waitRecords(t, s, s.content, n)
	for _, file := range []string{s.collector.File, s.events, s.content} {
		for line := range strings.Lines(read(t, file)) {
			var message any
			if err := json.Unmarshal([]byte(line), &message); err != nil {
				t.Fatal(err)
			}
			for kind, secret := range secretsOf {
				for _, where := range holds(message, secret, "") {
					t.Errorf("a secret of kind %s leaves in %s", kind, where)
				}
			}
		}
	}
}

// holds returns where a text stands in a JSON value.
func holds(v any, secret, at string) (where []string) {
	switch v := v.(type) {
	case string:
		if strings.Contains(v, secret) {
			return []string{at}
		}
	case []any:
		for _, e := range v {
			where = append(where, holds(e, secret, at)...)
		}
	case map[string]any:
		if key, ok := v["key"].(string); ok {
			at += "." + key
		}
		for k, e := range v {
			where = append(where, holds(e, secret, at+"."+k)...)
		}
	}
	return where
}
