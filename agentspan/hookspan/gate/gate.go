package gate

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"os"
	"strconv"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// A Gate answers hook calls. The fields are set before its first use and not changed
// afterwards; it is safe for concurrent use.
type Gate struct {
	// Dir is where sessions are kept. With none, a gate decides as if it had lost every
	// session's history, and records nothing.
	Dir *journal.Dir

	// Policy is what sessions are held to; [Default] if it is zero.
	Policy Source

	// Dialect is the agent that calls; [payload.Unknown] looks at each payload.
	Dialect payload.Dialect

	// Observe answers nothing, whatever policy says, and records what it said.
	Observe bool

	// Unattended says that nobody can answer what is asked.
	Unattended bool

	// Owner is who answers for the sessions. With none, git's author and then the
	// account of the operating system are taken, when a session begins.
	Owner identity.Principal

	// Protect are paths that no call may write, beside those every policy protects:
	// the state, the policy and the hook program itself. Patterns as in a policy.
	Protect []string

	// Env returns an environment variable of the agent; [os.Getenv] if it is nil.
	Env func(string) string

	// Home is the home folder; the user's if it is empty.
	Home string

	// Recorded says that payloads are recorded ones: their own times count, and what
	// they tell has happened.
	Recorded bool

	// Wait is how long a hook waits for others of its session; 2 s if it is not positive.
	Wait time.Duration
}

// A hook is one call of the gate.
type hook struct {
	*Gate
	ctx   context.Context //nolint:containedctx // lives as long as the call that brought it
	event payload.Event
	err   error // of the payload
	key   identity.Key
	now   time.Time

	log    *journal.Log // nil if there is none
	logErr error        // why
	state  journal.State
	record journal.Record
	answer payload.Answer
	taken  []journal.Taken // by the call that is decided about
}

// Handle takes the payload of one hook call and returns what the hook process does.
// It never fails and never panics: what goes wrong is a decision too.
func (g *Gate) Handle(ctx context.Context, data []byte) (r Reply) {
	h := hook{Gate: g, ctx: ctx}
	defer func() {
		if recover() != nil {
			r.Output = h.cannotTell("the hook program failed")
		}
		h.close()
	}()
	h.event, h.err = payload.DecodeAs(g.Dialect, data)
	h.begin()
	h.handle()
	return Reply{Output: h.finish(), Due: h.due()}
}

// A Reply is what the hook process does.
type Reply struct {
	payload.Output
	Due bool // there is something to export: a turn has ended, or a session begins and others may have been cut off
}

func (h *hook) due() bool {
	switch h.event.Name {
	case payload.Stop, payload.StopFailure, payload.SessionEnd, payload.SessionStart:
		return h.log != nil
	}
	return false
}

// begin opens the session.
func (h *hook) begin() {
	h.now = time.Now().UTC() // of the zone nobody reads a file
	if h.Recorded && !h.event.Time.IsZero() {
		h.now = h.event.Time
	}
	if h.Dir == nil {
		h.logErr = fs.ErrNotExist
		h.state.Labels.Lost = true
		return
	}
	if key, err := h.Dir.Key(); err == nil {
		h.key, _ = identity.NewKey(key)
	}
	wait := h.Wait
	if wait <= 0 {
		wait = 2 * time.Second
	}
	h.log, h.logErr = h.Dir.Lock(h.session(), wait)
	if h.logErr != nil {
		h.state.Labels.Lost = true
		return
	}
	h.state = h.log.State()
	// Clocks jump. What is written down goes forward, a microsecond at least, so that
	// the order of the records is that of their times.
	if !h.now.After(h.state.Last) {
		h.now = h.state.Last.Add(time.Microsecond)
	}
	h.now = h.now.Truncate(time.Microsecond)
}

// session is the id under which the session is kept. An agent that sends none has one
// session for each folder.
func (h *hook) session() string {
	return cmp.Or(h.event.SessionID, "folder "+h.event.Cwd)
}

func (h *hook) close() {
	if h.log != nil {
		_ = h.log.Close()
	}
}

