package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"

	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/eval/intentrows"
	"github.com/ambit-go/ambit/internal/eval/rows"
)

// intents writes, for each row, the category the default classifier ends with, a
// measure of malice and whether it raised the alarm at any time.
func intents(w io.Writer, files []string) error {
	feeder := intentrows.Default()
	out := json.NewEncoder(w)
	for r, err := range rows.Read[intentrows.Row](files...) {
		if err != nil {
			return err
		}
		a, err := answerIntent(intent.Default(), feeder.Actions(r))
		if err != nil {
			return err
		}
		a.ID = r.ID
		if err := out.Encode(a); err != nil {
			return err
		}
	}
	return nil
}

type intentAnswer struct {
	ID       string  `json:"id"`
	Category string  `json:"category"`
	Score    float64 `json:"score"`
	Flag     bool    `json:"flag"`
	Drift    float64 `json:"drift"`    // the farthest from the task that its prompt sets
	Injected bool    `json:"injected"` // something followed from a result rather than from the prompt
}

// answerIntent drives a stream as a tracer does. An alarm that was raised stands,
// whatever the session did afterwards.
func answerIntent(c intent.Classifier, actions []intent.Action) (intentAnswer, error) {
	s := intent.NewStream(c, nil)
	var a intentAnswer
	var last, alarm intent.Result
	for i := range actions {
		r, err := s.Observe(context.Background(), actions[i])
		if err != nil {
			return a, err
		}
		last = r
		a.Drift, a.Injected = max(a.Drift, r.Drift), a.Injected || r.Injected
		if r.Label.Anomalous() {
			a.Score = max(a.Score, r.Score)
		}
		if r.Anomalous {
			a.Flag, alarm = true, r
		}
	}
	if a.Flag {
		last = alarm
	}
	a.Category = category(last.Label)
	return a, nil
}

// category is what the data calls a label.
func category(l intent.Label) string {
	switch l {
	case intent.Unknown:
		return "other-benign"
	case intent.SecretHarvesting:
		return "secret-access"
	case intent.ForeignCode:
		return "other-malicious"
	}
	return strings.ReplaceAll(string(l), "_", "-")
}
