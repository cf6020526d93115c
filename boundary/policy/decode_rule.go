package policy

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

// rule reads one rule: which calls, under which conditions, and what then.
func (d *decoder) rule(n node, number int) *rule {
	r := &rule{pos: position{n.Line, n.Column}, number: number}
	outcomes := 0
	// A verdict with the effects it is about; "true" is the call as a whole.
	outcome := func(v boundary.Verdict) func(node) {
		return func(n node) {
			outcomes++
			r.verdict = v
			var all bool
			if n.Kind == yaml.ScalarNode {
				if d.boolean(&all)(n); !all && n.ShortTag() == "!!bool" {
					d.fail(n, "want true, or the effects that are meant")
				}
				return
			}
			r.effects = &selector{}
			if d.object(n, d.selectorFields(r.effects, true)) && r.effects.empty() {
				d.fail(n, "names nothing: write true for the call as a whole")
			}
		}
	}
	// A condition that stands for itself, with its verdict as the value.
	short := func(set func()) func(node) {
		return func(n node) {
			outcomes++
			r.conditions++
			set()
			d.verdict(&r.verdict)(n)
		}
	}
	condition := func(read func(node)) func(node) {
		return func(n node) {
			r.conditions++
			read(n)
		}
	}
	f := fields{
		"id":               d.unique("rule", &r.id),
		"shadow":           d.boolean(&r.shadow),
		"suspend":          d.boolean(&r.suspend),
		"wait":             d.duration(&r.wait),
		"message":          d.message(&r.message),
		"approval":         d.approval(&r.approval),
		"examples":         d.examples(&r.examples),
		"deny":             outcome(boundary.Deny),
		"require_approval": outcome(boundary.RequireApproval),
		"otherwise": func(n node) {
			outcomes++
			r.otherwise = true
			d.verdict(&r.verdict)(n)
		},
		"rule_of_two": short(func() { r.ruleOfTwo = true }),
		"tool_drift":  short(func() { r.toolDrift = true }),
		"secrets": func(n node) {
			r.conditions++
			if n.Kind == yaml.ScalarNode {
				outcomes++
				r.secrets = &secretCondition{used: true, found: true}
				d.verdict(&r.verdict)(n)
				return
			}
			r.secrets = d.secretCondition(n)
		},
		"after":    condition(func(n node) { r.after = d.after(n) }),
		"count":    condition(func(n node) { r.count = d.window(n, false) }),
		"sum":      condition(func(n node) { r.sum = d.window(n, true) }),
		"identity": condition(func(n node) { r.identity = d.identityCondition(n) }),
		"intent":   condition(func(n node) { r.intents = d.intentCondition(n) }),
		"drift":    condition(d.share(&r.drift)),
	}
	d.callFields(f, &r.calls)
	if !d.object(n, f) {
		return r
	}
	if r.id == "" && !d.has(n, "id") {
		d.fail(n, "id is missing: decisions name the rule by it")
	}
	switch {
	case outcomes == 0:
		d.fail(n, "does nothing: write deny or require_approval")
	case outcomes > 1:
		d.fail(n, "has more than one outcome: one of deny, require_approval, otherwise, or a condition with its verdict")
	case r.otherwise && len(r.calls.args) == 0:
		d.fail(n, "otherwise needs args: what else would it be the opposite of?")
	case r.otherwise && len(r.calls.tools)+len(r.calls.servers) == 0:
		d.fail(n, "otherwise needs tools or servers: no other call has these arguments")
	case r.suspend && r.verdict != boundary.Deny:
		d.fail(d.child(n, "suspend"), "only what is denied suspends the session")
	case r.wait > 0 && r.intents == nil && r.drift == 0:
		d.fail(d.child(n, "wait"), "wait for what? A classifier answers intent and drift")
	case r.wait > maxWait:
		d.fail(d.child(n, "wait"), "want a minute at most: a call stands still meanwhile")
	case d.has(n, "drift") && r.drift == 0:
		d.fail(d.child(n, "drift"), "0 is no drift; want more")
	}
	return r
}

// maxWait bounds how long a call may be made to wait for a classifier.
const maxWait = time.Minute

func (s *selector) empty() bool {
	return s.kinds == 0 && s.access == 0 && s.direction == effect.NoDirection
}

// message reads a sentence for the model or a person.
func (d *decoder) message(into *string) func(node) {
	return func(n node) {
		s, ok := d.str(n)
		if !ok {
			return
		}
		if len(s) > 300 || strings.ContainsFunc(s, unprintable) {
			d.fail(n, "want up to 300 bytes without control characters")
			return
		}
		*into = s
	}
}

func (d *decoder) secretCondition(n node) *secretCondition {
	c := &secretCondition{}
	var on []string
	d.object(n, fields{
		"on": d.texts(&on),
		"except": func(n node) {
			d.some(n, func(n node) {
				text, ok := d.str(n)
				if !ok {
					return
				}
				if kind, ok := strings.CutPrefix(text, "found:"); ok {
					g, err := compileGlob(kind, 0, nil, false)
					if err != nil {
						d.fail(n, err.Error())
					}
					c.kinds = append(c.kinds, g)
					return
				}
				p, err := d.secretPattern(text)
				if err != nil {
					d.fail(n, err.Error()+", or found:KIND")
					return
				}
				c.except = append(c.except, p)
			})
		},
	})
	c.used, c.found = len(on) == 0 || slices.Contains(on, "used"), len(on) == 0 || slices.Contains(on, "found")
	for _, s := range on {
		if s != "used" && s != "found" {
			d.fail(d.child(n, "on"), "want used (a place that holds one is touched), found (one stands in the arguments)")
		}
	}
	return c
}

