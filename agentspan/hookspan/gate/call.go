package gate

// Calls: what is decided before one runs, and what is noted when it has.

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// maxRunning bounds the calls under way that are remembered. Those that never ended,
// because the agent was killed, make room.
const maxRunning = 64

// before decides about a call.
func (h *hook) before() {
	e := &h.event
	if e.ToolUseID != "" && slices.ContainsFunc(h.state.Calls, func(c journal.Running) bool { return c.ID == e.ToolUseID }) {
		// Two hooks for one call: it was decided about, and what was decided is said again.
		h.again()
		return
	}
	c, brings, err := h.judge(e)
	d := c.Decision
	asked := h.agreement(d, c)
	h.answer = h.answerTo(d, err)
	h.state.Calls = append(h.state.Calls, journal.Running{
		ID: c.ID, Tool: e.NativeTool, Server: c.Server, Args: h.hash(e.ToolInput), Actor: e.AgentID, Prompt: h.state.Turn, At: h.now,
		Asked: asked, Brings: brings,
	})
	if n := len(h.state.Calls); n > maxRunning {
		for _, c := range h.state.Calls[:n-maxRunning] {
			h.see(c.Brings) // nobody will know whether it ran
		}
		h.state.Calls = slices.Clone(h.state.Calls[n-maxRunning:])
	}
	for _, x := range d.Crossings {
		if x.Kind == boundary.GovernanceTamper {
			h.raise("governance_tamper", e.Tool, "")
			break
		}
	}
}

// judge finds out what a call would touch, what it adds up to and what policy says of
// it. What the session has seen once it has run is returned, if somebody is asked first.
func (h *hook) judge(e *payload.Event) (c *journal.Call, brings journal.Labels, err error) {
	a := h.actor()
	f := h.gather(e, a)
	a.Seq++
	history := h.history(a)
	a.Calls++
	a.InFlight++
	c = &journal.Call{
		ID: cmp.Or(e.ToolUseID, "#"+strconv.Itoa(h.state.Seq+1)), Tool: e.Tool, Server: e.MCP.Name(),
		Effects: withoutRaw(f), Findings: f.findings, Use: f.use, Beside: f.beside,
	}
	c.Intent = h.think(a, intent.Action{
		Time: h.now, Role: intent.Call, Tool: e.Tool, Server: c.Server, Text: string(e.ToolInput),
		Effects: f.effects, Findings: f.findings, Switches: f.switches,
	})
	req := boundary.Request{
		Session: infoOf(&h.state.Info, a, e), Delegation: f.delegation, Seq: a.Seq, CallID: e.ToolUseID, Tool: e.Tool, Server: c.Server,
		Dir: cmp.Or(e.Cwd, h.state.Info.Dir), Time: h.now, Arguments: e.ToolInput, Effects: f.effects, Findings: f.findings,
		Use: f.use, Switches: f.switches, Intent: c.Intent, History: history,
	}
	d, privileged, err := h.decide(&req)
	if (h.Observe || h.Recorded || e.Name != payload.PreToolUse) && d.Refuses() {
		d = observed(d)
	}
	if d.Suspends() {
		h.state.Suspended = true
		h.raise("session_suspended", e.Tool, d.Determining().Rule)
	}
	if err != nil {
		c.Failed = string(d.Determining().Reason)
	}
	c.Decision, c.Privileged, c.Taken = &d, privileged, h.taken
	h.record.Call = c
	return c, h.label(f, &d), err
}

// agreement is what a call's approval is about, if it may stand for the rest of the
// session; and where somebody said yes to that before, the call is allowed. It is every
// reason to ask, the tool, who acts, and all that the call would touch: not the
// arguments, which differ between two changes of one file.
func (h *hook) agreement(d *boundary.Decision, c *journal.Call) string {
	if d.Verdict != boundary.RequireApproval || !d.Approval.Remember || !d.Refuses() {
		return ""
	}
	why := d.Determining()
	text := []byte(c.Server + "\x00" + c.Tool + "\x00" + h.event.AgentID)
	for _, b := range d.Because { // a yes to one rule is none to another that asks by now
		if b.Verdict == boundary.RequireApproval {
			text = append(text, "\x00"+b.Ruleset+"\x00"+b.Rule+"\x00"+string(b.Reason)...)
		}
	}
	for _, e := range c.Effects {
		if e.Certainty != effect.Exact && e.Kind != effect.Command {
			return "" // what is not known cannot be agreed to
		}
		text = append(text, 0, byte(e.Kind), byte(e.Access), byte(e.Direction))
		text = append(text, e.Target...)
	}
	key := identity.Fingerprint(h.key, text)
	if key == "" || !slices.Contains(h.state.Agreed, key) {
		return key
	}
	d.Because = append([]boundary.Determination{{
		Verdict: boundary.Allow, Reason: boundary.ReasonApprovalInferred, Rule: why.Rule, Ruleset: why.Ruleset, Effect: why.Effect,
	}}, d.Because...)
	d.Verdict, d.Source, d.Message = boundary.Allow, boundary.ByHuman, ""
	return ""
}

