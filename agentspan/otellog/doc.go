// Package otellog writes the events of an [agentspan.Tracer] as OpenTelemetry log
// records, for a SIEM or any other place that reads logs rather than traces:
//
//	tracer, err := agentspan.New(agentspan.WithEventHandler(otellog.Handler(provider)))
//
// A record has the event's name, its time, a severity, the attributes of the event,
// of the call it is about (tool, call id, number, targets) and of its session, and
// the trace and span it belongs to, so that one click leads from the alert to the
// trace. It has no body: what an event says is in its
// attributes, whose names package semconv declares.
//
// # Severity
//
// WARN is what somebody may have to look at: a signal, a crossing, a secret, a
// switch of identity, a drift, an intent that is anomalous. All else is INFO. A
// processor that keeps WARN and above therefore keeps what an alert is made of.
//
// # Content
//
// Recorded content (agentspan.WithContent) goes to the event handler where there is
// one: with this package prompts, arguments and results are in log records, as
// gen_ai.client.inference.operation.details, and not on spans. So they can have a
// store and a retention of their own.
//
// # Cost
//
// Events are handed over on the agent's goroutine. Use a batch processor: with a
// simple one, each crossing waits for the collector.
//
// The log API of OpenTelemetry still moves between releases, which is why this
// package is a module of its own.
package otellog
