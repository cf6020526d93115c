package boundary_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

// full can do everything a checker can do.
type full struct {
	says
	session  boundary.Decision
	observed *[]string
	bound    string
}

func (f full) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	return f.session, f.err
}

func (f full) Observe(req boundary.Request, _ boundary.Decision, _ boundary.Outcome) {
	*f.observed = append(*f.observed, f.bound+req.Tool)
}

func (f full) Bind(s boundary.SessionInfo) boundary.Checker {
	f.bound = s.Key + "/"
	return f
}

var wrappers = []struct {
	name string
	of   func(boundary.Checker) boundary.Checker
}{
	{"named", func(c boundary.Checker) boundary.Checker { return boundary.Named("n", c) }},
	{"shadow", boundary.Shadow},
	{"fail open", boundary.FailOpen},
	{"timeout", func(c boundary.Checker) boundary.Checker { return boundary.Timeout(c, time.Minute) }},
	{"all", func(c boundary.Checker) boundary.Checker { return boundary.All(c) }},
	{"any", func(c boundary.Checker) boundary.Checker { return boundary.Any(c, c) }},
}

func TestWrappersPassOnWhatACheckerCanDo(t *testing.T) {
	for _, w := range wrappers {
		t.Run(w.name, func(t *testing.T) {
			var seen []string
			inner := full{says: verdict(boundary.Allow, "r"), session: boundary.Decision{Verdict: boundary.Allow, Privileged: true}, observed: &seen}
			c := boundary.Bind(w.of(inner), boundary.SessionInfo{Key: "s"})
			boundary.Observe(c, boundary.Request{Tool: "t"}, boundary.Decision{}, boundary.Outcome{})
			if len(seen) == 0 || seen[0] != "s/t" {
				t.Errorf("observed %v, want s/t: bound and told of the outcome", seen)
			}
			d, err := boundary.CheckSession(t.Context(), c, boundary.SessionInfo{}, boundary.History{})
			if err != nil || !d.Privileged || d.Verdict != boundary.Allow {
				t.Errorf("session: %+v, %v", d, err)
			}
			if err := boundary.Validate(c); err != nil {
				t.Errorf("valid checker: %v", err)
			}
		})
	}
}

func TestWrappersOfNothingAreNotValid(t *testing.T) {
	for _, w := range wrappers {
		if boundary.Validate(w.of(nil)) == nil {
			t.Errorf("%s of nil is valid", w.name)
		}
	}
	for name, c := range map[string]boundary.Checker{"nil": nil, "nil function": boundary.CheckerFunc(nil), "nil pointer": (*says)(nil), "deep inside": boundary.All(boundary.Named("n", boundary.Shadow(nil)))} {
		if boundary.Validate(c) == nil {
			t.Errorf("%s is valid", name)
		}
	}
}

// What cannot be told is refused, through every wrapper that is no way out.
func TestCannotTellIsRefused(t *testing.T) {
	failing := map[string]struct {
		c      boundary.Checker
		reason boundary.Reason
	}{
		"nil":          {nil, boundary.ReasonMisconfigured},
		"nil function": {boundary.CheckerFunc(nil), boundary.ReasonMisconfigured},
		"error":        {says{err: errors.New("down")}, boundary.ReasonCheckerError},
		"late":         {says{err: context.DeadlineExceeded}, boundary.ReasonCheckerTimeout},
		"panic":        {says{panics: true}, boundary.ReasonCheckerPanic},
		"zero":         {says{}, boundary.ReasonUnstated},
		"error beside an allow": {
			says{decision: boundary.Decision{Verdict: boundary.Allow, Observed: true}, err: errors.New("down")},
			boundary.ReasonCheckerError,
		},
	}
	for name, f := range failing {
		t.Run(name, func(t *testing.T) {
			d, err := boundary.Check(t.Context(), f.c, boundary.Request{})
			if !d.Refuses() || d.Verdict != boundary.Deny || d.Determining().Reason != f.reason {
				t.Errorf("decision %+v, %v", d, err)
			}
			for _, w := range wrappers {
				d, _ := boundary.Check(t.Context(), w.of(f.c), boundary.Request{})
				open := w.name == "shadow" || w.name == "fail open" && f.reason != boundary.ReasonUnstated
				if d.Refuses() == open {
					t.Errorf("%s: refuses %v", w.name, d.Refuses())
				}
				if open && len(d.Shadowed) == 0 {
					t.Errorf("%s: the failure is not recorded", w.name)
				}
				if open && d.Outcome() != boundary.NotEvaluated {
					t.Errorf("%s: outcome %v, want not_evaluated and never allow", w.name, d.Outcome())
				}
			}
		})
	}
}

