package render

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/examples/report/spans"
	"github.com/ambit-go/ambit/examples/report/story"
)

// evidence is what an incident case takes: the spans as they were read, and what
// the report makes of them.
type evidence struct {
	Format   string          `json:"format"`
	Made     time.Time       `json:"made"`
	Session  string          `json:"session"`
	Headline string          `json:"headline"`
	Source   gather.Source   `json:"source"`
	Problems []string        `json:"problems"`
	Record   record          `json:"record"`
	Counts   story.Counts    `json:"counts"`
	Findings []foundEvidence `json:"findings"`
	Refused  []refusedCall   `json:"refused"`
	Calls    []numberedSpan  `json:"calls"`
	Spans    []spans.Span    `json:"spans"`
}

// record says whether all of it is here.
type record struct {
	Complete bool      `json:"complete"`
	Numbered int       `json:"numbered"` // actions whose number is on a span
	Missing  int64     `json:"missing"`  // numbers that are on none
	Summary  bool      `json:"summary"`  // the session wrote one
	Counters []counter `json:"counters"`
}

type counter struct {
	Agent   string     `json:"agent,omitempty"`
	Service string     `json:"service,omitempty"`
	Process string     `json:"process,omitempty"`
	Last    int64      `json:"last"`
	Seen    int        `json:"seen"`
	Gaps    [][2]int64 `json:"gaps"`
	Twice   []int64    `json:"twice"`
}

type foundEvidence struct {
	Grade string `json:"grade"`
	Title string `json:"title"`
	Why   string `json:"why"`
	Calls []int  `json:"calls"`
}

// refusedCall is a call that was refused, or would have been.
type refusedCall struct {
	Call    int    `json:"call"`
	Verdict string `json:"verdict"`
	Reason  string `json:"reason"`
	Rule    string `json:"rule,omitempty"`
	Nearest string `json:"nearest,omitempty"`
}

// numberedSpan says which span is which call of the report.
type numberedSpan struct {
	Call int    `json:"call"`
	Seq  int64  `json:"seq,omitempty"`
	Span string `json:"span_id"`
}

var grades = [...]string{story.Grave: "grave", story.Held: "held", story.Note: "note"}

// Evidence writes a session as JSON, and its SHA-256. All that is not a plain
// character is escaped, so that what is compared is what is seen.
func Evidence(g *gather.Gathered, s *story.Story, made time.Time) (doc []byte, sum string, err error) {
	e := evidence{
		Format: "ambit-session-report/1", Made: made.UTC(), Session: g.Session, Headline: s.Headline(), Source: g.Source,
		Problems: append([]string{}, g.Problems...), Counts: s.Counts, Findings: []foundEvidence{}, Refused: []refusedCall{}, Calls: []numberedSpan{}, Spans: g.Spans,
		Record: record{
			Complete: s.Missing() == 0 && s.Summary != nil && len(g.Problems) == 0, Numbered: s.Numbered(), Missing: s.Missing(), Summary: s.Summary != nil,
			Counters: []counter{},
		},
	}
	for _, c := range s.Counters {
		k := counter{Agent: c.Agent, Service: c.Service, Process: c.Process, Last: c.Last, Seen: c.Seen, Gaps: [][2]int64{}, Twice: append([]int64{}, c.Twice...)}
		for _, gap := range c.Gaps {
			k.Gaps = append(k.Gaps, [2]int64{gap.From, gap.To})
		}
		e.Record.Counters = append(e.Record.Counters, k)
	}
	for _, f := range s.Findings {
		n := foundEvidence{Grade: grades[f.Grade], Title: f.Title, Why: f.Why, Calls: []int{}}
		for _, c := range f.Calls {
			n.Calls = append(n.Calls, c.Number)
		}
		e.Findings = append(e.Findings, n)
	}
	for _, c := range s.Calls {
		e.Calls = append(e.Calls, numberedSpan{c.Number, c.Seq, c.Span.ID})
		if c.Verdict.Stopped() || c.Verdict == story.Against || c.Verdict == story.Ignored {
			e.Refused = append(e.Refused, refusedCall{Call: c.Number, Verdict: string(c.Verdict), Reason: c.Reason, Rule: c.Rule, Nearest: c.Nearest})
		}
	}
	doc, err = json.Marshal(e) // escapes <, > and &, so that no page takes it for markup
	if err != nil {
		return nil, "", err
	}
	doc = append(escaped(doc), '\n')
	h := sha256.Sum256(doc)
	return doc, hex.EncodeToString(h[:]), nil
}

// escaped escapes the hidden characters of a JSON document. Outside of strings it has
// none.
func escaped(doc []byte) []byte {
	if !bytes.ContainsFunc(doc, func(r rune) bool { return hidden(r) && r != '\n' }) {
		return doc
	}
	var b bytes.Buffer
	for _, r := range string(doc) {
		switch {
		case !hidden(r) || r == '\n':
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+(r-0x10000)>>10, 0xdc00+(r-0x10000)&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}
