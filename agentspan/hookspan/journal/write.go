package journal

// The JSON of a record. It is what encoding/json would write of the same types, without
// what is zero: what that package has to find out about them takes a process that writes
// one record, as hooks do, longer than the rest of the hook's work with the file.

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/intent"
)

var errTime = errors.New("journal: a time that cannot be written")

// A writer writes one JSON object inside another. Values that are zero leave no trace.
type writer struct {
	buf []byte
	err error
}

// json appends the record.
func (r *Record) json(dst []byte) ([]byte, error) {
	w := writer{buf: append(dst, '{')}
	w.int("v", int64(r.Version))
	w.some("event", func() { w.event(&r.Event) })
	if r.Session != nil {
		w.other("session", r.Session)
	}
	if r.Prompt != nil {
		w.object("prompt", func() {
			w.text("hash", r.Prompt.Hash)
			w.text("words", base64.StdEncoding.EncodeToString(r.Prompt.Words))
			w.result("intent", &r.Prompt.Intent)
		})
	}
	if r.Call != nil {
		w.object("call", func() { w.call(r.Call) })
	}
	if r.Done != nil {
		w.object("done", func() { w.done(r.Done) })
	}
	array(&w, "signals", r.Signals, func(s *Raise) {
		w.text("kind", s.Kind)
		w.text("tool", s.Tool)
		w.text("detail", s.Detail)
	})
	w.key("state")
	w.buf = append(r.State.appendText(append(w.buf, '"')), '"', '}')
	return w.buf, w.err
}

func (w *writer) event(e *Event) {
	w.text("hook_event_name", e.Name)
	w.text("session_id", e.Session)
	w.time("timestamp", e.Time)
	w.text("prompt_id", e.PromptID)
	w.text("prompt", e.Prompt)
	w.text("cwd", e.Cwd)
	w.text("permission_mode", e.Mode)
	w.text("agent_id", e.AgentID)
	w.text("agent_type", e.AgentType)
	w.text("model", e.Model)
	w.text("tool_name", e.Tool)
	w.text("tool_use_id", e.CallID)
	w.raw("tool_input", e.Input)
	w.raw("tool_response", e.Response)
	w.float("duration_ms", e.Millis)
	w.text("error", e.Error)
	w.text("reason", e.Reason)
	w.text("source", e.Source)
}

func (w *writer) call(c *Call) {
	w.text("id", c.ID)
	w.text("tool", c.Tool)
	w.text("server", c.Server)
	array(w, "effects", c.Effects, w.effect)
	array(w, "findings", c.Findings, w.finding)
	if c.Use != nil {
		w.other("use", c.Use)
	}
	if len(c.Beside) > 0 {
		w.other("beside", c.Beside)
	}
	w.result("intent", &c.Intent)
	if c.Decision != nil {
		w.object("decision", func() { w.decision(c.Decision) })
	}
	w.text("answer", c.Answer)
	w.text("failed", c.Failed)
	w.flag("privileged", c.Privileged)
	array(w, "taken", c.Taken, func(t *Taken) {
		w.text("ruleset", t.Ruleset)
		w.text("id", t.ID)
		w.text("limit", t.Limit)
		w.float("amount", t.Amount)
	})
}

func (w *writer) done(d *Done) {
	w.text("id", d.ID)
	w.int("size", int64(d.Size))
	array(w, "findings", d.Findings, w.finding)
	w.text("words", base64.StdEncoding.EncodeToString(d.Words))
	w.result("intent", &d.Intent)
}

func (w *writer) effect(e *effect.Effect) {
	w.int("Kind", int64(e.Kind))
	w.int("Access", int64(e.Access))
	w.text("Target", e.Target)
	w.text("Raw", e.Raw)
	w.int("Certainty", int64(e.Certainty))
	w.int("Direction", int64(e.Direction))
	w.text("At", e.At)
}

func (w *writer) finding(f *secret.Finding) {
	w.text("Kind", f.Kind)
	w.int("Place", int64(f.Place))
	w.text("At", f.At)
	w.int("Offset", int64(f.Offset))
	w.int("Length", int64(f.Length))
}

func (w *writer) result(name string, r *intent.Result) {
	w.some(name, func() {
		w.text("Label", string(r.Label))
		w.float("Score", r.Score)
		w.flag("Anomalous", r.Anomalous)
		if len(r.Evidence) > 0 {
			w.other("Evidence", r.Evidence)
		}
		w.text("Classifier", r.Classifier)
		w.float("Drift", r.Drift)
		w.int("Departed", int64(r.Departed))
		w.flag("Injected", r.Injected)
	})
}