func TestAPanicLeavesNothingBehind(t *testing.T) {
	d, err := boundary.Check(t.Context(), boundary.Named("n", says{panics: true}), boundary.Request{})
	if strings.Contains(err.Error(), "content") || strings.Contains(d.Message, "content") {
		t.Errorf("what the plug-in panicked with is shown: %v, %q", err, d.Message)
	}
}

type badBinder struct {
	says
	panics bool
}

func (b badBinder) Bind(boundary.SessionInfo) boundary.Checker {
	if b.panics {
		panic("bind")
	}
	return nil
}

func TestABinderThatFailsRefuses(t *testing.T) {
	for _, b := range []badBinder{{says: verdict(boundary.Allow, "r")}, {says: verdict(boundary.Allow, "r"), panics: true}} {
		d, err := boundary.Check(t.Context(), boundary.Bind(b, boundary.SessionInfo{}), boundary.Request{})
		if !d.Refuses() || err == nil {
			t.Errorf("panics=%v: %+v, %v", b.panics, d, err)
		}
	}
}

type badObserver struct{ says }

func (badObserver) Observe(boundary.Request, boundary.Decision, boundary.Outcome) { panic("observe") }

func (badObserver) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	panic("session")
}

func TestPanicsBesideCheckAreContained(t *testing.T) {
	boundary.Observe(badObserver{}, boundary.Request{}, boundary.Decision{}, boundary.Outcome{})
	d, err := boundary.CheckSession(t.Context(), badObserver{}, boundary.SessionInfo{}, boundary.History{})
	if !d.Refuses() || err == nil || d.Determining().Reason != boundary.ReasonCheckerPanic {
		t.Errorf("session: %+v, %v", d, err)
	}
}

func TestACheckerWithoutSessionsHasNoOpinionOnThem(t *testing.T) {
	for _, w := range wrappers {
		d, err := boundary.CheckSession(t.Context(), w.of(verdict(boundary.Deny, "r")), boundary.SessionInfo{}, boundary.History{})
		if err != nil || d.Verdict != boundary.NotEvaluated {
			t.Errorf("%s: %+v, %v", w.name, d, err)
		}
	}
}

func TestNamedSignsEveryReasonAndOverwritesNone(t *testing.T) {
	shared := []boundary.Determination{{Verdict: boundary.Deny, Rule: "a"}, {Verdict: boundary.Deny, Rule: "b", Checker: "inner"}}
	d, _ := boundary.Check(t.Context(), boundary.Named("outer", says{decision: boundary.Decision{Because: shared}}), boundary.Request{})
	want := []boundary.Determination{{Verdict: boundary.Deny, Rule: "a", Checker: "outer"}, {Verdict: boundary.Deny, Rule: "b", Checker: "inner"}}
	if diff := cmp.Diff(want, d.Because); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
	if shared[0].Checker != "" {
		t.Error("the plug-in's own slice was written to")
	}
}

func TestTimeoutRefusesWhoeverComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := boundary.CheckerFunc(func(ctx context.Context, _ boundary.Request) (boundary.Decision, error) {
			<-time.After(time.Hour) // takes no notice of ctx
			return boundary.Decision{Verdict: boundary.Allow}, ctx.Err()
		})
		start := time.Now()
		d, err := boundary.Check(t.Context(), boundary.Timeout(late, time.Second), boundary.Request{})
		if !d.Refuses() || err == nil || d.Determining().Reason != boundary.ReasonCheckerTimeout {
			t.Errorf("decision %+v, %v", d, err)
		}
		if waited := time.Since(start); waited != time.Second {
			t.Errorf("waited %v, want 1s", waited)
		}
		<-time.After(time.Hour) // the late one ends
	})
}

