package mcpwire

import (
	"context"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/semconv"
)

// Durations is one of the histograms of the conventions. What it says is of low
// cardinality: methods and tools that the protocol or the server does not know
// count as "_OTHER", and neither session nor identity is a label.
type Durations struct {
	histogram metric.Float64Histogram // nil if it could not be made
	mu        sync.Mutex
	sets      map[setKey]metric.MeasurementOption
}

type setKey struct{ method, tool, errorType, code, version, transport string }

// maxSets bounds the sets of attributes that are kept.
const maxSets = 1024

func newDurations(h metric.Float64Histogram, err error) *Durations {
	if err != nil {
		return &Durations{}
	}
	return &Durations{histogram: h, sets: map[setKey]metric.MeasurementOption{}}
}

// Enabled reports whether anybody counts.
func (d *Durations) Enabled() bool {
	return d != nil && d.histogram != nil && d.histogram.Enabled(context.Background())
}

// Session counts a session of the protocol that began at o.Start and ended now.
func (d *Durations) Session(o *Operation, out Outcome) {
	if d.Enabled() {
		d.observe(o, setKey{errorType: out.ErrorType})
	}
}

func (d *Durations) record(o *Operation, out Outcome) {
	if !d.Enabled() {
		return
	}
	k := setKey{method: o.Method, errorType: out.ErrorType, code: out.Code}
	if !methods[k.method] {
		k.method = other
	}
	if o.Tool != "" {
		k.tool = other
		if o.Known {
			k.tool = o.Tool
		}
	}
	d.observe(o, k)
}

// observe counts o under k and what its transport and its revision are.
func (d *Durations) observe(o *Operation, k setKey) {
	if versions[o.Version] {
		k.version = o.Version
	}
	switch {
	case o.HTTP:
		k.transport = "tcp"
	case o.Pipe:
		k.transport = "pipe"
	}
	// The record does not depend on whether the caller still waits.
	d.histogram.Record(context.Background(), time.Since(o.Start).Seconds(), d.set(k))
}

func (d *Durations) set(k setKey) metric.MeasurementOption {
	d.mu.Lock()
	defer d.mu.Unlock()
	if o, ok := d.sets[k]; ok {
		return o
	}
	var attrs []attribute.KeyValue
	if k.method != "" {
		attrs = append(attrs, semconv.MCPMethodName(k.method))
	}
	if k.tool != "" {
		attrs = append(attrs, semconv.GenAIToolName(k.tool), semconv.GenAIOperationNameExecuteTool)
	}
	if k.errorType != "" {
		attrs = append(attrs, semconv.ErrorType(k.errorType))
	}
	if k.code != "" {
		attrs = append(attrs, semconv.RPCResponseStatusCode(k.code))
	}
	if k.version != "" {
		attrs = append(attrs, semconv.MCPProtocolVersion(k.version))
	}
	if k.transport != "" {
		attrs = append(attrs, semconv.NetworkTransport(k.transport))
		if k.transport == "tcp" {
			attrs = append(attrs, semconv.NetworkProtocolName("http"))
		}
	}
	o := metric.WithAttributeSet(attribute.NewSet(attrs...))
	if len(d.sets) < maxSets {
		d.sets[k] = o
	}
	return o
}

var other = semconv.ErrorTypeOther.Value.AsString()

// methods are those that metrics may name.
var methods = set(
	CallTool, ListTools, ReadResource, ToolsListChanged, "initialize", "server/discover", "ping", "prompts/get", "prompts/list",
	"resources/list", "resources/templates/list", "resources/subscribe", "resources/unsubscribe", "subscriptions/listen",
	"completion/complete", "logging/setLevel", "roots/list", "sampling/createMessage", "elicitation/create",
	"notifications/cancelled", "notifications/elicitation/complete", "notifications/initialized", "notifications/message",
	"notifications/progress", "notifications/prompts/list_changed", "notifications/resources/list_changed",
	"notifications/resources/updated", "notifications/roots/list_changed", "notifications/subscriptions/acknowledged",
)

var versions = set("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25", Stateless)

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// metricVersion is what a meter says of itself beside its name.
var metricVersion = []metric.MeterOption{metric.WithSchemaURL(semconv.SchemaURL), metric.WithInstrumentationVersion(agentspan.Version)}
