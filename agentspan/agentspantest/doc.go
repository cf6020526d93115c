// Package agentspantest records what a tracer makes, shows it, and holds it
// against the conventions.
//
//	tracer, rec := agentspantest.New(t, agentspan.WithChecker(boundary.Tools("read_*")))
//	run(ctx, tracer)
//	if err := agentspantest.Conforms(rec.Spans()); err != nil {
//		t.Error(err)
//	}
//	fmt.Print(agentspantest.String(rec.Spans()))
//
// [Tree] writes spans as a text tree, in which a story can be told and compared.
// [Conforms] is a linter for traces: the rules of OpenTelemetry's GenAI and MCP
// conventions that can be checked on spans, and our own. It takes the spans of
// any program, whoever made them.
package agentspantest
