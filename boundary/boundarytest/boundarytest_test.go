package boundarytest

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// good is a checker that keeps the contract.
type good struct{}

func (good) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	if err := ctx.Err(); err != nil {
		return boundary.Decision{}, err
	}
	if req.Tool != "read_file" {
		return boundary.Decision{Because: []boundary.Determination{{Rule: "reads"}}}, nil
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

func suite(c boundary.Checker) Suite {
	arguments := []byte(`{"path":"a"}`)
	return Suite{
		New:    func(*testing.T) boundary.Checker { return c },
		Allow:  []boundary.Request{{Tool: "read_file", Arguments: arguments, Effects: []effect.Effect{{Kind: effect.Path, Access: effect.Read, Target: "/a"}}}},
		Refuse: []boundary.Request{{Tool: "delete_file", Arguments: arguments, Effects: []effect.Effect{{Kind: effect.Path, Access: effect.Delete, Target: "/a"}}}},
	}
}

func TestAGoodCheckerPasses(t *testing.T) { Run(t, suite(good{})) }

func TestToolsPass(t *testing.T) {
	Run(t, suite(boundary.All(boundary.Tools("read_*"), boundary.Named("twice", good{}))))
}

// bad makes a checker of a function; what it does not do, good does.
type bad func(ctx context.Context, req boundary.Request) (boundary.Decision, error)

func (b bad) Check(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
	return b(ctx, req)
}

type worse struct {
	good
	observe func(boundary.Request)
	bind    func(boundary.SessionInfo) boundary.Checker
	session func()
}

func (w worse) Observe(req boundary.Request, _ boundary.Decision, _ boundary.Outcome) {
	if w.observe != nil {
		w.observe(req)
	}
}

func (w worse) Bind(s boundary.SessionInfo) boundary.Checker {
	if w.bind != nil {
		return w.bind(s)
	}
	return w
}

func (w worse) CheckSession(context.Context, boundary.SessionInfo, boundary.History) (boundary.Decision, error) {
	if w.session != nil {
		w.session()
	}
	return boundary.Decision{Verdict: boundary.Allow}, nil
}

// Each check has checkers that it alone is there for.
func TestEachCheckFires(t *testing.T) {
	allow := boundary.Decision{Verdict: boundary.Allow}
	tests := []struct {
		check string
		name  string
		make  func() boundary.Checker
	}{
		{"allows", "denies everything", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) { return boundary.Decision{}, nil })
		}},
		{"refuses", "allows everything", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) { return allow, nil })
		}},
		{"refuses", "only observes", func() boundary.Checker { return boundary.Shadow(good{}) }},
		{"is repeatable", "flips a coin", func() boundary.Checker {
			var n atomic.Int64
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) {
				return boundary.Decision{Verdict: []boundary.Verdict{boundary.Allow, boundary.Deny}[n.Add(1)%2]}, nil
			})
		}},
		{"says why", "gives no reason", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) { return boundary.Decision{}, nil })
		}},
		{"says why", "an effect that is not there", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) {
				return boundary.Decision{Because: []boundary.Determination{{Effect: 9}}, Crossings: []boundary.Crossing{{Effect: -1}}}, nil
			})
		}},
		{"says why", "a verdict that is none", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) {
				return boundary.Decision{Verdict: 77, Message: "?"}, nil
			})
		}},
		{"errors do not allow", "allows with an error", func() boundary.Checker {
			return bad(func(context.Context, boundary.Request) (boundary.Decision, error) { return allow, errors.New("but") })
		}},
		{"shows no content", "repeats the arguments", func() boundary.Checker {
			return bad(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
				return boundary.Decision{Message: "no: " + string(req.Arguments)}, nil
			})
		}},
		{"shows no content", "repeats Raw in an error", func() boundary.Checker {
			return bad(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
				return boundary.Decision{}, errors.New(req.Effects[0].Raw)
			})
		}},
		{"survives the zero request", "counts on effects", func() boundary.Checker {
			return bad(func(_ context.Context, req boundary.Request) (boundary.Decision, error) {
				_ = req.Effects[0]
				return allow, nil
			})
		}},
		{"survives the zero request", "counts on a session", func() boundary.Checker { return worse{session: func() { panic("no session") }} }},
		{"survives hostile requests", "counts on kinds it knows", func() boundary.Checker {
			names := [11]string{}
			return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
				for _, e := range req.Effects {
					_ = names[e.Kind]
				}
				return good{}.Check(ctx, req)
			})
		}},
		{"survives other phases", "counts on a use", func() boundary.Checker {
			return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
				if req.Phase == boundary.PhaseIdentity {
					_ = req.Use.Credential.Kind
				}
				return good{}.Check(ctx, req)
			})
		}},
		{"returns when the context ends", "allows when it should stop", func() boundary.Checker {
			return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
				if ctx.Err() != nil {
					return allow, nil
				}
				return good{}.Check(ctx, req)
			})
		}},
		{"modifies nothing", "cleans arguments in place", func() boundary.Checker {
			return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
				if len(req.Arguments) > 0 {
					req.Arguments[0] = ' '
				}
				return good{}.Check(ctx, req)
			})
		}},
		{"keeps nothing", "remembers the first call's effects", func() boundary.Checker { return &keeper{} }},
		{"is safe for concurrent use", "lets a refused call through among others", func() boundary.Checker {
			var n atomic.Int64
			return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
				if n.Add(1) > 1 {
					return allow, nil
				}
				return good{}.Check(ctx, req)
			})
		}},
		{"keeps sessions apart", "one budget for all sessions", func() boundary.Checker {
			var n atomic.Int64
			var w worse
			w.bind = func(boundary.SessionInfo) boundary.Checker {
				return bad(func(ctx context.Context, req boundary.Request) (boundary.Decision, error) {
					if n.Add(1) > 20 {
						return boundary.Decision{Message: "used up"}, nil
					}
					return good{}.Check(ctx, req)
				})
			}
			return w
		}},
		{"keeps sessions apart", "binds to nothing", func() boundary.Checker {
			return worse{bind: func(boundary.SessionInfo) boundary.Checker { return nil }}
		}},
		{"takes every outcome", "counts on knowing the call", func() boundary.Checker {
			seen := map[int64]*int{}
			return worse{observe: func(req boundary.Request) { *seen[req.Seq]++ }}
		}},
	}
	fired := map[string]bool{}
	for _, tt := range tests {
		t.Run(tt.check+"/"+tt.name, func(t *testing.T) {
			fired[tt.check] = true
			for _, c := range checks {
				if c.name != tt.check {
					continue
				}
				problems := c.run(probe{t, suite(tt.make())})
				if len(problems) == 0 {
					t.Fatal("the check did not fire")
				}
				if strings.Contains(problems[0], "%!") {
					t.Errorf("a badly formatted problem: %s", problems[0])
				}
			}
		})
	}
	for _, c := range checks {
		if !fired[c.name] {
			t.Errorf("no bad checker for %q", c.name)
		}
		if c.why == "" {
			t.Errorf("%q does not say why", c.name)
		}
	}
}

// keeper decides by the effects of the first call it saw.
type keeper struct{ effects []effect.Effect }

func (k *keeper) Check(_ context.Context, req boundary.Request) (boundary.Decision, error) {
	if k.effects == nil {
		k.effects = req.Effects
	}
	if len(k.effects) > 0 && k.effects[0].Access == effect.Read {
		return boundary.Decision{Verdict: boundary.Allow}, nil
	}
	return boundary.Decision{Message: "no"}, nil
}

func (k *keeper) Bind(boundary.SessionInfo) boundary.Checker { return &keeper{} }
