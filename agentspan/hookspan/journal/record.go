package journal

// What is written down of one hook call.

import (
	"encoding/json"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// Version is the version of the form. A reader passes over records of a newer one. A
// program that decides after it finds such a record has lost the session's history; the
// newer one, which reads both, has so too from then on, since the other went on without.
const Version = 1

// A Record is one hook call.
type Record struct {
	Version int     `json:"v"`
	Event   Event   `json:"event"`
	Session *Info   `json:"session,omitempty"` // where the session began, or goes on as another
	Prompt  *Prompt `json:"prompt,omitempty"`
	Call    *Call   `json:"call,omitempty"` // decided about
	Done    *Done   `json:"done,omitempty"` // came to its end
	Signals []Raise `json:"signals,omitempty"`
	State   State   `json:"state"`
}

// An Event is a hook's payload without its content, under the names of package
// payload's canonical dialect, so that a list of them reads as a recorded hook log.
type Event struct {
	Name      string          `json:"hook_event_name"`
	Session   string          `json:"session_id"`
	Time      time.Time       `json:"timestamp"`
	PromptID  string          `json:"prompt_id,omitempty"`
	Prompt    string          `json:"prompt,omitempty"` // stands for one; never the text itself
	Cwd       string          `json:"cwd,omitempty"`
	Mode      string          `json:"permission_mode,omitempty"`
	AgentID   string          `json:"agent_id,omitempty"`
	AgentType string          `json:"agent_type,omitempty"`
	Model     string          `json:"model,omitempty"`
	Tool      string          `json:"tool_name,omitempty"`
	CallID    string          `json:"tool_use_id,omitempty"` // the agent's, or one of ours that begins with "#"
	Input     json.RawMessage `json:"tool_input,omitempty"`  // a keyed hash of the arguments
	Response  json.RawMessage `json:"tool_response,omitempty"`
	Millis    float64         `json:"duration_ms,omitempty"`
	Error     string          `json:"error,omitempty"` // a code
	Reason    string          `json:"reason,omitempty"`
	Source    string          `json:"source,omitempty"`
}

// Info is what is known of a session when it begins.
type Info struct {
	Dialect  string                  `json:"dialect"`
	Agent    string                  `json:"agent"`
	Version  string                  `json:"version,omitempty"`
	Model    string                  `json:"model,omitempty"`
	Owner    identity.Principal      `json:"owner"`
	Git      string                  `json:"git,omitempty"` // whom git names as author of commits
	Actor    identity.Principal      `json:"actor"`
	Dir      string                  `json:"dir,omitempty"`
	Root     string                  `json:"root,omitempty"`
	Home     string                  `json:"home,omitempty"`
	Repo     string                  `json:"repo,omitempty"`
	Branch   string                  `json:"branch,omitempty"`
	Servers  []string                `json:"servers,omitempty"`  // MCP servers configured
	Local    []string                `json:"local,omitempty"`    // of these, those that run on this machine
	Accounts map[string]identity.Use `json:"accounts,omitempty"` // by which credential a server acts
	Mode     string                  `json:"mode,omitempty"`     // the first one that is known
	Start    time.Time               `json:"start"`
	Parent   string                  `json:"parent,omitempty"` // traceparent of the process that runs the agent
}

// A Prompt is a prompt without its words.
type Prompt struct {
	Hash   string        `json:"hash,omitempty"`
	Words  []byte        `json:"words,omitempty"` // keyed hashes, where a policy asks where values come from
	Intent intent.Result `json:"intent"`
}

// A Call is a call as it was decided about.
type Call struct {
	ID       string             `json:"id"` // as Event.CallID
	Tool     string             `json:"tool"`
	Server   string             `json:"server,omitempty"`
	Effects  []effect.Effect    `json:"effects,omitempty"`
	Findings []secret.Finding   `json:"findings,omitempty"`
	Use      *identity.Use      `json:"use,omitempty"`    // credential that the environment, the server or the arguments bring
	Beside   []identity.Use     `json:"beside,omitempty"` // further ones
	Intent   intent.Result      `json:"intent"`
	Decision *boundary.Decision `json:"decision,omitempty"` // nil: nobody was asked
	Answer   string             `json:"answer,omitempty"`   // what the agent was told: silent, ask, deny
	Failed   string             `json:"failed,omitempty"`   // why nobody could tell

	Privileged bool    `json:"privileged,omitempty"` // the session counted as privileged
	Taken      []Taken `json:"taken,omitempty"`      // what it took of the policies' limits
}

// Taken is what a call took of one limit of a policy: see policy.Taken, whose fields
// these are. An amount is all that is written down of what arguments say.
type Taken struct {
	Ruleset string  `json:"ruleset,omitempty"`
	ID      string  `json:"id,omitempty"`
	Limit   string  `json:"limit,omitempty"`
	Amount  float64 `json:"amount,omitempty"`
}

// A Done is how a call ended.
type Done struct {
	ID       string           `json:"id"`
	Size     int              `json:"size"` // of the result, in bytes
	Findings []secret.Finding `json:"findings,omitempty"`
	Words    []byte           `json:"words,omitempty"` // as those of a prompt
	Intent   intent.Result    `json:"intent"`
}

// A Raise is a signal that a hook raised.
type Raise struct {
	Kind   string `json:"kind"`
	Tool   string `json:"tool,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// A State is what a session carries from one hook to the next.
type State struct {
	Seq       int             `json:"seq"`            // of the record
	Last      time.Time       `json:"last"`           // of the record; never goes back
	Epoch     int             `json:"epoch"`          // sessions that ended and went on
	Turn      string          `json:"turn,omitempty"` // id of the turn under way, ours if the agent has none
	Turns     int             `json:"turns,omitempty"`
	Open      bool            `json:"open,omitempty"` // a turn is under way
	Ended     bool            `json:"ended,omitempty"`
	Suspended bool            `json:"suspended,omitempty"` // by a rule: nothing more is allowed
	Listens   bool            `json:"listens,omitempty"`   // a policy asks where values come from
	Labels    Labels          `json:"labels"`
	Actors    []Actor         `json:"actors,omitempty"` // the main agent first, then subagents
	Calls     []Running       `json:"calls,omitempty"`  // under way
	Policy    []string        `json:"policy,omitempty"` // digests of the policies the session is held to
	Asks      []time.Time     `json:"asks,omitempty"`   // when the agent's user was asked
	Agreed    []string        `json:"agreed,omitempty"` // what was said yes to, for the rest of the session
	Told      map[string]bool `json:"told,omitempty"`   // signals that are raised once
	Info      Info            `json:"info"`
}

// Labels are what a session has seen. They are sticky.
type Labels struct {
	Secret     bool `json:"secret,omitempty"`
	Untrusted  bool `json:"untrusted,omitempty"`
	Private    bool `json:"private,omitempty"`
	Switched   bool `json:"switched,omitempty"`
	Privileged bool `json:"privileged,omitempty"`
	Lost       bool `json:"lost,omitempty"`
}

// An Actor is the main agent or a subagent.
type Actor struct {
	ID       string         `json:"id,omitempty"`
	Seq      int64          `json:"seq,omitempty"`
	Calls    int            `json:"calls,omitempty"`
	Refused  int            `json:"refused,omitempty"`
	InFlight int            `json:"in_flight,omitempty"`
	Mind     []byte         `json:"mind,omitempty"` // of the classifier
	Intent   intent.Result  `json:"intent"`
	Uses     []identity.Use `json:"uses,omitempty"` // identities used, in order, each once
}

// A Running is a call under way.
type Running struct {
	ID      string    `json:"id"`
	Tool    string    `json:"tool"`
	Args    string    `json:"args"` // keyed hash
	Actor   string    `json:"actor,omitempty"`
	Prompt  string    `json:"prompt,omitempty"`
	At      time.Time `json:"at"`
	Refused bool      `json:"refused,omitempty"` // the agent was told not to make it
	Ask     bool      `json:"ask,omitempty"`     // the agent was told to ask its user
	Server  string    `json:"server,omitempty"`
	Asked   string    `json:"asked,omitempty"` // what the agent's user is asked about, if a yes may stand for the session
	Brings  Labels    `json:"brings,omitzero"` // what the session has seen once a call that was asked about has run
}
