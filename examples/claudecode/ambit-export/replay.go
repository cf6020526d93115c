package main

import (
	"context"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
	"github.com/ambit-go/ambit/examples/internal/replay"
)

// replayFiles shows recorded sessions. They go where live ones go, unless the
// variables of OpenTelemetry say otherwise.
func replayFiles(ctx context.Context, c *call) error {
	s, err := settings.Load(settings.Settings{})
	if err != nil {
		return err //nolint:wrapcheck // names the file
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && s.Endpoint != "" {
		_ = os.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", s.Endpoint)
		if len(s.Headers) > 0 {
			_ = os.Setenv("OTEL_EXPORTER_OTLP_HEADERS", headers(s.Headers))
		}
	}
	if replay.Run(ctx, c.args, c.stdout, c.stderr) != 0 {
		return errSaid
	}
	return nil
}

// headers writes a list as OTEL_EXPORTER_OTLP_HEADERS has it.
func headers(m map[string]string) string {
	var pairs []string
	for name, value := range m {
		pairs = append(pairs, name+"="+url.PathEscape(value))
	}
	slices.Sort(pairs)
	return strings.Join(pairs, ",")
}
