package intent

import (
	"context"
	"encoding"
	"time"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// A Label is a purpose. The zero Label is [Unknown].
type Label string

// Ordinary purposes, and what an attack looks like. A [Result] with Anomalous set has
// a label of the second group; one without it may have such a label too, for what is
// suspected.
const (
	Unknown Label = ""

	Refactor     Label = "refactor"
	Debug        Label = "debug"
	Explore      Label = "explore"
	Test         Label = "test"
	Build        Label = "build"
	Dependency   Label = "dependency"
	Docs         Label = "docs"
	Feature      Label = "feature"
	Review       Label = "review"
	Deploy       Label = "deploy"
	DataAnalysis Label = "data_analysis"
	Config       Label = "config"
	VCS          Label = "vcs" // commit, push and pull-request chores

	SecretHarvesting    Label = "secret_harvesting"
	Reconnaissance      Label = "reconnaissance"
	Exfiltration        Label = "exfiltration"
	PrivilegeEscalation Label = "privilege_escalation"
	Persistence         Label = "persistence"
	Destruction         Label = "destruction"
	DefenseEvasion      Label = "defense_evasion"
	LateralMovement     Label = "lateral_movement"
	ForeignCode         Label = "foreign_code" // code from elsewhere is run, or a channel to be commanded through is opened
	Injection           Label = "injection"
)

// Anomalous reports whether l is one of the labels of an attack.
func (l Label) Anomalous() bool {
	switch l {
	case SecretHarvesting, Reconnaissance, Exfiltration, PrivilegeEscalation, Persistence,
		Destruction, DefenseEvasion, LateralMovement, ForeignCode, Injection:
		return true
	}
	return false
}

// A Role is what part an [Action] plays in a session.
type Role uint8

const (
	Call   Role = iota // a tool call, before it runs
	Prompt             // something the owner wrote; Text holds it
	Output             // what a tool returned; Text holds it
)

// An Action is one step of a session, as a classifier sees it. A classifier must
// not modify or keep its slices.
type Action struct {
	Time     time.Time
	Role     Role
	Tool     string // the tool's name
	Server   string // its MCP server; empty for a local tool
	Text     string // the prompt or result; the call's arguments as JSON for a [Call]
	Effects  []effect.Effect
	Findings []secret.Finding
	Switches []identity.Switch
	Failed   bool // for an [Output]: the call failed
}

// A Result is what a sequence of actions seems to be for. The zero Result says
// unknown.
type Result struct {
	Label      Label
	Score      float64 // how sure, 0 to 1, calibrated if the classifier says so
	Anomalous  bool    // an alarm: Label is one of an attack's, and Score passed the classifier's threshold
	Evidence   []int   // which actions of the window (0 is the oldest) or of the stream speak for it; anomalous results only
	Classifier string  // who says so: name and version

	Drift    float64 // how far the actions are from the task's intents: 0 none, 1 wholly
	Departed int     // number of the first action that departed, counted from 1; 0 if none did
	Injected bool    // follows from what a tool returned rather than from the owner's prompt
}

// A Classifier says what a window of actions, oldest first, adds up to. Classify
// may be called concurrently, must return soon after ctx ends, and must not
// modify or retain window. An empty window is [Unknown]. An error means "cannot
// tell": the session keeps its last label.
type Classifier interface {
	Classify(ctx context.Context, window []Action) (Result, error)
}

// A Streamer is a [Classifier] that can work step by step. NewStream begins a
// session; task holds the intents the session was declared to have, if any.
type Streamer interface {
	Classifier
	NewStream(task []Label) Stream
}

// A Stream classifies one session as it grows. It belongs to one goroutine at a
// time. After the same actions it agrees with Classify on the whole window.
type Stream interface {
	// Observe takes one more action in and says what all of them add up to. It
	// must not modify or retain a's slices.
	Observe(ctx context.Context, a Action) (Result, error)
}

// A Waiter is a [Stream] that may still be working on its answer when Observe returns.
// Await begins with what the stream has seen and returns at once; the function it
// returns waits for the answer to that, until its context ends, while the stream goes
// on: it may be called on any goroutine. An error means that nobody could tell in time.
type Waiter interface {
	Stream
	Await(ctx context.Context) func(ctx context.Context) (Result, error)
}

// A Keeper is a [Stream] that can be kept and taken up again, by another process
// too: one hook of a coding agent after the other classifies one session. What was
// kept by another classifier, or another version of it, is an error, and the stream
// is as it was.
type Keeper interface {
	Stream
	encoding.BinaryMarshaler
	encoding.BinaryUnmarshaler
}