// maxAgreed bounds what is remembered of what was said yes to.
const maxAgreed = 64

// agree notes that somebody said yes, since the call ran.
func (h *hook) agree(key string) {
	if key != "" && len(h.state.Agreed) < maxAgreed && !slices.Contains(h.state.Agreed, key) {
		h.state.Agreed = append(slices.Clip(h.state.Agreed), key)
	}
}

// again answers for a call that was decided about by another hook of the same call.
func (h *hook) again() {
	i := slices.IndexFunc(h.state.Calls, func(c journal.Running) bool { return c.ID == h.event.ToolUseID })
	if c := h.state.Calls[i]; c.Args != h.hash(h.event.ToolInput) || c.Tool != h.event.NativeTool || c.Actor != h.event.AgentID {
		// One id for two calls: nobody can tell which of them this decides about.
		h.answer = payload.Answer{Decision: payload.Ask, Reason: "Ambit cannot decide: another call has this id"}
		h.raise("arguments_changed", h.event.Tool, "")
		return
	} else if c.Refused {
		h.answer = payload.Answer{Decision: payload.Deny, Reason: "refused by policy"}
	} else if c.Ask {
		h.answer = payload.Answer{Decision: payload.Ask, Reason: "Ambit asks about this call"}
	}
}

// told notes what the agent was told about a call, if that is more than nothing.
func (h *hook) told(id string, d payload.Decision) {
	if d != payload.Ask && d != payload.Deny {
		return
	}
	for i := range h.state.Calls {
		if h.state.Calls[i].ID == id {
			h.state.Calls = slices.Clone(h.state.Calls)
			if d == payload.Ask {
				h.state.Calls[i].Ask = true
				return
			}
			h.state.Calls[i].Refused = true
			a := h.actor()
			a.Refused++
			a.InFlight = max(a.InFlight-1, 0)
			return
		}
	}
}

// history is what the session carried before a call.
func (h *hook) history(a *journal.Actor) boundary.History {
	l := &h.state.Labels
	return boundary.History{
		SecretSeen: l.Secret, UntrustedSeen: l.Untrusted, PrivateSeen: l.Private, IdentitySwitched: l.Switched,
		Privileged: l.Privileged, Lost: l.Lost, Calls: a.Calls, InFlight: a.InFlight, Refused: a.Refused,
	}
}

// label notes what the session has seen with a call. What one that will run may bring
// home is noted before it runs, so that calls in parallel are judged by it too; of one
// that somebody is asked about it is returned, for when it has run.
func (h *hook) label(f *facts, d *boundary.Decision) (brings journal.Labels) {
	l := &h.state.Labels
	l.Secret = l.Secret || len(f.findings) > 0
	l.Switched = l.Switched || len(f.switches) > 0
	l.Privileged = l.Privileged || d.Privileged
	for i := range f.effects {
		e := &f.effects[i]
		brings.Secret = brings.Secret || e.Kind == effect.Secret
		brings.Private = brings.Private || e.Kind == effect.Data
		brings.Untrusted = brings.Untrusted || e.Untrusted()
	}
	if !d.Refuses() {
		h.see(brings)
		return journal.Labels{}
	}
	return brings
}

// see adds to what the session has seen.
func (h *hook) see(b journal.Labels) {
	l := &h.state.Labels
	l.Secret, l.Untrusted, l.Private = l.Secret || b.Secret, l.Untrusted || b.Untrusted, l.Private || b.Private
}

