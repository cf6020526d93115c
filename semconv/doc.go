// Package semconv holds every telemetry name that Ambit writes: attribute keys,
// their values, events, spans and metrics.
package semconv

//go:generate env GOWORK=off go -C ../internal/tools run ./semconvgen
