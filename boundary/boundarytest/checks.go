package boundarytest

import (
	"bytes"
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// A check is one sentence of the contract.
type check struct {
	name string
	why  string
	run  func(probe) []string // what is wrong
}

// A probe is what a check works with.
type probe struct {
	t *testing.T
	s Suite
}

var checks = []check{
	{"allows", "a checker that refuses what it should not is switched off by its users", probe.allows},
	{"refuses", "what must be refused runs", probe.refuses},
	{"is repeatable", "two sessions that do the same must be told the same, or nobody can explain a decision", probe.repeatable},
	{"says why", "a refusal without a reason cannot be acted on, by a model or by a person", probe.saysWhy},
	{"errors do not allow", "an error means cannot tell, and is refused: a checker that returns one for a call it means to allow stops the agent", probe.errs},
	{"shows no content", "reasons and errors reach logs and traces; arguments hold what people never meant to record", probe.content},
	{"survives the zero request", "fields are empty wherever nothing is known", probe.zero},
	{"survives hostile requests", "arguments are written by models, and effects are as many as they make them", probe.hostile},
	{"survives other phases", "identities and HTTP requests are asked about too, with other fields set", probe.phases},
	{"returns when the context ends", "a caller that has given up must not be kept", probe.cancelled},
	{"modifies nothing", "the same slices go to every other checker, to the classifier and onto the span", probe.modifies},
	{"keeps nothing", "the caller reuses its slices: what a checker kept becomes another call's", probe.keeps},
	{"is safe for concurrent use", "an agent runs tools in parallel, and a process many agents", probe.concurrent},
	{"keeps sessions apart", "what one session used up, or did, must not decide for another", probe.sessions},
	{"takes every outcome", "outcomes arrive late, twice, for calls of before a restart, or with nothing known", probe.outcomes},
}

// fresh returns a new checker, bound to a session of its own if it wants that.
func (p probe) fresh() boundary.Checker {
	return boundary.Bind(p.s.New(p.t), boundary.SessionInfo{Key: "boundarytest"})
}

// ask asks the way a tracer does, but lets panics through as findings.
func ask(ctx context.Context, c boundary.Checker, req boundary.Request) (d boundary.Decision, panicked any, err error) {
	defer func() { panicked = recover() }()
	d, err = c.Check(ctx, req)
	return d, nil, err
}

func refuses(d boundary.Decision, err error) bool { return err != nil || d.Refuses() }

// each calls f with every request of the suite and a name for it.
func (p probe) each(f func(name string, req boundary.Request, allow bool)) {
	for i, req := range p.s.Allow {
		f(fmt.Sprintf("Allow[%d] (%s)", i, req.Tool), req, true)
	}
	for i, req := range p.s.Refuse {
		f(fmt.Sprintf("Refuse[%d] (%s)", i, req.Tool), req, false)
	}
}

func (p probe) allows() (problems []string) {
	for i, req := range p.s.Allow {
		if d, panicked, err := ask(p.t.Context(), p.fresh(), clone(req)); panicked != nil || refuses(d, err) {
			problems = append(problems, fmt.Sprintf("Allow[%d] (%s) is refused: verdict %v, error %v, message %q", i, req.Tool, d.Verdict, err, d.Message))
		}
	}
	return problems
}

func (p probe) refuses() (problems []string) {
	for i, req := range p.s.Refuse {
		if d, panicked, err := ask(p.t.Context(), p.fresh(), clone(req)); panicked == nil && !refuses(d, err) {
			problems = append(problems, fmt.Sprintf("Refuse[%d] (%s) is let through: verdict %v, observed %v", i, req.Tool, d.Verdict, d.Observed))
		}
	}
	return problems
}

func (p probe) repeatable() (problems []string) {
	p.each(func(name string, req boundary.Request, _ bool) {
		a, _, errA := ask(p.t.Context(), p.fresh(), clone(req))
		b, _, errB := ask(p.t.Context(), p.fresh(), clone(req))
		if a.Verdict != b.Verdict || a.Observed != b.Observed || (errA == nil) != (errB == nil) {
			problems = append(problems, fmt.Sprintf("%s: first %v, then %v", name, a.Verdict, b.Verdict))
		}
	})
	return problems
}

func (p probe) saysWhy() (problems []string) {
	p.each(func(name string, req boundary.Request, _ bool) {
		d, _, err := ask(p.t.Context(), p.fresh(), clone(req))
		if err != nil {
			return
		}
		if d.Verdict > boundary.NotEvaluated {
			problems = append(problems, fmt.Sprintf("%s: %d is no verdict", name, d.Verdict))
		}
		if d.Refuses() && len(d.Because) == 0 && d.Message == "" {
			problems = append(problems, name+" is refused without Because or Message")
		}
		for _, w := range append(append([]boundary.Determination(nil), d.Because...), d.Shadowed...) {
			if w.Effect < 0 || w.Effect > len(req.Effects) {
				problems = append(problems, fmt.Sprintf("%s: a reason is about effect %d of %d", name, w.Effect, len(req.Effects)))
			}
		}
		for _, x := range d.Crossings {
			if x.Effect < 0 || x.Effect > len(req.Effects) {
				problems = append(problems, fmt.Sprintf("%s: a crossing is about effect %d of %d", name, x.Effect, len(req.Effects)))
			}
		}
	})
	return problems
}

func (p probe) errs() (problems []string) {
	for i, req := range p.s.Allow {
		if d, _, err := ask(p.t.Context(), p.fresh(), clone(req)); err != nil && d.Verdict == boundary.Allow {
			problems = append(problems, fmt.Sprintf("Allow[%d] (%s): allowed, and error %v", i, req.Tool, err))
		}
	}
	return problems
}

// canary is content that no decision may repeat.
const canary = "c0ntent-that-must-not-be-shown"

func (p probe) content() (problems []string) {
	p.each(func(name string, req boundary.Request, _ bool) {
		req = clone(req)
		if end := bytes.LastIndexByte(req.Arguments, '}'); end > 0 && len(bytes.TrimSpace(req.Arguments[:end])) > 1 {
			req.Arguments = append(req.Arguments[:end:end], `,"note":"`+canary+`"}`...)
		} else {
			req.Arguments = []byte(`{"note":"` + canary + `"}`)
		}
		for i := range req.Effects {
			req.Effects[i].Raw = canary
		}
		d, _, err := ask(p.t.Context(), p.fresh(), req)
		if strings.Contains(fmt.Sprintf("%+v", d), canary) {
			problems = append(problems, name+": the decision repeats an argument, or Raw of an effect")
		}
		if err != nil && strings.Contains(err.Error(), canary) {
			problems = append(problems, name+": the error repeats an argument, or Raw of an effect")
		}
	})
	return problems
}

func (p probe) zero() (problems []string) {
	c := p.s.New(p.t)
	if _, panicked, _ := ask(p.t.Context(), c, boundary.Request{}); panicked != nil {
		problems = append(problems, fmt.Sprintf("the zero Request panics: %v", panicked))
	}
	bound := boundary.Bind(c, boundary.SessionInfo{})
	if _, panicked, _ := ask(p.t.Context(), bound, boundary.Request{}); panicked != nil {
		problems = append(problems, fmt.Sprintf("bound to the zero SessionInfo, the zero Request panics: %v", panicked))
	}
	if sc, ok := bound.(boundary.SessionChecker); ok {
		func() {
			defer func() {
				if r := recover(); r != nil {
					problems = append(problems, fmt.Sprintf("CheckSession of the zero SessionInfo panics: %v", r))
				}
			}()
			_, _ = sc.CheckSession(p.t.Context(), boundary.SessionInfo{}, boundary.History{}) // that it returns is all that is asked
		}()
	}
	return problems
}

// patience is how long one answer may take, however large the request. It is wide, so
// that a busy machine does not fail a checker.
const patience = 30 * time.Second

func (p probe) hostile() (problems []string) {
	deep := strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000)
	many := make([]effect.Effect, 10000)
	for i := range many {
		many[i] = effect.Effect{Kind: effect.Kind(i % 16), Access: effect.Access(i % 9), Certainty: effect.Certainty(i % 4), Target: strings.Repeat("/a*", i%100)}
	}
	requests := map[string]boundary.Request{
		"arguments that are not JSON":   {Tool: "x", Arguments: []byte("{\"a\": \xff\xfe")},
		"deeply nested arguments":       {Tool: "x", Arguments: []byte(deep)},
		"a mebibyte of arguments":       {Tool: "x", Arguments: []byte(`{"a":"` + strings.Repeat("a", 1<<20) + `"}`)},
		"ten thousand effects":          {Tool: "x", Effects: many},
		"a name with control bytes":     {Tool: "x\x00\n\u202e\xff", Server: "\xff", CallID: "\x1b[31m"},
		"a name of a mebibyte":          {Tool: strings.Repeat("x", 1<<20)},
		"values outside their lists":    {Tool: "x", Phase: 99, Switches: []identity.Switch{{Kind: 99}}, Findings: []secret.Finding{{Place: 99, Offset: -1, Length: -5}}},
		"a history that contradicts":    {Tool: "x", Seq: -1, History: boundary.History{Calls: -5, InFlight: -1, Refused: 1 << 30, Lost: true}},
		"a time long before any others": {Tool: "x", Time: time.Unix(-1<<40, 0)},
	}
	for name, req := range requests {
		start := time.Now()
		if _, panicked, _ := ask(p.t.Context(), p.fresh(), clone(req)); panicked != nil {
			problems = append(problems, fmt.Sprintf("%s: panic: %v", name, panicked))
		}
		if took := time.Since(start); took > patience {
			problems = append(problems, fmt.Sprintf("%s: took %v", name, took))
		}
	}
	return problems
}