type lateSession struct{ says }

func (lateSession) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	<-time.After(time.Hour)
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func TestTimeoutHoldsForSessionsToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d, err := boundary.CheckSession(t.Context(), boundary.Timeout(lateSession{}, time.Second), boundary.SessionInfo{}, boundary.History{})
		if !d.Refuses() || err == nil {
			t.Errorf("decision %+v, %v", d, err)
		}
		<-time.After(time.Hour)
	})
}

// The late checker goes on reading while the caller reuses its slices; the race
// detector watches.
func TestTimeoutGivesTheLateOneACopyConcurrentSafe(t *testing.T) {
	req := boundary.Request{
		Arguments: []byte(`{"a":1}`), Effects: []effect.Effect{{Target: "x"}}, Findings: []secret.Finding{{Kind: "k"}},
		Switches: []identity.Switch{{From: "a"}}, Intent: intent.Result{Evidence: []int{1}},
		Delegation: identity.Delegation{Actors: []identity.Principal{{ID: "a"}}},
		Use:        &identity.Use{Credential: identity.Credential{Audience: []string{"a"}, Scopes: []string{"s"}}},
		Session:    boundary.SessionInfo{Task: boundary.Task{Params: map[string]string{"k": "v"}, Intents: []intent.Label{intent.Debug}}},
	}
	var done sync.WaitGroup
	done.Add(1)
	release := make(chan struct{})
	late := boundary.CheckerFunc(func(_ context.Context, r boundary.Request) (boundary.Decision, error) {
		defer done.Done()
		<-release
		if string(r.Arguments) != `{"a":1}` || r.Effects[0].Target != "x" || r.Use.Credential.Scopes[0] != "s" || r.Session.Task.Params["k"] != "v" {
			t.Error("the copy changed with the original")
		}
		return boundary.Decision{Verdict: boundary.Allow}, nil
	})
	if d, _ := boundary.Check(t.Context(), boundary.Timeout(late, time.Nanosecond), req); !d.Refuses() {
		t.Error("a late allow counted")
	}
	req.Arguments[0], req.Effects[0].Target, req.Use.Credential.Scopes[0], req.Session.Task.Params["k"] = 'x', "y", "y", "y"
	req.Findings[0].Kind, req.Switches[0].From, req.Intent.Evidence[0], req.Delegation.Actors[0].ID = "", "", 0, ""
	close(release)
	done.Wait()
}

func TestToolsMatchNames(t *testing.T) {
	tests := []struct {
		name, pattern, tool string
		want                bool
	}{
		{"itself", "read_file", "read_file", true},
		{"a beginning is not enough", "read", "read_file", false},
		{"a run of characters", "read_*", "read_file", true},
		{"an empty run", "read_*", "read_", true},
		{"in the middle", "get_*_by_id", "get_user_by_id", true},
		{"twice", "*a*b", "xaxb", true},
		{"not at the end", "*a", "ab", false},
		{"the empty pattern", "", "x", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, err := boundary.Check(t.Context(), boundary.Tools(tt.pattern), boundary.Request{Tool: tt.tool})
			if err != nil || (d.Verdict == boundary.Allow) != tt.want {
				t.Errorf("got %v, %v", d.Verdict, err)
			}
		})
	}
}

func TestToolsHasNoOpinionOnIdentitiesAndRequests(t *testing.T) {
	for _, p := range []boundary.Phase{boundary.PhaseIdentity, boundary.PhaseRequest} {
		if d, _ := boundary.Check(t.Context(), boundary.Tools("x"), boundary.Request{Phase: p}); d.Verdict != boundary.NotEvaluated {
			t.Errorf("phase %d: %v", p, d.Verdict)
		}
	}
}

func TestToolsIsLinearOnHostilePatterns(t *testing.T) {
	c := boundary.Tools(strings.Repeat("*a", 200) + "b")
	start := time.Now()
	if d, _ := boundary.Check(t.Context(), c, boundary.Request{Tool: strings.Repeat("a", 4000)}); d.Verdict == boundary.Allow {
		t.Error("matched")
	}
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("took %v", took)
	}
}
