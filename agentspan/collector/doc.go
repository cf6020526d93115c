// Package collector is a processor for the OpenTelemetry Collector that puts the
// attributes of a governed trace onto spans of agents that cannot be recompiled:
// those that SDKs for Python and TypeScript make by OpenTelemetry's conventions for
// generative AI, or in the dialects of OpenInference, OpenLLMetry (Traceloop) and
// the Vercel AI SDK.
//
//	processors:
//	  ambit:
//	    policy: /etc/ambit/task.yaml
//	    content: redact
//
// What a Collector sees has happened already, so nothing is refused: each tool call
// is judged as if it were to be made now, and what the policy would have said is
// written as ambit.decision.would, with its reason and the lines it would have
// stepped over. Effects, secrets, identities, intent and drift are found as
// [github.com/ambit-go/ambit/agentspan] finds them, by the same code: the tracer
// writes onto a span of the Collector's own form.
//
// # What goes together
//
// Calls are judged by what their conversation did before, so all spans of a
// conversation have to come to the same Collector: in front of several, this
// processor in its mode "route" marks what belongs together, and the load-balancing
// exporter routes by the mark (see docs/collector.md). Within one batch spans are
// taken by their start time, in whatever order they come; groupbytrace makes a batch
// of each trace. A span that does not name its conversation belongs to that of a
// span above it in its trace, if that is known.
//
// # What is believed
//
// Nothing that a span says of its own governance: keys under "ambit." that come from
// outside are taken off, unless the service is listed under governed_services, whose
// own tracer has decided already. Who a span says it works for is written as
// asserted, and its conversation as claimed.
package collector
