package boundary

import (
	"time"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// A Request is one thing an agent is about to do, with everything known about
// it. Checkers get it by value and must not modify or keep its slices.
type Request struct {
	Session     SessionInfo
	Delegation  identity.Delegation
	Seq         int64 // number of the governed action within the session, from 1
	CallID      string
	Tool        string
	Server      string // MCP server; empty for a local tool
	ToolHash    string // hash of the tool's definition; empty if not known
	ToolDrift   bool   // the definition is not the one the session first saw, or the tool came after the session
	Dir         string // working folder
	Phase       Phase
	Time        time.Time
	Arguments   []byte // JSON
	Annotations Annotations
	Effects     []effect.Effect
	Findings    []secret.Finding // secrets found in the arguments
	Use         *identity.Use    // the credential used; nil if none is known
	Switches    []identity.Switch
	Intent      intent.Result
	IntentLate  bool // the checker wanted to wait for a classifier ([IntentWaiter]), and it did not answer
	History     History
}

// A Phase is what is being asked about.
type Phase uint8

const (
	PhaseCall     Phase = iota // a tool call
	PhaseIdentity              // a credential is about to be used; Use is set
	PhaseRequest               // an HTTP request is about to be sent; Effects hold its host and URL
)

// Annotations are what a tool says of itself. They may raise suspicion and never
// lower it (MCP 2026-07-28, "Tool annotations": untrusted unless the server is).
type Annotations struct {
	ReadOnly, Destructive, Idempotent, OpenWorld effect.Hint
}

// SessionInfo is what checkers may know of a session.
type SessionInfo struct {
	Key     string // unique in this process; opaque
	ID      string // as given; empty if none
	Claimed bool   // ID was brought by a peer and proves nothing
	Agent   string
	Owner   identity.Principal // zero if nobody is named
	Actor   identity.Principal
	Task    Task
	Start   time.Time
	Dir     string // where the session started; pinned
	Root    string // top folder of its repository; empty if none
	Home    string
	Repo    string // host/owner/name; empty if not known
	Branch  string
	Parent  string // Key of the session this one is a subagent of; empty for none
}

// A Task is what a session is for.
type Task struct {
	ID      string
	Purpose string
	Intents []intent.Label
	Params  map[string]string
}

// History is what a session carried before this call. Labels are sticky.
type History struct {
	SecretSeen       bool // a secret was read or found
	UntrustedSeen    bool // content from outside was read
	PrivateSeen      bool // private data was read
	IdentitySwitched bool
	Privileged       bool
	Calls            int  // decided so far
	InFlight         int  // running now
	Refused          int  // refused so far
	Lost             bool // the session was evicted and came back: what it did before is not known, so rules over history match
}

// An Outcome is what became of a call.
type Outcome struct {
	Ran       bool
	Failed    bool
	ErrorType string // low cardinality; empty if it did not fail
	Bytes     int64  // size of the result; -1 if not known
	Duration  time.Duration
	Findings  []secret.Finding // secrets found in the result
}
