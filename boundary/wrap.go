package boundary

import (
	"context"
	"maps"
	"slices"
	"time"
)

// forward passes on what a wrapper does not change.
type forward struct{ inner Checker }

func (f forward) CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error) {
	return CheckSession(ctx, f.inner, s, h)
}
func (f forward) Observe(req Request, d Decision, o Outcome) { Observe(f.inner, req, d, o) }
func (f forward) IntentWait(req *Request) time.Duration      { return IntentWait(f.inner, req) }
func (f forward) Hear(h Heard)                               { Hear(f.inner, h) }
func (f forward) validate() error                            { return Validate(f.inner) }

// Named gives c a name that its determinations carry, unless they have one.
func Named(name string, c Checker) Checker { return namedChecker{forward{c}, name} }

type namedChecker struct {
	forward
	name string
}

func (n namedChecker) Check(ctx context.Context, req Request) (Decision, error) {
	d, err := safely(ctx, n.inner, &req)
	if err != nil {
		d, err = cannotTell(d, err), named(n.name, err)
	}
	d.Because = n.sign(d.Because, d.Verdict)
	if len(d.Shadowed) > 0 {
		d.Shadowed = n.sign(d.Shadowed, d.Verdict)
	}
	return d, err
}

func (n namedChecker) CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error) {
	d, err := CheckSession(ctx, n.inner, s, h)
	if err != nil {
		err = named(n.name, err)
	}
	if d.Verdict == NotEvaluated && len(d.Because) == 0 {
		return d, err // it does not decide about sessions
	}
	d.Because = n.sign(d.Because, d.Verdict)
	if len(d.Shadowed) > 0 {
		d.Shadowed = n.sign(d.Shadowed, d.Verdict)
	}
	return d, err
}

// sign returns because with the checker's name on each determination. A plug-in
// that gave no reasons gets one.
func (n namedChecker) sign(because []Determination, v Verdict) []Determination {
	if len(because) == 0 {
		return []Determination{{Verdict: v, Reason: ReasonChecker, Checker: n.name}}
	}
	because = slices.Clone(because) // a plug-in may hand out a shared slice
	for i := range because {
		if because[i].Checker == "" {
			because[i].Checker = n.name
		}
	}
	return because
}

func (n namedChecker) Bind(s SessionInfo) Checker { return Named(n.name, Bind(n.inner, s)) }

// Shadow lets c say what it would do without its doing it: the decision is
// recorded, and takes no part in [All] and [Any]. Errors are recorded as what
// they would have been, a refusal.
func Shadow(c Checker) Checker { return shadow{forward{c}} }

type shadow struct{ forward }

func (s shadow) Check(ctx context.Context, req Request) (Decision, error) {
	return s.observed(safely(ctx, s.inner, &req))
}

func (s shadow) CheckSession(ctx context.Context, i SessionInfo, h History) (Decision, error) {
	return s.observed(CheckSession(ctx, s.inner, i, h))
}

func (shadow) observed(d Decision, err error) (Decision, error) {
	if err != nil {
		d = cannotTell(d, err)
	}
	if d.Verdict == NotEvaluated {
		return d, nil
	}
	if len(d.Because) == 0 {
		d.Because = []Determination{{Verdict: d.Verdict, Reason: ReasonChecker}}
	}
	d.Observed = true
	d.Shadowed = append(slices.Clone(d.Because), d.Shadowed...)
	d.Because = nil
	return d, nil
}

// IntentWait waits for nothing: what is only recorded keeps nobody waiting.
func (shadow) IntentWait(*Request) time.Duration { return 0 }

func (s shadow) Bind(i SessionInfo) Checker { return Shadow(Bind(s.inner, i)) }

// FailOpen turns "cannot tell" into "no opinion": where c errs, panics or comes
// too late, the call is judged as if c were not there. The failure stays among
// the shadowed reasons. Use it where being available matters more than being
// governed, and nowhere else.
func FailOpen(c Checker) Checker { return failOpen{forward{c}} }

type failOpen struct{ forward }

func (f failOpen) Check(ctx context.Context, req Request) (Decision, error) {
	return f.open(safely(ctx, f.inner, &req))
}

func (f failOpen) CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error) {
	return f.open(CheckSession(ctx, f.inner, s, h))
}