// after reads what must have come before.
func (d *decoder) after(n node) *afterCondition {
	c := &afterCondition{}
	calls, effects := &callFilter{}, &selector{}
	f := d.selectorFields(effects, true)
	delete(f, "except")
	secrets := f["secrets"]
	d.callFields(f, calls)
	delete(f, "when")
	label := func(into *bool, word string) func(node) {
		return oneOf(d, into, word, true)
	}
	f["secret"] = label(&c.secret, "read")
	f["untrusted"] = label(&c.untrusted, "read")
	f["private"] = label(&c.private, "read")
	f["identity"] = label(&c.switched, "switched")
	f["within"] = d.duration(&c.within)
	f["secrets"] = secrets
	if !d.object(n, f) {
		return c
	}
	labels := c.secret || c.untrusted || c.private || c.switched
	if !effects.empty() {
		c.effects = effects
	}
	if c.effects != nil || len(calls.tools)+len(calls.servers)+len(calls.args) > 0 {
		c.calls = calls
	}
	switch {
	case labels && c.calls != nil:
		d.fail(n, "either what the session carries (secret, untrusted, private, identity) or an earlier call, not both")
	case !labels && c.calls == nil:
		d.fail(n, "after what? secret: read, untrusted: read, private: read, identity: switched, or tools, paths …")
	case labels && c.within != 0:
		d.fail(d.child(n, "within"), "what a session carries does not wear off")
	}
	return c
}

func (d *decoder) window(n node, sum bool) *window {
	w := &window{}
	var most int
	f := fields{"within": d.duration(&w.within)}
	if sum {
		f["arg"] = func(n node) {
			if s, ok := d.str(n); ok {
				w.arg = pathOf(s)
			}
		}
		f["max"] = func(n node) {
			v, err := strconv.ParseFloat(n.Value, 64)
			if n.Kind != yaml.ScalarNode || err != nil || !(v >= 0 && v < 1e15) {
				d.fail(n, "want a number from 0")
				return
			}
			w.max = v
		}
	} else {
		f["max"] = func(n node) {
			d.number(&most, 0, 1<<30)(n)
			w.max = float64(most)
		}
	}
	if d.object(n, f) {
		if !d.has(n, "max") {
			d.fail(n, "max is missing")
		}
		if sum && len(w.arg) == 0 {
			d.fail(n, "arg is missing: where does the amount stand?")
		}
	}
	return w
}

var switchKinds = []any{
	"subject_changed", identity.SubjectChanged, "actor_changed", identity.ActorChanged, "credential_changed", identity.CredentialChanged,
	"credential_rotated", identity.CredentialRotated, "tenant_changed", identity.TenantChanged, "scope_raised", identity.ScopeRaised,
	"assurance_lowered", identity.AssuranceLowered, "delegation_dropped", identity.DelegationDropped, "delegation_spliced", identity.DelegationSpliced,
	"human_credential_used", identity.HumanCredentialUsed, "long_lived_used", identity.LongLivedUsed, "shared_credential", identity.SharedCredential,
	"expired", identity.Expired, "audience_mismatch", identity.AudienceMismatch,
}

func (d *decoder) identityCondition(n node) *identityCondition {
	c := &identityCondition{}
	if n.Kind == yaml.ScalarNode {
		oneOf(d, &c.anySwitch, "switched", true)(n)
		return c
	}
	if d.object(n, fields{
		"switched": func(n node) {
			d.some(n, func(n node) {
				var k identity.SwitchKind
				if oneOf(d, &k, switchKinds...)(n); k != identity.NoSwitch {
					c.switches = append(c.switches, k)
				}
			})
		},
		"actors": d.globs(&c.actors, 0),
		"kinds":  d.kinds(&c.kinds),
		"below":  oneOf(d, &c.below, assurances...),
	}) && len(c.switches) == 0 && len(c.actors) == 0 && len(c.kinds) == 0 && c.below == identity.NoAssurance {
		d.fail(n, "names nothing: switched, actors, kinds or below")
	}
	return c
}

func (d *decoder) intentCondition(n node) *intentCondition {
	c := &intentCondition{}
	if n.Kind == yaml.ScalarNode {
		switch n.Value {
		case "anomalous":
			c.anomalous = true
		case "outside":
			c.outside = true
		case "injected":
			c.injected = true
		default:
			d.fail(n, "want anomalous, outside (none of the task's intents), injected, or a mapping with labels and score")
		}
		return c
	}
	if d.object(n, fields{"labels": func(n node) { d.intents(n, &c.labels) }, "score": d.share(&c.score)}) && len(c.labels) == 0 {
		d.fail(n, "labels are missing")
	}
	return c
}