func (p probe) phases() (problems []string) {
	for _, phase := range []boundary.Phase{boundary.PhaseIdentity, boundary.PhaseRequest} {
		for _, use := range []*identity.Use{nil, {}} {
			if _, panicked, _ := ask(p.t.Context(), p.fresh(), boundary.Request{Phase: phase, Use: use}); panicked != nil {
				problems = append(problems, fmt.Sprintf("phase %d with use %v: panic: %v", phase, use != nil, panicked))
			}
		}
	}
	return problems
}

func (p probe) cancelled() (problems []string) {
	ctx, cancel := context.WithCancel(p.t.Context())
	cancel()
	p.each(func(name string, req boundary.Request, allow bool) {
		type answer struct {
			d   boundary.Decision
			err error
		}
		done := make(chan answer, 1)
		c := p.fresh()
		go func() {
			d, _, err := ask(ctx, c, clone(req))
			done <- answer{d, err}
		}()
		select {
		case a := <-done:
			if !allow && !refuses(a.d, a.err) {
				problems = append(problems, name+" is let through when the context has ended")
			}
		case <-time.After(patience):
			problems = append(problems, fmt.Sprintf("%s: no answer %v after the context ended", name, patience))
		}
	})
	return problems
}

func (p probe) modifies() (problems []string) {
	p.each(func(name string, req boundary.Request, _ bool) {
		given, before := clone(req), clone(req)
		_, _, _ = ask(p.t.Context(), p.fresh(), given)
		if !reflect.DeepEqual(given, before) {
			problems = append(problems, name+": the request is not what it was")
		}
	})
	return problems
}

