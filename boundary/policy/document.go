package policy

import (
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// This file holds what a policy file says, read and compiled but not yet put
// together.

// A position is where something stands in its file.
type position struct{ line, column int }

// A document is one policy file.
type document struct {
	file       string
	source     []byte
	id         string
	purpose    string
	selects    selection
	owner      ownerRule
	mode       mode
	notBefore  time.Time
	expires    time.Time
	reviewBy   time.Time
	unmatched  fallback
	unknown    fallback
	params     []param
	intents    []intent.Label
	identities identityRule
	session    sessionRule
	approval   boundary.Approval
	hasGrants  bool // the key is there
	grants     []*grant
	rules      []*rule
	subagents  []subagent
	budgets    budgets
	inertTools []glob
	inertCmds  []commandPattern
	examples   []example
}

// A mode is whether decisions take effect.
type mode uint8

const (
	modeUnset mode = iota
	modeObserve
	modeEnforce
)

// A fallback is what happens where nothing else says.
type fallback uint8

const (
	fallbackUnset fallback = iota
	fallbackObserve
	fallbackApproval
	fallbackDeny
)

// verdict returns the verdict of f, and whether it is only observed.
func (f fallback) verdict() (v boundary.Verdict, observed bool) {
	switch f {
	case fallbackApproval:
		return boundary.RequireApproval, false
	case fallbackObserve:
		return boundary.Deny, true
	default:
		return boundary.Deny, false
	}
}

type param struct {
	name  string
	value string
	given bool // false: every session brings its own
}

type selection struct {
	repo, branch, agent, task, dir []glob
}

type ownerRule struct {
	stated    bool
	assurance identity.Assurance
	kinds     []identity.Kind
	ids       []glob
}

type identityRule struct {
	stated   bool
	allow    []glob
	onSwitch fallback
	expect   []expectation
}

// An expectation is a change of identity that belongs to the task.
type expectation struct {
	from, to *glob
	maxTTL   time.Duration
}

type sessionRule struct {
	privileged fallback
	production selector
}

type subagent struct {
	agent  string // "default" for those not named
	grants []string
}

type budgets struct {
	calls, refusals int
	bytes           int64
	duration        time.Duration
}

// A callFilter says which calls a grant or rule is about.
type callFilter struct {
	servers []glob
	tools   []glob

	namesTool bool // some pattern of tools is more than wildcards
	agents    []glob
	args      []argument
	when      Condition
	whenSrc   string
}

// A selector says which effects a grant or rule is about.
type selector struct {
	kinds      kindSet // kinds it mentions
	paths      []pathPattern
	hosts      []hostPattern
	urls       []urlPattern
	repos      []glob
	refs       []glob
	commands   []commandPattern
	code       []string
	secrets    []secretPattern
	identities []glob
	resources  []resourcePattern
	data       []glob
	access     accessSet
	direction  effect.Direction
	except     *selector
}

// A pathPattern matches canonical paths. real is the pattern with the symbolic
// links of its fixed beginning resolved, where that makes a difference.
type pathPattern struct {
	glob
	real *glob
}

// A secretPattern matches the targets of secret effects: places of files like
// paths, all others like names with slashes.
type secretPattern struct {
	file bool
	pathPattern
}

// A kindSet is a set of effect kinds.
type kindSet uint16

func (s kindSet) has(k effect.Kind) bool { return s&(1<<k) != 0 }

const allKinds kindSet = 1<<(effect.Data+1) - 1

// An accessSet is a set of accesses; empty means not said.
type accessSet uint8

func (s accessSet) has(a effect.Access) bool { return s&(1<<a) != 0 }

// A grant is one thing the task may do.
type grant struct {
	id       string
	pos      position
	calls    callFilter
	targets  selector
	until    time.Time
	maxUses  int // 0 for any number
	examples []example
	number   int // within its layer
}

// A rule is one thing that is refused, or asked about, whatever the grants say.
type rule struct {
	id         string
	pos        position
	calls      callFilter
	verdict    boundary.Verdict
	otherwise  bool // fires when the arguments do not hold
	effects    *selector
	shadow     bool
	suspend    bool          // its denial ends the session
	wait       time.Duration // for the classifier that intents and drift rest on
	message    string
	approval   boundary.Approval
	after      *afterCondition
	count      *window
	sum        *window
	secrets    *secretCondition
	identity   *identityCondition
	intents    *intentCondition
	drift      float64 // at least so far from the task; 0 for no condition
	toolDrift  bool
	ruleOfTwo  bool
	examples   []example
	number     int
	conditions int // how many of the conditions it has
}

// An afterCondition is about what the session did before.
type afterCondition struct {
	secret, untrusted, private, switched bool // any of them
	calls                                *callFilter
	effects                              *selector
	within                               time.Duration
	slot                                 int // among the rules that remember, 1 for the first
}

// A window bounds how often, or how much, in how long.
type window struct {
	max    float64
	within time.Duration // 0 for the whole session
	arg    []string      // for a sum: where the amount stands
	slot   int           // among the windows of a layer
}

// A secretCondition is about secrets read and secrets found in arguments.
type secretCondition struct {
	used, found bool
	except      []secretPattern
	kinds       []glob // exempt kinds of findings
}

// An identityCondition is about who acts.
type identityCondition struct {
	switches  []identity.SwitchKind // any of them; empty for any that is a crossing
	actors    []glob
	kinds     []identity.Kind
	below     identity.Assurance // assurance lower than this
	anySwitch bool
}

// An intentCondition is about what the session seems to be after.
type intentCondition struct {
	anomalous bool
	outside   bool
	injected  bool
	labels    []intent.Label
	score     float64
}

// An example is a call that a grant or rule must match, or must not.
type example struct {
	pos    position
	field  string
	match  bool
	want   boundary.Verdict // for the policy's own examples
	whole  bool             // one of the policy's own
	tool   string
	server string
	args   []byte
	text   string // the main argument of the tool, as written
	params map[string]string
}
