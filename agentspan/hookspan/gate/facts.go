package gate

// What a call would touch, and as whom.

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
	"github.com/ambit-go/ambit/internal/reach"
)

// Bounds of what is looked at, and written down, of one call.
const (
	maxScan     = 4 << 20 // bytes of one text, as in the tracer
	maxFindings = 16
	maxUses     = 64 // identities a session is known to have used
	maxCarried  = 4
	maxBeside   = 8
	maxSwitches = 8
)

// facts are what is found out about a call.
type facts struct {
	effects    []effect.Effect
	findings   []secret.Finding
	use        *identity.Use
	beside     []identity.Use // further ones, that no effect names
	switches   []identity.Switch
	delegation identity.Delegation
}

// gather finds out what a call would touch.
func (h *hook) gather(e *payload.Event, a *journal.Actor) *facts {
	i := &h.state.Info
	f := &facts{delegation: delegation(i)}
	server := e.MCP.Name()
	f.effects = analyzer.Analyze(nil, effect.Call{
		Tool: e.Tool, Server: server, Local: server != "" && slices.Contains(i.Local, server), Arguments: e.ToolInput,
		Dir: cmp.Or(e.Cwd, i.Dir), Root: i.Root, Home: i.Home,
	})
	args := e.ToolInput
	if len(args) > maxScan {
		args = args[:maxScan]
		f.effects = append(f.effects, effect.Effect{})
	}
	f.findings = detect(args, secret.Argument)
	h.identities(f, e, a)
	f.findings = f.findings[:min(len(f.findings), maxFindings)]
	return f
}

func detect(text []byte, place secret.Place) []secret.Finding {
	if len(text) == 0 {
		return nil
	}
	return detector.Detect(nil, text, place)
}

// identities finds out as whom a call acts, and whether that departs from before.
func (h *hook) identities(f *facts, e *payload.Event, a *journal.Actor) {
	uses := h.carried(f, e)
	if u, ok := h.state.Info.Accounts[e.MCP.Name()]; ok && len(uses) == 0 {
		u.Delegation = f.delegation
		uses = append(uses, u)
	}
	var taken []identity.Use // what a command takes on by its own words
	for i := range f.effects {
		x := &f.effects[i]
		if x.Kind != effect.Identity && x.Kind != effect.Secret {
			continue
		}
		if u, ok := identity.UseFromEffect(x.Kind.String(), x.Target); ok {
			u.Delegation = f.delegation
			taken = append(taken, u)
		}
	}
	for _, u := range h.fromEnv(f.effects) {
		// What a command says itself comes before what it would find around it.
		if len(uses) < maxBeside && !slices.ContainsFunc(uses, u.overruled) && !slices.ContainsFunc(taken, u.overruled) {
			u.Delegation = f.delegation
			uses = append(uses, u.Use)
		}
	}
	if len(uses) > 0 {
		f.use, f.beside = &uses[0], uses[1:]
	}
	if uses = append(uses, taken...); len(uses) == 0 {
		return
	}
	tracker := identity.NewTracker(identity.TrackerOptions{})
	for _, u := range a.Uses {
		tracker.Observe(h.now, u)
	}
	for _, u := range uses {
		for _, w := range tracker.Observe(h.now, u) {
			if w.Kind != identity.CredentialRotated && len(f.switches) < maxSwitches {
				f.switches = append(f.switches, w)
			}
		}
		if !slices.ContainsFunc(a.Uses, func(v identity.Use) bool { return sameUse(&u, &v) }) && len(a.Uses) < maxUses {
			a.Uses = append(slices.Clip(a.Uses), u)
		}
	}
}

// carried returns the credentials in a call's arguments, where it reaches a system with
// them.
func (h *hook) carried(f *facts, e *payload.Event) (uses []identity.Use) {
	to, ok := reach.Target(f.effects)
	if !ok {
		return nil
	}
	for _, x := range f.findings {
		if x.Length <= 0 {
			continue
		}
		if len(uses) == maxCarried {
			break
		}
		material := e.ToolInput[x.Offset : x.Offset+x.Length]
		if c, ok := identity.Inspect(material, identity.InspectOptions{Key: h.key, Source: identity.InCommand}); ok {
			u := identity.Use{Credential: c, Target: to, Delegation: f.delegation}
			if d, ok := identity.ParseDelegation(material); ok {
				u.Delegation = d
			}
			uses = append(uses, u)
		}
	}
	return uses
}

func sameUse(u, v *identity.Use) bool {
	a, b := &u.Credential, &v.Credential
	return u.Target == v.Target && a.Kind == b.Kind && a.Issuer == b.Issuer && a.Subject == b.Subject && a.Account == b.Account &&
		a.Instance == b.Instance && a.Handle == b.Handle && a.Fingerprint == b.Fingerprint && a.Source == b.Source
}