// handle does what the event asks for.
func (h *hook) handle() {
	if h.err != nil && h.event.Name == "" {
		return // nobody can say what happened: finish answers
	}
	if h.state.Seq == 0 || h.state.Info.Dialect == "" {
		h.start()
	}
	h.wake()
	switch h.event.Name {
	case payload.SessionStart:
		h.resume()
	case payload.UserPromptSubmit:
		h.prompt()
	case payload.PreToolUse:
		h.before()
	case payload.PostToolUse, payload.PostToolUseFailure, payload.PermissionDenied:
		h.after(h.event)
	case payload.PostToolBatch:
		h.batch()
	case payload.SubagentStop:
		h.drop(h.event.AgentID)
	case payload.Stop, payload.StopFailure:
		h.state.Open = false
	case payload.SessionEnd:
		h.state.Open, h.state.Ended = false, true
	case payload.ConfigChange:
		h.raise("config_changed", "", configSource(h.event.Source))
	default:
	}
}

// finish writes the record and returns the answer.
func (h *hook) finish() payload.Output {
	if h.err != nil && (h.event.Name == "" || h.event.Name == payload.PreToolUse) {
		// A cut payload may have lost what matters. What was read of it is recorded.
		out := h.cannotTell("the hook's input could not be read")
		h.write()
		return out
	}
	out := h.say()
	if c := h.record.Call; c != nil {
		c.Answer = out.Decision.String()
		h.told(c.ID, out.Decision)
	}
	h.write()
	if h.record.Call != nil && h.log != nil && h.logErr != nil && h.event.Name == payload.PreToolUse && out.Decision != payload.Deny {
		// While there is no room, what calls bring into the session is remembered by
		// nobody. Each is judged as one whose history is lost.
		h.state.Labels.Lost = true
		c, _, err := h.judge(&h.event)
		h.answer = h.answerTo(c.Decision, err)
		out = h.say()
	}
	return out
}

// say puts the answer in the agent's words.
func (h *hook) say() payload.Output {
	h.answer.Unattended = h.Unattended
	if h.Observe || h.Recorded {
		h.answer = payload.Answer{}
	}
	return h.event.Answer(h.answer)
}

// cannotTell is the answer where nobody knows what to say: an enforcing gate asks.
func (h *hook) cannotTell(why string) payload.Output {
	if h.Observe || h.Recorded {
		return h.event.Answer(payload.Answer{})
	}
	if h.event.Name == "" && h.err != nil {
		h.event.Name = payload.PreToolUse // the event that matters, if it was one
	}
	if h.event.Name != payload.PreToolUse && h.event.Name != payload.PermissionRequest {
		return h.event.Answer(payload.Answer{})
	}
	return h.event.Answer(payload.Answer{Decision: payload.Ask, Reason: "Ambit cannot decide: " + why, Unattended: h.Unattended})
}

// quiet are events that nothing is recorded of: there are many of them, and they say
// nothing of what the agent does.
var quiet = map[payload.EventName]bool{payload.MessageDisplay: true, payload.Notification: true, payload.FileChanged: true}

// write appends the record.
func (h *hook) write() {
	if h.log == nil || quiet[h.event.Name] {
		return
	}
	r := &h.record
	h.state.Last = h.now
	r.State = h.state
	r.Event = h.trimmed()
	if err := h.log.Append(r); err != nil {
		h.logErr = err
		if errors.Is(err, journal.ErrFull) {
			return
		}
		// The effects of one call may be too many for a record: it is said at least
		// that there was one.
		if r.Call != nil && len(r.Call.Effects) > 16 {
			r.Call.Effects = append(r.Call.Effects[:16:16], effect.Effect{})
			h.logErr = h.log.Append(r)
		}
	}
}

// Err reports why a session in dir cannot be kept, for programs that say so.
func Err(dir *journal.Dir) error {
	log, err := dir.Lock("a session that is none", 0)
	if err == nil {
		return log.Close() //nolint:wrapcheck // names the operation and the path
	}
	return err //nolint:wrapcheck // names the operation and the path
}

