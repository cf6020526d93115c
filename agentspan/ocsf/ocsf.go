package ocsf

import (
	"context"
	"encoding/json"
	"io"
	"math"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// Version is the version of the OCSF schema that objects follow.
// It is the first with ai_agent.
const Version = "1.9.0"

// Handler returns a handler for agentspan.WithEventHandler that writes each event
// as one JSON object a line. It is safe for concurrent use, and writes on the
// agent's goroutine: give it a file or a buffer, not a network. What cannot be
// written is lost. A nil writer gives a nil handler, which makes agentspan.New fail.
func Handler(w io.Writer) func(context.Context, agentspan.Event) {
	if w == nil {
		return nil
	}
	var mu sync.Mutex
	return func(ctx context.Context, e agentspan.Event) {
		object := Object(ctx, e)
		if object == nil {
			return
		}
		line, err := json.Marshal(object)
		if err != nil {
			return // of strings, numbers and booleans: it cannot fail
		}
		mu.Lock()
		defer mu.Unlock()
		_, _ = w.Write(append(line, '\n')) // the agent goes on, whatever becomes of its records
	}
}

// Object returns e as an object of OCSF; nil if it is nothing for a SIEM: recorded
// content, and a signal of which an event of its own tells more. The trace and span
// are those of ctx.
func Object(ctx context.Context, e agentspan.Event) map[string]any {
	b := &builder{event: &e, left: make(map[attribute.Key]attribute.Value, len(e.Attributes)), span: trace.SpanContextFromContext(ctx)}
	for _, kv := range e.Attributes {
		b.left[kv.Key] = kv.Value
	}
	switch e.Name {
	case semconv.EventAmbitBoundaryCrossed:
		return b.crossing()
	case semconv.EventAmbitSecretAccessed:
		return b.secret()
	case semconv.EventAmbitIdentitySwitched:
		return b.identitySwitch()
	case semconv.EventAmbitIdentityUsed:
		return b.use()
	case semconv.EventAmbitIntentChanged, semconv.EventAmbitIntentDrifted:
		return b.intent()
	case semconv.EventAmbitApprovalResolved:
		return b.approval()
	case semconv.EventAmbitSignalRaised:
		return b.signal()
	default:
		return nil
	}
}

// A builder makes one object. What it takes from left is mapped; the rest is kept
// as unmapped.
type builder struct {
	event *agentspan.Event
	left  map[attribute.Key]attribute.Value
	span  trace.SpanContext
}

// text takes an attribute, "" if there is none.
func (b *builder) text(k attribute.Key) string {
	v, ok := b.left[k]
	if !ok {
		return ""
	}
	delete(b.left, k)
	return v.String()
}

// number takes an attribute that is a number, 0 if there is none.
func (b *builder) number(k attribute.Key) float64 {
	v := b.left[k]
	delete(b.left, k)
	if v.Type() == attribute.INT64 {
		return float64(v.AsInt64())
	}
	return v.AsFloat64()
}

// boolean takes an attribute that is true or false, false if there is none.
func (b *builder) boolean(k attribute.Key) bool {
	v := b.left[k]
	delete(b.left, k)
	return v.AsBool()
}

// set sets those values of pairs of a key and a value that are known.
func set(object map[string]any, pairs ...any) map[string]any {
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			continue
		}
		switch v := pairs[i+1].(type) {
		case nil:
		case string:
			if v != "" {
				object[key] = v
			}
		case map[string]any:
			if len(v) > 0 {
				object[key] = v
			}
		default:
			object[key] = v
		}
	}
	return object
}

// A class is a class of OCSF.
type class struct {
	category     int
	categoryName string
	uid          int
	name         string
	profiles     []string
}

var (
	baseEvent = class{0, "Uncategorized", 0, "Base Event", nil}
	finding   = class{2, "Findings", 2004, "Detection Finding", []string{"security_control"}}
	authn     = class{3, "Identity & Access Management", 3002, "Authentication", []string{"ai_operation"}}
	api       = class{6, "Application Activity", 6003, "API Activity", []string{"ai_operation", "trace"}}
)

// A severity is OCSF's severity_id.
type severity int

const (
	informational severity = 1
	medium        severity = 3
	high          severity = 4
)

var severities = map[severity]string{informational: "Informational", medium: "Medium", high: "High"}

// start begins an object with what every class has.
func (b *builder) start(c class, activity int, activityName string, s severity, message string) map[string]any {
	e := b.event
	metadata := set(map[string]any{
		"version": Version,
		"product": map[string]any{"name": "Ambit", "vendor_name": "Ambit", "version": agentspan.Version},
	}, "event_code", e.Name, "correlation_uid", e.Session)
	if len(c.profiles) > 0 {
		metadata["profiles"] = c.profiles
	}
	if seq := b.number(semconv.AmbitSessionSeqKey); seq > 0 {
		metadata["sequence"] = int64(seq)
	}
	return map[string]any{
		"metadata": metadata, "time": e.Time.UnixMilli(), "message": message,
		"category_uid": c.category, "category_name": c.categoryName, "class_uid": c.uid, "class_name": c.name,
		"activity_id": activity, "activity_name": activityName, "type_uid": c.uid*100 + activity, "type_name": c.name + ": " + activityName,
		"severity_id": int(s), "severity": severities[s],
	}
}

// finish adds what was not mapped.
func (b *builder) finish(object map[string]any) map[string]any {
	delete(b.left, semconv.AmbitSessionIDKey) // metadata.correlation_uid, and the session's
	delete(b.left, semconv.UserIDKey)         // the owner's id once more
	unmapped := map[string]any{}
	for k, v := range b.left {
		unmapped[string(k)] = v.AsInterface()
		if v.Type() == attribute.FLOAT64 && (math.IsNaN(v.AsFloat64()) || math.IsInf(v.AsFloat64(), 0)) {
			unmapped[string(k)] = v.String() // JSON has no such number
		}
	}
	if b.span.IsValid() {
		unmapped["span_id"] = b.span.SpanID().String()
		if object["trace"] == nil {
			unmapped["trace_id"] = b.span.TraceID().String()
		}
	}
	return set(object, "unmapped", unmapped)
}

// trace is the trace profile's object. It has no span: OCSF wants a span's start and
// end, and an event knows of neither.
func (b *builder) trace() map[string]any {
	if !b.span.IsValid() {
		return nil
	}
	return map[string]any{"uid": b.span.TraceID().String()}
}
