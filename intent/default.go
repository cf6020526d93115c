package intent

import (
	"context"
	"slices"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

// Default returns the classifier of this package. It runs in the process and
// offline, from the effects of the calls, the words of commands and programs, the
// order of things, findings, identity switches, failures and the owner's prompts;
// MODEL.md beside this file says how it was trained, how often it is right, and
// where it is not. It is the same one at each call and safe for concurrent use.
//
// It says [Unknown] rather than guess. An attack that it suspects without raising
// the alarm is named in Label, with Anomalous false.
func Default() Streamer { return defaultClassifier{} }

type defaultClassifier struct{}

func (d defaultClassifier) Classify(ctx context.Context, window []Action) (Result, error) {
	var s defaultStream
	s.model = intentmodel.Load()
	var v intentmodel.Verdict
	for i := range window {
		if i%256 == 255 && ctx.Err() != nil {
			return Result{}, ctx.Err()
		}
		v = s.take(&window[i])
	}
	if len(window) == 0 {
		return Result{}, nil
	}
	return s.result(&v), nil
}

func (d defaultClassifier) NewStream(task []Label) Stream {
	s := &defaultStream{model: intentmodel.Load()}
	purposes := make([]intentmodel.Purpose, 0, len(task))
	for _, l := range task {
		if i := slices.Index(labels[:intentmodel.Purposes], l); i >= 0 {
			purposes = append(purposes, intentmodel.Purpose(i))
		}
	}
	s.state.Start(purposes)
	return s
}

// A defaultStream is one session's state: numbers only, and one shared slice while
// there is an alarm.
type defaultStream struct {
	model    *intentmodel.Model
	state    intentmodel.State
	evidence []int // of the alarm; never changed, only replaced
	seen     intentmodel.EvidenceMark
}

func (s *defaultStream) Observe(_ context.Context, a Action) (Result, error) {
	v := s.take(&a)
	return s.result(&v), nil
}

func (s *defaultStream) take(a *Action) intentmodel.Verdict {
	in := intentmodel.Action{
		Role: intentmodel.Role(a.Role), Tool: a.Tool, Server: a.Server, Text: a.Text,
		Effects: a.Effects, Findings: a.Findings, Switches: a.Switches, Failed: a.Failed,
	}
	return s.model.Observe(&s.state, &in)
}

func (s *defaultStream) result(v *intentmodel.Verdict) Result {
	r := Result{
		Anomalous: v.Anomalous, Classifier: s.model.Name(),
		Drift: v.Drift, Departed: v.Departed, Injected: v.Injected,
	}
	switch {
	case v.Attack:
		r.Label, r.Score = labels[intentmodel.Purposes+int(v.Class)], v.Score
	case v.Known:
		r.Label, r.Score = labels[v.Purpose], v.Score
	}
	if v.Anomalous {
		if mark := s.state.EvidenceMark(); s.evidence == nil || mark != s.seen {
			s.evidence, s.seen = s.state.Evidence(nil), mark
		}
		r.Evidence = s.evidence
	}
	return r
}

// MarshalBinary keeps the stream for another process; see [Keeper].
func (s *defaultStream) MarshalBinary() ([]byte, error) {
	return s.model.AppendKept(nil, &s.state), nil
}

// UnmarshalBinary takes up what MarshalBinary kept.
func (s *defaultStream) UnmarshalBinary(data []byte) error {
	s.evidence, s.seen = nil, intentmodel.EvidenceMark{}
	return s.model.TakeUp(&s.state, data) //nolint:wrapcheck // says all there is
}