// keeps asks twice, once with the first request ruined in between and once
// without: whoever kept a slice of it answers the second one differently.
func (p probe) keeps() (problems []string) {
	second := func(a, b boundary.Request, spoil bool) (d boundary.Decision, panicked any, changed bool, err error) {
		c, given := p.fresh(), clone(a)
		first, _, errA := ask(p.t.Context(), c, given)
		before := fmt.Sprintf("%+v", first)
		boundary.Observe(c, given, first, boundary.Outcome{Ran: !refuses(first, errA)})
		if spoil {
			ruin(&given)
		}
		changed = fmt.Sprintf("%+v", first) != before
		d, panicked, err = ask(p.t.Context(), c, clone(b))
		return d, panicked, changed, err
	}
	p.each(func(name string, a boundary.Request, _ bool) {
		p.each(func(other string, b boundary.Request, _ bool) {
			clean, _, _, errClean := second(a, b, false)
			d, panicked, changed, err := second(a, b, true)
			switch {
			case changed:
				problems = append(problems, name+": the decision changed when the request's slices were reused")
			case panicked != nil, d.Verdict != clean.Verdict, (err == nil) != (errClean == nil):
				problems = append(problems, fmt.Sprintf("%s, then %s: %v, and %v if the slices of the first were reused", name, other, clean.Verdict, d.Verdict))
			}
		})
	})
	return problems
}