func (failOpen) open(d Decision, err error) (Decision, error) {
	if err == nil {
		return d, nil
	}
	d = cannotTell(d, err)
	return Decision{Verdict: NotEvaluated, Shadowed: d.Because, Crossings: d.Crossings}, nil
}

func (f failOpen) Bind(s SessionInfo) Checker { return FailOpen(Bind(f.inner, s)) }

// Timeout gives c at most d for each answer. After that c cannot tell, which is
// refused. A checker that comes too late goes on with a copy of the request, so
// that nothing of the caller's is shared with it.
func Timeout(c Checker, d time.Duration) Checker { return timeout{forward{c}, d} }

type timeout struct {
	forward
	limit time.Duration
}

func (t timeout) Check(ctx context.Context, req Request) (Decision, error) {
	own := req.clone()
	return t.within(ctx, func(ctx context.Context) (Decision, error) { return safely(ctx, t.inner, &own) })
}

func (t timeout) CheckSession(ctx context.Context, s SessionInfo, h History) (Decision, error) {
	if _, ok := t.inner.(SessionChecker); !ok {
		return Decision{Verdict: NotEvaluated}, nil
	}
	s.Task.Intents, s.Task.Params = slices.Clone(s.Task.Intents), maps.Clone(s.Task.Params)
	return t.within(ctx, func(ctx context.Context) (Decision, error) { return CheckSession(ctx, t.inner, s, h) })
}

// within asks for an answer and does not wait for it longer than the limit.
func (t timeout) within(ctx context.Context, ask func(context.Context) (Decision, error)) (Decision, error) {
	ctx, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	type answer struct {
		d   Decision
		err error
	}
	answers := make(chan answer, 1)
	go func() {
		d, err := ask(ctx)
		answers <- answer{d, err}
	}()
	select {
	case a := <-answers:
		return a.d, a.err
	case <-ctx.Done():
		return Decision{}, errTimeout
	}
}

func (t timeout) Bind(s SessionInfo) Checker { return Timeout(Bind(t.inner, s), t.limit) }

// clone copies what a checker could still be reading after the caller went on.
func (r Request) clone() Request {
	r.Arguments = slices.Clone(r.Arguments)
	r.Effects = slices.Clone(r.Effects)
	r.Session.Task.Intents, r.Session.Task.Params = slices.Clone(r.Session.Task.Intents), maps.Clone(r.Session.Task.Params)
	r.Findings = slices.Clone(r.Findings)
	r.Switches = slices.Clone(r.Switches)
	r.Delegation.Actors = slices.Clone(r.Delegation.Actors)
	r.Intent.Evidence = slices.Clone(r.Intent.Evidence)
	if r.Use != nil {
		use := *r.Use
		use.Credential.Audience = slices.Clone(use.Credential.Audience)
		use.Credential.Scopes = slices.Clone(use.Credential.Scopes)
		use.Delegation.Actors = slices.Clone(use.Delegation.Actors)
		r.Use = &use
	}
	return r
}

// Tools allows calls of the tools whose names match one of the patterns and
// denies all others. In a pattern, "*" stands for any run of characters. It looks
// at names alone; what a call touches is for a policy to judge. It has no
// opinion on identity use and HTTP requests.
func Tools(patterns ...string) Checker {
	t := make(tools, len(patterns))
	for i, p := range patterns {
		t[i] = grant{p, []Determination{{Verdict: Allow, Reason: ReasonGranted, Rule: p}}}
	}
	return t
}

type tools []grant

// A grant is a pattern, and what a decision says that rests on it.
type grant struct {
	pattern string
	because []Determination
}

func (t tools) Check(_ context.Context, req Request) (Decision, error) {
	if req.Phase != PhaseCall {
		return Decision{Verdict: NotEvaluated}, nil
	}
	for i := range t {
		if g := &t[i]; match(g.pattern, req.Tool) {
			return Decision{Verdict: Allow, Source: ByChecker, Because: slices.Clip(g.because)}, nil
		}
	}
	return Decision{
		Source:    ByChecker,
		Because:   []Determination{{Reason: ReasonNoGrant, Rule: noMatch}},
		Crossings: []Crossing{{Kind: OutOfScope}},
		Message:   "this task has no use for the tool",
	}, nil
}

// match reports whether s matches pattern, in which "*" is any run of characters.
// It takes time proportional to the product of the lengths at worst.
func match(pattern, s string) bool {
	star, mark := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
