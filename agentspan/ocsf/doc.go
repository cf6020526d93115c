// Package ocsf writes the events of an [agentspan.Tracer] as objects of the Open
// Cybersecurity Schema Framework, which SIEMs and security lakes read:
//
//	tracer, err := agentspan.New(agentspan.WithEventHandler(ocsf.Handler(file)))
//
// Which event becomes which class, and which attribute which field, is in
// docs/ocsf.md. What has no field of its own is kept under "unmapped", so that
// nothing is lost. Prompts, arguments and results are never in an object: they are
// no events, and belong where few may read them.
//
// Use agentspan/otellog instead where the SIEM reads OpenTelemetry's log records,
// and both by a handler that calls both.
package ocsf