func (p probe) concurrent() (problems []string) {
	c := p.s.New(p.t)
	shared := probe{p.t, Suite{New: p.s.New}} // one request for all: whoever writes to it is seen by the race detector
	for _, req := range p.s.Allow {
		shared.s.Allow = append(shared.s.Allow, clone(req))
	}
	for _, req := range p.s.Refuse {
		shared.s.Refuse = append(shared.s.Refuse, clone(req))
	}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 8 {
		bound := boundary.Bind(c, boundary.SessionInfo{Key: fmt.Sprint("boundarytest-", i)})
		shared.each(func(name string, req boundary.Request, allow bool) {
			wg.Go(func() {
				d, panicked, err := ask(p.t.Context(), bound, req)
				// The first of its session is only one of them: what is allowed
				// alone may meet a limit here, what is refused may not pass.
				if panicked != nil || !allow && !refuses(d, err) {
					mu.Lock()
					problems = append(problems, fmt.Sprintf("%s: among others: verdict %v, panic %v", name, d.Verdict, panicked))
					mu.Unlock()
				}
				boundary.Observe(bound, req, d, boundary.Outcome{Ran: !refuses(d, err)})
			})
		})
	}
	wg.Wait()
	return problems
}

func (p probe) sessions() (problems []string) {
	c := p.s.New(p.t)
	busy := boundary.Bind(c, boundary.SessionInfo{Key: "busy"})
	seq := int64(0)
	for range 50 {
		p.each(func(_ string, req boundary.Request, _ bool) {
			seq++
			req = clone(req)
			req.Seq = seq
			d, _, err := ask(p.t.Context(), busy, req)
			boundary.Observe(busy, req, d, boundary.Outcome{Ran: !refuses(d, err)})
		})
	}
	if _, ok := c.(boundary.Binder); !ok {
		return nil // it said that it keeps nothing for sessions
	}
	for i, req := range p.s.Allow {
		idle := boundary.Bind(c, boundary.SessionInfo{Key: fmt.Sprint("idle-", i)})
		if d, panicked, err := ask(p.t.Context(), idle, clone(req)); panicked != nil || refuses(d, err) {
			problems = append(problems, fmt.Sprintf("Allow[%d] (%s) is refused in a new session after another one was busy: %v", i, req.Tool, d.Message))
		}
	}
	return problems
}

func (p probe) outcomes() (problems []string) {
	c := p.fresh()
	o, ok := c.(boundary.Observer)
	if !ok {
		return nil
	}
	try := func(name string, f func()) {
		defer func() {
			if r := recover(); r != nil {
				problems = append(problems, fmt.Sprintf("%s: panic: %v", name, r))
			}
		}()
		f()
	}
	try("an outcome without a call", func() { o.Observe(boundary.Request{}, boundary.Decision{}, boundary.Outcome{}) })
	try("an outcome of an unknown number", func() { o.Observe(boundary.Request{Seq: 1 << 60}, boundary.Decision{}, boundary.Outcome{Ran: true}) })
	p.each(func(name string, req boundary.Request, _ bool) {
		req = clone(req)
		req.Seq++
		d, _, _ := ask(p.t.Context(), c, req)
		for range 2 {
			try(name+": twice", func() { o.Observe(req, d, boundary.Outcome{Ran: true, Failed: true, Bytes: -1, Duration: -time.Hour}) })
		}
	})
	return problems
}