func (w *writer) decision(d *boundary.Decision) {
	w.int("Verdict", int64(d.Verdict))
	w.flag("Observed", d.Observed)
	w.int("Source", int64(d.Source))
	w.some("Policy", func() {
		w.text("ID", d.Policy.ID)
		w.text("Hash", d.Policy.Hash)
	})
	array(w, "Because", d.Because, w.determination)
	array(w, "Shadowed", d.Shadowed, w.determination)
	array(w, "Crossings", d.Crossings, func(x *boundary.Crossing) {
		w.int("Kind", int64(x.Kind))
		w.int("Effect", int64(x.Effect))
	})
	w.flag("Privileged", d.Privileged)
	w.flag("Suspend", d.Suspend)
	w.text("Nearest", d.Nearest)
	w.text("Message", d.Message)
	w.some("Approval", func() {
		if len(d.Approval.By) > 0 {
			w.other("By", d.Approval.By)
		}
		w.int("Assurance", int64(d.Approval.Assurance))
		w.flag("NotOwner", d.Approval.NotOwner)
		w.flag("Remember", d.Approval.Remember)
	})
}

func (w *writer) determination(d *boundary.Determination) {
	w.int("Verdict", int64(d.Verdict))
	w.text("Reason", string(d.Reason))
	w.text("Checker", d.Checker)
	w.text("Ruleset", d.Ruleset)
	w.text("Rule", d.Rule)
	w.text("Grant", d.Grant)
	w.int("Effect", int64(d.Effect))
}

// key begins a member.
func (w *writer) key(name string) {
	if last := w.buf[len(w.buf)-1]; last != '{' && last != '[' {
		w.buf = append(w.buf, ',')
	}
	w.buf = append(w.buf, '"')
	w.buf = append(append(w.buf, name...), '"', ':')
}

// object writes an object.
func (w *writer) object(name string, members func()) {
	w.key(name)
	w.buf = append(w.buf, '{')
	members()
	w.buf = append(w.buf, '}')
}

// some writes an object, unless there is nothing in it.
func (w *writer) some(name string, members func()) {
	before := len(w.buf)
	w.object(name, members)
	if w.buf[len(w.buf)-2] == '{' {
		w.buf = w.buf[:before]
	}
}

// array writes a list of objects, unless it is empty.
func array[T any](w *writer, name string, list []T, members func(*T)) {
	if len(list) == 0 {
		return
	}
	w.key(name)
	w.buf = append(w.buf, '[')
	for i := range list {
		if i > 0 {
			w.buf = append(w.buf, ',')
		}
		w.buf = append(w.buf, '{')
		members(&list[i])
		w.buf = append(w.buf, '}')
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) text(name, s string) {
	if s == "" {
		return
	}
	w.key(name)
	w.buf = appendString(w.buf, s)
}

func (w *writer) int(name string, n int64) {
	if n != 0 {
		w.key(name)
		w.buf = strconv.AppendInt(w.buf, n, 10)
	}
}

func (w *writer) float(name string, f float64) {
	if f != 0 && !math.IsNaN(f) && !math.IsInf(f, 0) {
		w.key(name)
		w.buf = strconv.AppendFloat(w.buf, f, 'g', -1, 64)
	}
}

func (w *writer) flag(name string, b bool) {
	if b {
		w.key(name)
		w.buf = append(w.buf, "true"...)
	}
}

func (w *writer) time(name string, t time.Time) {
	if t.IsZero() {
		return
	}
	if y := t.UTC().Year(); y < 1 || y > 9999 {
		w.err = errTime
		return
	}
	w.key(name)
	w.buf = append(t.UTC().AppendFormat(append(w.buf, '"'), time.RFC3339Nano), '"')
}

// raw writes a value that is JSON already, in one line.
func (w *writer) raw(name string, v json.RawMessage) {
	var b bytes.Buffer
	if len(v) == 0 || json.Compact(&b, v) != nil {
		return
	}
	w.key(name)
	w.buf = append(w.buf, b.Bytes()...)
}

// other is for what is seldom there.
func (w *writer) other(name string, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		w.err = err
		return
	}
	w.key(name)
	w.buf = append(w.buf, text...)
}

// appendString appends a JSON string. Bytes that are no UTF-8 become U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	begin := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
			dst = append(append(dst, s[begin:i]...), `\ufffd`...)
		} else {
			dst = append(dst, s[begin:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
		}
		i++
		begin = i
	}
	return append(append(dst, s[begin:]...), '"')
}
