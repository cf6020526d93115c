package main

import (
	"context"

	"github.com/anthropics/anthropic-sdk-go"
)

// converse lets the SDK's runner go on until the model has no more calls to make.
func converse(ctx context.Context, client *anthropic.Client, tools []anthropic.BetaTool, stream bool) (*anthropic.BetaMessage, error) {
	params := anthropic.BetaToolRunnerParams{BetaMessageNewParams: anthropic.BetaMessageNewParams{
		Model: "claude-stand-in", MaxTokens: 1024,
		Messages: []anthropic.BetaMessageParam{anthropic.NewBetaUserMessage(anthropic.NewBetaTextBlock("Tidy up the notes."))},
	}}
	if !stream {
		return client.Beta.Messages.NewToolRunner(tools, params).RunToCompletion(ctx)
	}
	runner := client.Beta.Messages.NewToolRunnerStreaming(tools, params)
	for turn, err := range runner.AllStreaming(ctx) {
		if err != nil {
			return nil, err
		}
		for _, err := range turn { // a program shows the pieces; the runner puts them together
			if err != nil {
				return nil, err
			}
		}
	}
	return runner.LastMessage(), runner.Err()
}
