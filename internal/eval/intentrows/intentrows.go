// Package intentrows turns rows of labelled sessions into what a classifier sees
// of them: actions with the effects of the default analyzer and the findings of the
// default detector, in the order the SDK would show them.
package intentrows

import (
	"encoding/json"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/intent"
)

// A Row is one labelled sequence of actions.
type Row struct {
	ID      string `json:"id"`
	Prompt  string `json:"prompt"`
	Dir     string `json:"cwd"`
	Actions []Call `json:"actions"`

	Labels
}

// A Call is a tool call and what it returned, if that was kept.
type Call struct {
	Tool   string          `json:"tool"`
	Input  json.RawMessage `json:"input"`
	Result *string         `json:"result"`
}

// Labels are what is known of a row. A classifier never sees them.
type Labels struct {
	Source   string   `json:"source"`
	Group    string   `json:"group"`
	Repo     string   `json:"repo"`
	Label    string   `json:"label"`
	Coarse   string   `json:"coarse"`
	Category string   `json:"category"`
	Also     []string `json:"also"`
	CatGold  bool     `json:"cat_gold"`
	DualUse  bool     `json:"dual_use"`
	From     []string `json:"from"` // what a blended row was made of: the attack, then the session
	At       int      `json:"at"`   // which of its actions is the attack
}

// Where a session runs if its row does not say.
const (
	dir  = "/home/dev/work"
	home = "/home/dev"
)

// A Feeder makes actions of rows. It is safe for concurrent use.
type Feeder struct {
	Analyzer effect.Analyzer
	Detector secret.Detector
}

// Default feeds as the SDK does at its defaults.
func Default() Feeder { return Feeder{analyze.Default(), secret.Default()} }

// Actions returns the row as a classifier sees it: the prompt, if any, then each
// call and its result.
func (f Feeder) Actions(r *Row) []intent.Action {
	actions := make([]intent.Action, 0, 2*len(r.Actions)+1)
	if r.Prompt != "" {
		actions = append(actions, intent.Action{
			Role: intent.Prompt, Text: r.Prompt,
			Findings: f.Detector.Detect(nil, []byte(r.Prompt), secret.Prompt),
		})
	}
	root := r.Dir
	if root == "" {
		root = dir
	}
	for _, a := range r.Actions {
		tool, server := a.Tool, ""
		if rest, ok := strings.CutPrefix(tool, "mcp__"); ok {
			if s, t, ok := strings.Cut(rest, "__"); ok {
				server, tool = s, t
			}
		}
		actions = append(actions, intent.Action{
			Role: intent.Call, Tool: tool, Server: server, Text: string(a.Input),
			Effects: f.Analyzer.Analyze(nil, effect.Call{
				Tool: tool, Server: server, Arguments: a.Input, Dir: root, Root: root, Home: home,
			}),
			Findings: f.Detector.Detect(nil, a.Input, secret.Argument),
		})
		if a.Result != nil {
			actions = append(actions, intent.Action{
				Role: intent.Output, Tool: tool, Server: server, Text: *a.Result,
				Findings: f.Detector.Detect(nil, []byte(*a.Result), secret.Result),
			})
		}
	}
	return actions
}
