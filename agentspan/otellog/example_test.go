package otellog_test

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	sdklog "go.opentelemetry.io/otel/sdk/log"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/otellog"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/semconv"
)

// A printer is an exporter that prints records.
type printer struct{}

func (printer) Export(_ context.Context, records []sdklog.Record) error {
	for _, r := range records {
		fmt.Println(r.Severity(), r.EventName())
		r.WalkAttributes(func(kv attribute.KeyValue) bool {
			switch kv.Key {
			case semconv.AmbitSessionIDKey, semconv.AmbitCrossingKindKey, semconv.AmbitDecisionOutcomeKey:
				fmt.Println("  ", kv.Key, kv.Value.String())
			}
			return true
		})
	}
	return nil
}

func (printer) Shutdown(context.Context) error   { return nil }
func (printer) ForceFlush(context.Context) error { return nil }

func ExampleHandler() {
	ctx := context.Background()
	provider := sdklog.NewLoggerProvider(sdklog.WithProcessor(sdklog.NewBatchProcessor(printer{})))
	tracer, err := agentspan.New(
		agentspan.WithChecker(boundary.Tools("read_*")),
		agentspan.WithEventHandler(otellog.Handler(provider)),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	ada := identity.Principal{Kind: identity.Human, ID: "ada", Assurance: identity.Verified}
	sctx, session, err := tracer.StartSession(ctx, agentspan.Session{ID: "s-1", Owner: ada})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, _, err = tracer.StartToolCall(sctx, agentspan.ToolCall{Name: "delete_file"})
	fmt.Println(err != nil)
	session.End(nil)
	if err := provider.Shutdown(ctx); err != nil {
		fmt.Println(err)
	}
	// Output:
	// true
	// WARN ambit.boundary.crossed
	//    ambit.crossing.kind out_of_scope
	//    ambit.decision.outcome deny
	//    ambit.session.id s-1
}
