// Package status says how the hooks of a machine are doing: which sessions there are,
// what of them has been sent, and what was lost.
package status

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/examples/claudecode/internal/export"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

// A Status is what there is to know.
type Status struct {
	State    string        `json:"state"`
	Endpoint string        `json:"endpoint,omitempty"`
	Policy   string        `json:"policy"`
	Mode     string        `json:"mode"`
	Bytes    int64         `json:"bytes"` // of all sessions
	Spool    int64         `json:"spool"` // what they may take together
	Sessions []Session     `json:"sessions"`
	Exported export.Status `json:"exported"`
}

// A Session is one session of an agent.
type Session struct {
	Name    string         `json:"name"`
	Agent   string         `json:"agent"`
	Owner   string         `json:"owner,omitempty"`
	Repo    string         `json:"repo,omitempty"`
	Last    time.Time      `json:"last"`
	Open    bool           `json:"open"` // a turn is under way
	Ended   bool           `json:"ended"`
	Turns   int            `json:"turns"`
	Calls   int            `json:"calls"`
	Asked   int            `json:"asked"`
	Denied  int            `json:"denied"`
	Waiting int            `json:"waiting"` // finished calls no span of which is known to have arrived
	Signals map[string]int `json:"signals,omitempty"`
}

// Read gathers the status. A session that cannot be read is left out.
func Read(s settings.Settings) (Status, error) {
	st := Status{State: s.State, Endpoint: s.Endpoint, Policy: s.Policy, Mode: s.Mode, Spool: s.Spool(), Exported: export.ReadStatus(s.State)}
	if st.Policy == "" {
		st.Policy = "built in"
	}
	if st.Mode == "" {
		st.Mode = "as the policy says"
	}
	dir, err := journal.Open(s.State)
	if err != nil {
		return st, err //nolint:wrapcheck // names the operation and the path
	}
	files, err := dir.Files()
	if err != nil {
		return st, err //nolint:wrapcheck // names the operation and the path
	}
	for _, f := range files {
		records, _, err := dir.Records(f.Name)
		if err != nil || len(records) == 0 {
			continue
		}
		st.Bytes += f.Size
		one := sessionOf(f.Name, records)
		if s.Endpoint != "" {
			if sent, err := dir.Sent(f.Name); err == nil {
				one.Waiting = max(finished(records)-len(sent), 0)
			}
		}
		st.Sessions = append(st.Sessions, one)
	}
	slices.SortFunc(st.Sessions, func(a, b Session) int { return b.Last.Compare(a.Last) })
	return st, nil
}

// finished counts the calls that came to an end, or were never made.
func finished(records []journal.Record) (n int) {
	for i := range records {
		if r := &records[i]; r.Done != nil || r.Call != nil && r.Call.Answer == payload.Deny.String() {
			n++
		}
	}
	return n
}

func sessionOf(name string, records []journal.Record) Session {
	last := records[len(records)-1].State
	s := Session{
		Name: name, Agent: last.Info.Agent, Owner: last.Info.Owner.ID, Repo: last.Info.Repo,
		Last: last.Last, Open: last.Open, Ended: last.Ended, Turns: last.Turns,
	}
	for i := range records {
		if c := records[i].Call; c != nil {
			s.Calls++
			switch c.Answer {
			case payload.Ask.String():
				s.Asked++
			case payload.Deny.String():
				s.Denied++
			}
		}
		for _, r := range records[i].Signals {
			if s.Signals == nil {
				s.Signals = map[string]int{}
			}
			s.Signals[r.Kind]++
		}
	}
	return s
}

// Text writes the status for people.
func (st Status) Text(w io.Writer, now time.Time) {
	fmt.Fprintf(w, "state    %s, %s of %s\n", st.State, bytesOf(st.Bytes), bytesOf(st.Spool))
	fmt.Fprintf(w, "policy   %s, mode %s\n", st.Policy, st.Mode)
	waiting := 0
	for _, s := range st.Sessions {
		waiting += s.Waiting
	}
	e := st.Exported
	switch {
	case st.Endpoint == "":
		fmt.Fprintln(w, "export   nowhere: no collector is set")
	case e.At.IsZero():
		fmt.Fprintf(w, "export   to %s, not tried yet, %d calls waiting\n", st.Endpoint, waiting)
	default:
		fmt.Fprintf(w, "export   to %s, %d spans sent, %d calls waiting, %d dropped, last tried %s ago\n", st.Endpoint, e.Sent, waiting, e.Dropped, ago(now, e.At))
	}
	if e.Error != "" {
		fmt.Fprintf(w, "         failing since %s ago: %s\n", ago(now, e.ErrorAt), e.Error)
	}
	if e.Broken > 0 {
		fmt.Fprintf(w, "         %d lines of sessions could not be read\n", e.Broken)
	}
	if e.Newer > 0 {
		fmt.Fprintf(w, "         %d records are of a newer version of the program, which has to send them\n", e.Newer)
	}
	fmt.Fprintf(w, "sessions %d\n", len(st.Sessions))
	for _, s := range st.Sessions {
		fmt.Fprintf(w, "  %s  %s  %s\n", s.Name, s.Agent, strings.Join(s.facts(now), ", "))
	}
}

func (s Session) facts(now time.Time) []string {
	var f []string
	switch {
	case s.Ended:
		f = append(f, "ended "+ago(now, s.Last)+" ago")
	case s.Open:
		f = append(f, "at work, last seen "+ago(now, s.Last)+" ago")
	default:
		f = append(f, "waits for its user since "+ago(now, s.Last))
	}
	if s.Owner != "" {
		f = append(f, "for "+s.Owner)
	} else {
		f = append(f, "for nobody known")
	}
	if s.Repo != "" {
		f = append(f, "in "+s.Repo)
	}
	f = append(f, fmt.Sprintf("%d turns, %d calls, %d asked, %d denied", s.Turns, s.Calls, s.Asked, s.Denied))
	if s.Waiting > 0 {
		f = append(f, fmt.Sprintf("%d waiting", s.Waiting))
	}
	kinds := make([]string, 0, len(s.Signals))
	for k, n := range s.Signals {
		kinds = append(kinds, fmt.Sprintf("%s (%d)", k, n))
	}
	if slices.Sort(kinds); len(kinds) > 0 {
		f = append(f, "signals: "+strings.Join(kinds, " "))
	}
	return f
}

// ago is how long ago t was, roughly.
func ago(now, t time.Time) string {
	d := now.Sub(t)
	switch {
	case d < time.Minute:
		return d.Round(time.Second).String()
	case d < 48*time.Hour:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

func bytesOf(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%.0f KiB", float64(n)/(1<<10))
	}
	return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
}

// JSON writes the status for programs.
func (st Status) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(st) //nolint:wrapcheck // of the writer
}
