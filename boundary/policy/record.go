package policy

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A Record is one call as it was recorded: what it touched and what became of it.
// Its JSON form is a line of "replay -o json"; members it does not know are left
// aside. It holds no arguments, so nothing that depends on them can be seen in it.
type Record struct {
	Session  string   `json:"session"`
	Agent    string   `json:"subagent"` // the kind of subagent; empty for the main one
	Tool     string   `json:"tool"`
	Server   string   `json:"server"`
	Ran      bool     `json:"ran"`
	Outcome  string   `json:"outcome"` // the verdict: allow, deny, require_approval, not_evaluated
	Enforced bool     `json:"enforced"`
	Rule     string   `json:"rule"`
	Grant    string   `json:"grant"`
	Reason   string   `json:"reason"`
	Effects  []Effect `json:"effects"`
}

// An Effect is a recorded effect. Its JSON form names kind, access, certainty and
// direction in words.
type Effect effect.Effect

// wordy is the JSON form of an Effect.
type wordy struct {
	Kind      string `json:"kind"`
	Access    string `json:"access"`
	Target    string `json:"target"`
	Certainty string `json:"certainty"`
	Direction string `json:"direction,omitempty"`
	At        string `json:"at,omitempty"`
}

// MarshalJSON writes e in words. Raw is not written: it is content.
func (e Effect) MarshalJSON() ([]byte, error) {
	return json.Marshal(wordy{e.Kind.String(), e.Access.String(), e.Target, e.Certainty.String(), e.Direction.String(), e.At}) //nolint:wrapcheck // called by encoding/json
}

// UnmarshalJSON reads what MarshalJSON writes. A word that is none is not known.
func (e *Effect) UnmarshalJSON(data []byte) error {
	var w wordy
	if err := json.Unmarshal(data, &w); err != nil {
		return err //nolint:wrapcheck // called by encoding/json
	}
	*e = Effect{
		Kind: named(w.Kind, effect.Data), Access: named(w.Access, effect.Grant), Target: w.Target,
		Certainty: named(w.Certainty, effect.Exact), Direction: named(w.Direction, effect.Out), At: w.At,
	}
	return nil
}

// named returns the value up to last that has this name; the zero value if none has.
func named[T interface {
	~uint8
	String() string
}](name string, last T) T {
	for v := range last + 1 {
		if v.String() == name {
			return v
		}
	}
	return 0
}

// maxRecordLine bounds one line of a recording, in bytes.
const maxRecordLine = 4 << 20

// ReadRecords reads recorded calls, one JSON object a line. Lines without a tool,
// such as the summaries of sessions, are passed over. A line that cannot be read
// is an error that names it, beside the records of all others.
func ReadRecords(r io.Reader) ([]Record, error) {
	var records []Record
	var errs []error
	in := bufio.NewScanner(r)
	in.Buffer(nil, maxRecordLine)
	for n := 1; in.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(in.Bytes(), []byte("\xef\xbb\xbf")))
		if len(line) == 0 {
			continue
		}
		var rec Record
		if err := json.Unmarshal(line, &rec); err != nil {
			errs = append(errs, fmt.Errorf("policy: line %d is no record", n))
			continue
		}
		if rec.Tool != "" {
			records = append(records, rec)
		}
	}
	if err := in.Err(); err != nil {
		errs = append(errs, fmt.Errorf("policy: read records: %w", err))
	}
	return records, errors.Join(errs...)
}

// request makes a request of a recorded call in a session like s.
func (r *Record) request(s boundary.SessionInfo) boundary.Request {
	s.ID = r.Session
	if r.Agent != "" {
		s.Agent, s.Parent = r.Agent, r.Session+" "
	}
	req := boundary.Request{Session: s, Tool: r.Tool, Server: r.Server, Dir: s.Dir}
	for _, e := range r.Effects {
		req.Effects = append(req.Effects, effect.Effect(e))
	}
	return req
}

// allowed reports whether the call ran because it was granted.
func (r *Record) allowed() bool { return r.Ran && r.Outcome == boundary.Allow.String() }

// refused reports whether the call was refused, or would have been.
func (r *Record) refused() bool {
	return r.Outcome == boundary.Deny.String() || r.Outcome == boundary.RequireApproval.String()
}
