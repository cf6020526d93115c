// Code generated from semconv/model by semconvgen; DO NOT EDIT.

package semconv

import (
	"errors"

	"go.opentelemetry.io/otel/metric"
)

// Names of the metrics, for those who look for them in what was recorded.
const (
	MetricAmbitCheckDuration         = "ambit.check.duration"
	MetricAmbitCrossings             = "ambit.crossings"
	MetricAmbitDecisionFlips         = "ambit.decision.flips"
	MetricAmbitDecisions             = "ambit.decisions"
	MetricAmbitEffectsIndeterminate  = "ambit.effects.indeterminate"
	MetricAmbitExportDropped         = "ambit.export.dropped"
	MetricAmbitGrantUses             = "ambit.grant.uses"
	MetricAmbitIdentitySwitches      = "ambit.identity.switches"
	MetricAmbitSecretAccesses        = "ambit.secret.accesses"
	MetricAmbitSessionCount          = "ambit.session.count"
	MetricAmbitSessionsUnowned       = "ambit.sessions.unowned"
	MetricGenAIExecuteToolDuration   = "gen_ai.execute_tool.duration"
	MetricGenAIInvokeAgentDuration   = "gen_ai.invoke_agent.duration"
	MetricMCPClientOperationDuration = "mcp.client.operation.duration"
	MetricMCPClientSessionDuration   = "mcp.client.session.duration"
	MetricMCPServerOperationDuration = "mcp.server.operation.duration"
	MetricMCPServerSessionDuration   = "mcp.server.session.duration"
)

var errNoMeter = errors.New("semconv: nil meter")

// NewAmbitCheckDuration makes "ambit.check.duration", a histogram in s. Time it took to decide
// about a call, waiting for an approval not included. A nil meter is an error.
//
// Attributes: ambit.decision.outcome (required).
func NewAmbitCheckDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricAmbitCheckDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Time it took to decide about a call, waiting for an approval not included."),
		metric.WithExplicitBucketBoundaries(0.000001, 0.0000025, 0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 1),
	)
}

// NewAmbitCrossings makes "ambit.crossings", a counter in {crossing}. Lines stepped over, or that
// would have been, one for each kind of a call. A nil meter is an error.
//
// Attributes: ambit.crossing.kind (required).
func NewAmbitCrossings(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitCrossings,
		metric.WithUnit("{crossing}"),
		metric.WithDescription("Lines stepped over, or that would have been, one for each kind of a call."),
	)
}

// NewAmbitDecisionFlips makes "ambit.decision.flips", a counter in {decision}. Decisions that would
// be others if what is observed or shadowed were enforced. A nil meter is an error.
//
// Attributes: ambit.decision.outcome (required), ambit.decision.would (required),
// security_rule.name (conditionally required).
func NewAmbitDecisionFlips(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitDecisionFlips,
		metric.WithUnit("{decision}"),
		metric.WithDescription("Decisions that would be others if what is observed or shadowed were enforced."),
	)
}

// NewAmbitDecisions makes "ambit.decisions", a counter in {decision}. Decisions about calls. A nil
// meter is an error.
//
// Attributes: ambit.decision.outcome (required), ambit.decision.enforced (required),
// security_rule.name (conditionally required).
func NewAmbitDecisions(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitDecisions,
		metric.WithUnit("{decision}"),
		metric.WithDescription("Decisions about calls."),
	)
}

// NewAmbitEffectsIndeterminate makes "ambit.effects.indeterminate", a counter in {effect}. Effects
// whose target cannot be told. A nil meter is an error.
//
// Attributes: gen_ai.tool.name (recommended).
func NewAmbitEffectsIndeterminate(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitEffectsIndeterminate,
		metric.WithUnit("{effect}"),
		metric.WithDescription("Effects whose target cannot be told."),
	)
}

// NewAmbitExportDropped makes "ambit.export.dropped", a counter in {span}. Spans that did not
// arrive, and signals that their handler was too slow for (signal_queue_full). A nil meter is an
// error.
//
// Attributes: error.type (required).
func NewAmbitExportDropped(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitExportDropped,
		metric.WithUnit("{span}"),
		metric.WithDescription("Spans that did not arrive, and signals that their handler was too slow for (signal_queue_full)."),
	)
}

// NewAmbitGrantUses makes "ambit.grant.uses", a counter in {call}. Calls that ran under a grant. A
// grant of the policy that nothing has used yet counts 0, so that what is never used can be found.
// A nil meter is an error.
//
// Attributes: security_rule.ruleset.name (required), ambit.decision.grant (required).
func NewAmbitGrantUses(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitGrantUses,
		metric.WithUnit("{call}"),
		metric.WithDescription("Calls that ran under a grant. A grant of the policy that nothing has used yet counts 0, so that what is never used can be found."),
	)
}

// NewAmbitIdentitySwitches makes "ambit.identity.switches", a counter in {switch}. Uses that
// departed from their session's identity baseline. A nil meter is an error.
//
// Attributes: ambit.identity.switch.kind (required).
func NewAmbitIdentitySwitches(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitIdentitySwitches,
		metric.WithUnit("{switch}"),
		metric.WithDescription("Uses that departed from their session's identity baseline."),
	)
}