// after notes how a call ended.
func (h *hook) after(e payload.Event) {
	i := h.match(&e)
	d := &journal.Done{ID: cmp.Or(e.ToolUseID, "#"+strconv.Itoa(h.state.Seq+1))}
	a := h.actor()
	denied := e.Name == payload.PermissionDenied
	switch {
	case i < 0:
		if !denied { // it ran, and nobody had been asked: what policy says of it is recorded
			h.raise("post_without_pre", e.Tool, "")
			c, _, _ := h.judge(&e)
			d.ID = c.ID
			a.InFlight = max(a.InFlight-1, 0)
		}
	default:
		c := h.state.Calls[i]
		d.ID = c.ID
		if c.Refused && !denied {
			h.raise("refusal_ignored", e.Tool, "")
		}
		if !denied && len(e.ToolInput) > 0 && c.Args != h.hash(e.ToolInput) {
			h.raise("arguments_changed", e.Tool, "")
		}
		if !denied {
			h.see(c.Brings)
			h.agree(c.Asked)
		}
		if !c.Refused {
			a.InFlight = max(a.InFlight-1, 0)
		}
		h.state.Calls = slices.Delete(slices.Clone(h.state.Calls), i, i+1)
	}
	if denied {
		d.Size = -1
		h.record.Done = d
		return
	}
	text := []byte(payload.Text(e.ToolResponse))
	failure := e.Error != "" || e.Failed() || e.Name == payload.PostToolUseFailure
	if failure && len(text) == 0 {
		text = []byte(e.Error)
	}
	d.Size = len(text)
	text = text[:min(len(text), maxScan)]
	d.Findings = detect(text, secret.Result)
	if h.state.Listens {
		d.Words = h.words(boundary.Heard{Tool: e.Tool, Server: e.MCP.Name(), Text: text})
	}
	if len(d.Findings) > 0 {
		h.state.Labels.Secret = true
	}
	d.Intent = h.think(a, intent.Action{
		Time: h.now, Role: intent.Output, Tool: e.Tool, Server: e.MCP.Name(), Text: string(text), Findings: d.Findings, Failed: failure,
	})
	if len(d.Findings) > maxFindings {
		d.Findings = d.Findings[:maxFindings]
	}
	h.record.Done = d
}

// batch notes the ends of calls that no hook was called for.
func (h *hook) batch() {
	for _, e := range h.event.ToolCalls() {
		if !slices.ContainsFunc(h.state.Calls, func(c journal.Running) bool { return c.ID == e.ToolUseID && e.ToolUseID != "" }) {
			continue
		}
		e.Name, e.Dialect = payload.PostToolUse, h.event.Dialect
		e.AgentID, e.AgentType, e.Cwd, e.Mode = h.event.AgentID, h.event.AgentType, h.event.Cwd, h.event.Mode
		e.SessionID, e.PromptID, e.Time = h.event.SessionID, h.event.PromptID, h.event.Time
		batch := h.event
		h.event = e
		h.after(e)
		h.write()
		h.record, h.event = journal.Record{}, batch
		h.now = h.now.Add(time.Microsecond)
	}
}

// match finds the beginning of a call that has ended: by its id, else by its
// arguments, else, where one call of the tool is under way, that one.
func (h *hook) match(e *payload.Event) int {
	if e.ToolUseID != "" {
		if i := slices.IndexFunc(h.state.Calls, func(c journal.Running) bool { return c.ID == e.ToolUseID }); i >= 0 {
			return i
		}
	}
	args := h.hash(e.ToolInput)
	one, n := -1, 0
	for i, c := range h.state.Calls {
		if c.Tool != e.NativeTool || e.ToolUseID != "" && c.ID[0] != '#' {
			continue
		}
		if c.Args == args {
			return i
		}
		if c.ID[0] == '#' && c.Prompt == h.state.Turn {
			one = i
			n++
		}
	}
	if n == 1 && e.ToolUseID == "" {
		return one
	}
	return -1
}

// observed takes the effect from a refusal, and leaves its reasons.
func observed(d boundary.Decision) boundary.Decision {
	because := d.Because
	if len(because) == 0 {
		because = []boundary.Determination{{Verdict: d.Verdict, Reason: boundary.ReasonChecker}}
	}
	d.Observed = true
	d.Shadowed = append(slices.Clone(because), d.Shadowed...)
	d.Because = nil
	return d
}

// started keeps of a response the id of the subagent that the call started.
func started(e *payload.Event) json.RawMessage {
	if e.Tool != "Agent" && e.Tool != "Task" || len(e.ToolResponse) == 0 || e.ToolResponse[0] != '{' {
		return nil
	}
	var r struct {
		AgentID string `json:"agentId"`
	}
	if json.Unmarshal(e.ToolResponse, &r) != nil || r.AgentID == "" || len(r.AgentID) > 200 {
		return nil
	}
	out, _ := json.Marshal(r)
	return out
}

// compact returns JSON without the white space between its values.
func compact(v []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return v
	}
	return b.Bytes()
}

// delegation is for whom and by whom a session acts.
func delegation(i *journal.Info) identity.Delegation {
	return identity.Delegation{Owner: i.Owner, Actors: []identity.Principal{i.Actor}}
}
