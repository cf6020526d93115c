// Package otlp sends spans to a collector: Jaeger, Tempo, an OpenTelemetry
// Collector, or whatever else takes OTLP over gRPC.
package otlp