// NewAmbitSecretAccesses makes "ambit.secret.accesses", a counter in {access}. Secrets found in
// what calls say, touch or return. A nil meter is an error.
//
// Attributes: ambit.secret.kind (required).
func NewAmbitSecretAccesses(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitSecretAccesses,
		metric.WithUnit("{access}"),
		metric.WithDescription("Secrets found in what calls say, touch or return."),
	)
}

// NewAmbitSessionCount makes "ambit.session.count", a updowncounter in {session}. Sessions that are
// held now. A nil meter is an error.
//
// Attributes: none.
func NewAmbitSessionCount(m metric.Meter) (metric.Int64UpDownCounter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64UpDownCounter(MetricAmbitSessionCount,
		metric.WithUnit("{session}"),
		metric.WithDescription("Sessions that are held now."),
	)
}

// NewAmbitSessionsUnowned makes "ambit.sessions.unowned", a counter in {session}. Sessions that
// began without an owner. A nil meter is an error.
//
// Attributes: none.
func NewAmbitSessionsUnowned(m metric.Meter) (metric.Int64Counter, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Int64Counter(MetricAmbitSessionsUnowned,
		metric.WithUnit("{session}"),
		metric.WithDescription("Sessions that began without an owner."),
	)
}

// NewGenAIExecuteToolDuration makes "gen_ai.execute_tool.duration", a histogram in s. Duration of
// one tool execution, the same as its span's. A nil meter is an error.
//
// Attributes: gen_ai.tool.name (required), gen_ai.tool.type (recommended), gen_ai.agent.name
// (conditionally required), error.type (conditionally required).
func NewGenAIExecuteToolDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricGenAIExecuteToolDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of one tool execution, the same as its span's."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92),
	)
}

// NewGenAIInvokeAgentDuration makes "gen_ai.invoke_agent.duration", a histogram in s. Duration of
// one agent run, the same as its span's. A nil meter is an error.
//
// Attributes: gen_ai.agent.name (conditionally required), gen_ai.request.model (recommended),
// error.type (conditionally required).
func NewGenAIInvokeAgentDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricGenAIInvokeAgentDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of one agent run, the same as its span's."),
		metric.WithExplicitBucketBoundaries(0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6),
	)
}

// NewMCPClientOperationDuration makes "mcp.client.operation.duration", a histogram in s. Duration
// of an MCP request or notification as its sender sees it. A nil meter is an error.
//
// Attributes: mcp.method.name (required), gen_ai.operation.name (recommended), gen_ai.tool.name
// (conditionally required), gen_ai.prompt.name (conditionally required), error.type (conditionally
// required), rpc.response.status_code (conditionally required), mcp.protocol.version (recommended),
// network.transport (recommended), network.protocol.name (recommended), network.protocol.version
// (recommended), jsonrpc.protocol.version (recommended), mcp.resource.uri (opt in).
func NewMCPClientOperationDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricMCPClientOperationDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of an MCP request or notification as its sender sees it."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300),
	)
}

// NewMCPClientSessionDuration makes "mcp.client.session.duration", a histogram in s. Duration of an
// MCP session as its client sees it. A nil meter is an error.
//
// Attributes: error.type (conditionally required), mcp.protocol.version (recommended),
// network.transport (recommended), network.protocol.name (recommended), network.protocol.version
// (recommended).
func NewMCPClientSessionDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricMCPClientSessionDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of an MCP session as its client sees it."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300),
	)
}

// NewMCPServerOperationDuration makes "mcp.server.operation.duration", a histogram in s. Duration
// of an MCP request or notification as its receiver sees it. A nil meter is an error.
//
// Attributes: mcp.method.name (required), gen_ai.operation.name (recommended), gen_ai.tool.name
// (conditionally required), gen_ai.prompt.name (conditionally required), error.type (conditionally
// required), rpc.response.status_code (conditionally required), mcp.protocol.version (recommended),
// network.transport (recommended), network.protocol.name (recommended), network.protocol.version
// (recommended), jsonrpc.protocol.version (recommended), mcp.resource.uri (opt in).
func NewMCPServerOperationDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricMCPServerOperationDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of an MCP request or notification as its receiver sees it."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300),
	)
}

// NewMCPServerSessionDuration makes "mcp.server.session.duration", a histogram in s. Duration of an
// MCP session as its server sees it. A nil meter is an error.
//
// Attributes: error.type (conditionally required), mcp.protocol.version (recommended),
// network.transport (recommended), network.protocol.name (recommended), network.protocol.version
// (recommended).
func NewMCPServerSessionDuration(m metric.Meter) (metric.Float64Histogram, error) {
	if m == nil {
		return nil, errNoMeter
	}
	return m.Float64Histogram(MetricMCPServerSessionDuration,
		metric.WithUnit("s"),
		metric.WithDescription("Duration of an MCP session as its server sees it."),
		metric.WithExplicitBucketBoundaries(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300),
	)
}