// A variable is one that a program authenticates with.
type variable struct {
	name string
	word string // of a profile's effect; empty for a token
}

// variables are those of programs, by the first word of their Command effect. The
// first that is set counts, as the programs' own manuals say.
var variables = map[string][]variable{
	"aws":     {{"AWS_ACCESS_KEY_ID", ""}, {"AWS_PROFILE", "aws-profile"}, {"AWS_ROLE_ARN", "role"}},
	"gh":      {{"GH_TOKEN", ""}, {"GITHUB_TOKEN", ""}},
	"glab":    {{"GITLAB_TOKEN", ""}},
	"kubectl": {{"KUBECONFIG", "kube-config"}},
	"helm":    {{"HELM_KUBETOKEN", ""}, {"HELM_KUBECONTEXT", "kube-context"}, {"KUBECONFIG", "kube-config"}},
	"gcloud":  {{"CLOUDSDK_CORE_ACCOUNT", "gcp-account"}, {"CLOUDSDK_ACTIVE_CONFIG_NAME", "gcp-config"}, {"GOOGLE_APPLICATION_CREDENTIALS", "gcp-key"}},
	"gsutil":  {{"GOOGLE_APPLICATION_CREDENTIALS", "gcp-key"}},
	"az":      {{"AZURE_CLIENT_ID", "azure-client"}},
	"docker":  {{"DOCKER_CONTEXT", "docker-context"}},
	"npm":     {{"NPM_TOKEN", ""}, {"NODE_AUTH_TOKEN", ""}},
	"twine":   {{"TWINE_PASSWORD", ""}},
	"vault":   {{"VAULT_TOKEN", ""}},
	"terraform": {
		{"TF_TOKEN_app_terraform_io", ""}, {"AWS_ACCESS_KEY_ID", ""}, {"AWS_PROFILE", "aws-profile"},
	},
}

// A found is the credential that a program finds in its environment.
type found struct {
	identity.Use
	program string
}

// overruled reports whether a command names a credential of its own where u would be
// used.
func (u found) overruled(own identity.Use) bool {
	same := func(a, b string) bool { return a != "" && a == b }
	return same(own.Credential.Issuer, u.Credential.Issuer) || same(own.Target.Service, u.Target.Service) || same(own.Target.Service, u.program)
}

// fromEnv returns the credentials that programs find in the environment they share
// with the agent, each program's once.
func (h *hook) fromEnv(effects []effect.Effect) (uses []found) {
	for i := range effects {
		if effects[i].Kind != effect.Command {
			continue
		}
		program, _, _ := strings.Cut(effects[i].Target, " ")
		if slices.ContainsFunc(uses, func(u found) bool { return u.program == program }) {
			continue
		}
		for _, v := range variables[program] {
			value := h.env(v.name)
			if value == "" {
				continue
			}
			u, ok := identity.Use{}, false
			if v.word != "" {
				if u, ok = identity.UseFromEffect("identity", v.word+":"+value); ok {
					u.Credential.Source = identity.FromEnv
				}
			} else if u.Credential, ok = identity.Inspect([]byte(value), identity.InspectOptions{Key: h.key, Source: identity.FromEnv}); ok {
				service := cmp.Or(u.Credential.Issuer, program)
				if u.Target, _ = reach.Target(effects); u.Target.Service != "" && u.Target.Service != service {
					u.Target = identity.Target{} // of another program in the same command
				}
				u.Target.Service = service
			}
			if ok {
				uses = append(uses, found{u, program})
			}
			break
		}
	}
	return uses
}

// withoutRaw is the effects as they are written down: without the text they were read
// off, and without the names of things in which a secret was found.
func withoutRaw(f *facts) []effect.Effect {
	out := slices.Clone(f.effects)
	for i := range out {
		e := &out[i]
		e.Raw = ""
		if len(f.findings) > 0 && len(e.Target) >= 12 && len(detect([]byte(e.Target), secret.Result)) > 0 {
			e.Target = "[redacted]"
		}
	}
	return out
}

// think tells the classifier of one more action of a session, and returns what all of
// them add up to. A classifier that fails changes nothing.
func (h *hook) think(a *journal.Actor, act intent.Action) (r intent.Result) {
	r = a.Intent
	defer func() {
		if recover() != nil {
			r = a.Intent
		}
	}()
	stream := intent.NewStream(classify, nil)
	keeper, _ := stream.(intent.Keeper)
	if keeper != nil && len(a.Mind) > 0 && keeper.UnmarshalBinary(a.Mind) != nil {
		h.once("history_lost", "intent") // another version of the program wrote it
	}
	now, err := stream.Observe(context.WithoutCancel(h.ctx), act)
	if err != nil {
		return r
	}
	if keeper != nil {
		if kept, err := keeper.MarshalBinary(); err == nil {
			a.Mind = kept
		}
	}
	now.Evidence = slices.Clone(now.Evidence)
	a.Intent = now
	return now
}
