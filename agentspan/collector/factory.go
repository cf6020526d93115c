package collector

import (
	"context"
	"fmt"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/processor"
)

// Type is the processor's name in a configuration.
var Type = component.MustNewType("ambit")

// NewFactory returns what a Collector's build lists. The stability is alpha.
func NewFactory() processor.Factory {
	return processor.NewFactory(Type, defaultConfig, processor.WithTraces(create, component.StabilityLevelAlpha))
}

func create(_ context.Context, set processor.Settings, cfg component.Config, next consumer.Traces) (processor.Traces, error) {
	c, ok := cfg.(*Config)
	if !ok {
		return nil, fmt.Errorf("configuration is a %T, which is none of ours", cfg)
	}
	if c.Mode == modeRoute {
		return newRouter(c, next), nil
	}
	return newGovernor(set.TelemetrySettings, c, next)
}
