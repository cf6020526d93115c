// Package story makes of a session's spans what happened: who worked for whom, which
// calls were made and what was decided, what was reached, what was after what, and
// what of the record is missing.
package story

import (
	"time"

	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/semconv"
)

// A Story is a session.
type Story struct {
	Session      string
	Claimed      bool // a peer named the session
	Conversation string
	Agent        string
	Version      string
	Owner        Party
	Actor        Party
	Depth        int64 // of the delegation
	Task         string
	Policies     []Policy
	Privileged   bool
	Start, End   time.Time
	Folder       string // that most of the paths lie in; empty if they have none in common
	Services     []string
	Traces       int
	Spans        int

	Counts   Counts
	Turns    []*Turn // in the order of their beginning, those of subagents included
	Calls    []*Call // all, in order
	Reach    []Group
	Intents  []Intent
	Switches []Switch
	Findings []Finding // what to look at, the gravest first
	Near     []*Call   // refused, or would have been, and some grant was near
	Counters []Counter
	Summary  *spans.Span // written by the session at its end; nil if it is not there
}

// A Party is an owner or an actor.
type Party struct{ ID, Kind, Assurance, Issuer string }

// A Policy is what calls were judged by.
type Policy struct{ ID, Hash string }

// Counts is what the calls add up to.
type Counts struct {
	Calls     int
	Allowed   int // ran, and something said that they may
	Unjudged  int // ran, and nothing had a say
	Against   int // ran although what was observed would have refused them
	Denied    int
	Waiting   int // refused since nobody approved
	Ignored   int // ran although they were refused
	Failed    int
	Anomalous int
	Secrets   int // calls that saw or touched one
	Unclear   int // calls of which nobody can tell what they touch
}

// Refused is how many calls were stopped.
func (c Counts) Refused() int { return c.Denied + c.Waiting }

// Ran is how many calls ran.
func (c Counts) Ran() int { return c.Allowed + c.Unjudged + c.Against + c.Ignored }

// A Turn is the work from one prompt to the answer, or all of a subagent's.
type Turn struct {
	Span    *spans.Span // nil for calls outside of any turn
	Number  int         // from 1; of a subagent's turn that of the turn it is part of
	Agent   string
	Model   string
	Prompt  string // only if it was recorded
	Hash    string // of the prompt
	Start   time.Time
	End     time.Time
	Under   *Call // the call that started the subagent
	Depth   int   // 0, and 1 more for each subagent
	Calls   []*Call
	Items   []Item // calls and gaps, in order
	Refused int
	Against int
	Error   string
}

// An Item is one line of a turn: a call, or a gap where calls should be.
type Item struct {
	Call *Call
	Gap  *Gap
}

// A Verdict is what became of a call, in one word.
type Verdict string

// What became of calls.
const (
	Allowed  Verdict = "allowed"
	Unjudged Verdict = "ran, nobody asked"
	Against  Verdict = "ran, would be refused"
	Denied   Verdict = "refused"
	Waiting  Verdict = "approval required"
	Ignored  Verdict = "ran although refused"
)

// Stopped reports whether the call did not run.
func (v Verdict) Stopped() bool { return v == Denied || v == Waiting }

// A Call is one attempted use of a tool, or of the network or an identity.
type Call struct {
	Number    int // in the report, from 1
	Seq       int64
	Span      *spans.Span
	Turn      *Turn
	Tool      string
	Agent     string
	Verdict   Verdict
	Would     string
	Reason    string
	Source    string
	Rule      string
	Grant     string // that covers the call
	Nearest   string // the grant that came closest to a refused one, and why it does not cover it
	Crossings []string
	Access    string
	Certainty string
	Targets   []Target
	Secrets   []Secret
	Switches  []Switch
	Intent    Intent
	Turned    *Intent // the intent changed here
	Drifted   bool
	Rerouted  bool // another call was refused for what this one reaches for
	Approval  string
	Waited    time.Duration // for the approval; -1 if nobody knows
	Failed    string        // error type of a call that ran
	Size      int64         // bytes of the result
	Cred      Credential
	Risk      string
	Below     []*Call // the same call as another process saw it
	Within    int     // spans that others made below it
}

// A Target is one thing a call would touch.
type Target struct{ Kind, Name string }

// A Secret is one that a call saw or touched: never the secret.
type Secret struct{ Kind, Place string }

// A Credential is what one is known by.
type Credential struct{ Kind, Handle, Fingerprint string }

// A Switch is a departure from the identity that the session had.
type Switch struct {
	Kind, From, To, Credential, Service string
	Time                                time.Time
	Call                                *Call // nil if it belongs to no call
	Again                               bool  // the session made it before
}

// An Intent is what the actions seem to be after.
type Intent struct {
	Label     string
	Before    string
	Score     float64
	Anomalous bool
	Time      time.Time
	Call      *Call // at which it was said
}

// Sure reports whether a label is worth saying: an alarm, what is more likely than
// not, or what came without a score. A classifier names its best guess even where
// that is hardly more than none.
func (i Intent) Sure() bool { return i.Anomalous || i.Score == 0 || i.Score >= 0.5 }

// A Group is what of one kind the session reached.
type Group struct {
	Kind    string // identity, credential, account, host, repository, data, secret, path, service, command
	Plural  string
	Reached []Thing
	Tried   []Thing // named by refused calls alone
	Counted int64   // what the session itself counted; -1 if it does not say
}

// A Thing was reached, or tried for.
type Thing struct {
	Name  string
	Calls []*Call
}

// A Finding is something that somebody should look at.
type Finding struct {
	Grade Grade
	Title string
	Why   string
	Calls []*Call
}

// A Grade orders findings.
type Grade int

// The grades, the gravest first.
const (
	Grave Grade = iota // something got through, or the record cannot be trusted
	Held               // something was tried, and stopped
	Note               // worth knowing
)

// A Counter numbers the governed actions of one agent in one process.
type Counter struct {
	Agent, Service, Process string
	Seen                    int   // numbers that are there
	Last                    int64 // the highest number, or what the summary says
	Summarized              bool
	Gaps                    []Gap
	Twice                   []int64
}

// A Gap is a run of numbers that no span of the record carries.
type Gap struct {
	From, To int64
	After    *Call // nil before the first
}

// Missing is how many numbers a gap has.
func (g Gap) Missing() int64 { return g.To - g.From + 1 }

// Missing is how many numbers the whole record lacks.
func (s *Story) Missing() (n int64) {
	for i := range s.Counters {
		for _, g := range s.Counters[i].Gaps {
			n += g.Missing()
		}
	}
	return n
}

// Numbered is how many numbers are there.
func (s *Story) Numbered() (n int) {
	for i := range s.Counters {
		n += s.Counters[i].Seen
	}
	return n
}

// Radius is how many things of the kinds that count were reached: what the session
// counted itself, or else what its spans name.
func (s *Story) Radius() (n int64, counted bool) {
	if s.Summary != nil {
		if n, ok := s.Summary.Int(semconv.AmbitSessionBlastRadiusKey); ok {
			return n, true
		}
	}
	for i := range s.Reach {
		if s.Reach[i].Counts() {
			n += int64(len(s.Reach[i].Reached))
		}
	}
	return n, false
}

// Counts reports whether a group is part of the blast radius.
func (g *Group) Counts() bool {
	switch g.Kind {
	case "path", "service", "command":
		return false
	}
	return true
}