// trimmed is the event without its content.
func (h *hook) trimmed() journal.Event {
	e := &h.event
	t := journal.Event{
		Name: string(e.Name), Session: h.session(), Time: h.now, PromptID: h.state.Turn, Cwd: e.Cwd, Mode: e.Mode,
		AgentID: e.AgentID, AgentType: e.AgentType, Model: e.Model,
	}
	switch e.Name {
	case payload.UserPromptSubmit:
		t.Prompt = "prompt"
	case payload.PreToolUse, payload.PostToolUse, payload.PostToolUseFailure, payload.PermissionDenied, payload.PermissionRequest:
		t.Tool = e.NativeTool
	case payload.SessionStart, payload.ConfigChange:
		t.Source = e.Source
	default:
	}
	switch e.Name {
	case payload.PreToolUse, payload.PostToolUse, payload.PostToolUseFailure, payload.PermissionDenied:
		t.Millis = float64(e.Duration) / float64(time.Millisecond)
		t.Input = h.input(e.ToolInput)
	default:
	}
	if c := h.record.Call; c != nil {
		t.CallID = c.ID
	}
	if d := h.record.Done; d != nil {
		t.CallID = d.ID
		if e.Name != payload.PermissionDenied && (e.Error != "" || e.Failed()) || e.Name == payload.PostToolUseFailure {
			t.Error = "failed"
		}
		if e.Name == payload.PermissionDenied {
			t.Reason = "denied"
		}
		t.Response = started(e)
	}
	return t
}

// input stands for a call's arguments: a keyed hash, so that ends join beginnings.
func (h *hook) input(args []byte) []byte {
	return append(append([]byte(`{"hash":"`), h.hash(args)...), `"}`...)
}

func (h *hook) hash(args []byte) string {
	if len(args) == 0 {
		return ""
	}
	return identity.Fingerprint(h.key, compact(args))
}

// configSource returns a source of settings, if it is one of the agent's.
func configSource(s string) string {
	switch s {
	case "user_settings", "project_settings", "local_settings", "policy_settings", "skills":
		return s
	}
	return ""
}

// raise raises a signal.
func (h *hook) raise(kind, tool, detail string) {
	h.record.Signals = append(h.record.Signals, journal.Raise{Kind: kind, Tool: tool, Detail: detail})
}

// once raises a signal the first time in a session.
func (h *hook) once(kind, detail string) {
	if h.state.Told[kind] {
		return
	}
	told := map[string]bool{kind: true}
	for k := range h.state.Told {
		told[k] = true
	}
	h.state.Told = told
	h.raise(kind, "", detail)
}

// plug-ins, in one place.
var (
	analyzer effect.Analyzer   = analyze.Default()
	detector secret.Detector   = secret.Default()
	classify intent.Classifier = intent.Default()
)

func (h *hook) env(name string) string {
	if h.Env != nil {
		return h.Env(name)
	}
	return os.Getenv(name)
}

// actor returns what is kept of whoever the event comes from.
func (h *hook) actor() *journal.Actor {
	id := h.event.AgentID
	for i := range h.state.Actors {
		if h.state.Actors[i].ID == id {
			return &h.state.Actors[i]
		}
	}
	if len(h.state.Actors) == 0 && id != "" {
		h.state.Actors = append(h.state.Actors, journal.Actor{})
	}
	if len(h.state.Actors) >= maxActors { // the one that was there longest makes room
		h.state.Actors = append(h.state.Actors[:1:1], h.state.Actors[2:]...)
	}
	h.state.Actors = append(h.state.Actors, journal.Actor{ID: id})
	return &h.state.Actors[len(h.state.Actors)-1]
}

// maxActors bounds the subagents at work at one time that are told apart: each takes
// two KiB of every record.
const maxActors = 9

// drop forgets a subagent that has ended.
func (h *hook) drop(id string) {
	if id == "" {
		return
	}
	for i, a := range h.state.Actors {
		if a.ID == id {
			h.state.Actors = append(h.state.Actors[:i:i], h.state.Actors[i+1:]...)
			return
		}
	}
}

// turnID makes an id for a turn of an agent that has none.
func turnID(n int) string { return "turn-" + strconv.Itoa(n) }

var (
	errNoPolicy  = errors.New("gate: no policy could be read")
	errNoHistory = errors.New("gate: what the policy counts could not be read")
)

func infoOf(i *journal.Info, a *journal.Actor, event *payload.Event) boundary.SessionInfo {
	info := boundary.SessionInfo{
		Key: "session", ID: event.SessionID, Agent: i.Agent, Owner: i.Owner, Actor: i.Actor, Start: i.Start,
		Dir: i.Dir, Root: i.Root, Home: i.Home, Repo: i.Repo, Branch: i.Branch,
	}
	if a.ID != "" {
		info.Key, info.Parent = "session/"+a.ID, "session"
		info.Agent = cmp.Or(event.AgentType, "subagent")
	}
	return info
}
