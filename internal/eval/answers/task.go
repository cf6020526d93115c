package main

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// A task is what a policy is written from. The same document comes of it whether
// a scope was given or only a prompt: they differ in which tools and things are
// known to be meant.
type task struct {
	session boundary.SessionInfo
	tools   []string            // that the task is for
	targets map[string][]string // values it is about, by name of argument
	named   []string            // values that the owner's own words hold
	paths   []string            // folders it is about
}

func fromScope(r *boundaryRow) task {
	t := task{tools: r.Scope.Tools, targets: r.Scope.Targets, paths: r.Scope.Paths, named: phrases(r.Prompt)}
	t.session = boundary.SessionInfo{Dir: "/workspace", Root: "/workspace", Home: "/home/agent"}
	if len(t.paths) > 0 {
		t.session.Root, t.session.Dir = t.paths[0], r.Dir
	}
	return t
}

// people are the collections of those whom a value can make a party to the task.
// Whoever receives, pays or takes part has to be named by the owner: text that
// a run reads on the way can bring any address.
var people = []string{"tool:user/**", "tool:account/**", "tool:customer/**", "tool:phone/**"}

// payload are arguments that carry something, rather than say what is looked for.
var payload = []string{"body", "content", "text", "message", "title", "subject", "description", "comment", "amount", "note"}

type object = map[string]any

var everyAccess = []string{"read", "connect", "write", "delete", "exec", "grant"}

// document is the task's policy.
func (t task) document() object {
	var owned []string // data by values that the owner named
	for _, v := range t.values() {
		owned = append(owned, "tool:*/"+v)
	}
	lookups := object{}
	for _, name := range payload {
		lookups[name] = object{"absent": true}
	}
	grants := []object{
		// Any tool may look: at the tools' own data, and of people at those who were named.
		{"id": "look", "tools": []string{"*"}, "args": lookups, "data": []string{"tool:**"}, "except": object{"data": people}, "access": []string{"read"}},
	}
	if len(owned) > 0 {
		grants = append(grants, object{"id": "look-named", "tools": []string{"*"}, "args": lookups, "data": owned, "access": []string{"read", "exec"}})
	}
	for _, p := range t.paths {
		grants = append(grants, object{"id": "folder", "tools": []string{"*"}, "paths": []string{p + "/**"}, "access": []string{"read", "write", "delete"}})
	}
	about := t.probe()
	for i, tool := range t.tools {
		id := "task-" + tool
		if slices.Contains(t.tools[:i], tool) {
			continue
		}
		free := object{"id": id + "-found", "tools": []string{tool}, "data": []string{"tool:**"}, "except": object{"data": append(slices.Clone(people), about.collections...)}, "access": everyAccess}
		grants = append(grants, free)
		if len(owned) > 0 {
			grants = append(grants, object{"id": id, "tools": []string{tool}, "data": owned, "access": everyAccess})
		}
		if len(about.hosts) > 0 {
			grants = append(grants, object{"id": id + "-hosts", "tools": []string{tool}, "hosts": about.hosts, "access": []string{"read", "connect", "write"}})
		}
		if len(about.paths) > 0 {
			grants = append(grants, object{"id": id + "-files", "tools": []string{tool}, "paths": about.paths, "access": []string{"read", "write", "delete"}})
		}
		for _, arg := range slices.Sorted(maps.Keys(about.secrets)) {
			grants = append(grants, object{"id": id + "-" + arg, "tools": []string{tool}, "secrets": about.secrets[arg], "args": object{arg: object{"in": t.targets[arg]}}})
		}
	}
	for i := range grants {
		grants[i]["id"] = grants[i]["id"].(string) + "-" + string(rune('a'+i%26))
	}
	doc := object{"version": 1, "id": "task", "on_unmatched": "deny", "on_unknown": "deny", "grants": grants}
	if len(about.hosts) == 0 && len(t.paths) == 0 {
		var rules []object
		for _, name := range payload {
			rules = append(rules, object{"id": "link-in-" + name, "args": object{name: object{"matches": `(?is).*(://|\bwww\.).*`}}, "deny": true})
		}
		doc["rules"] = rules
	}
	return doc
}

// values are what the owner named, each once, without what means something in a pattern.
func (t task) values() []string {
	var all []string
	add := func(v string) {
		if v != "" && len(v) <= 200 && !strings.ContainsAny(v, "*?$\\") && !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			all = append(all, v)
		}
	}
	for _, arg := range slices.Sorted(maps.Keys(t.targets)) {
		for _, v := range t.targets[arg] {
			add(v)
			add(strings.ToLower(v))
		}
	}
	for _, v := range t.named {
		add(v)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// A reach is what the values of a task stand for, as effects name it.
type reach struct {
	collections, hosts, paths []string
	secrets                   map[string][]string // by name of argument
}

// probe asks the analyzer what the values of the task stand for: a value under
// an argument's name is the same thing in a policy as it is in a call.
func (t task) probe() reach {
	r := reach{secrets: map[string][]string{}}
	ask := func(arg, v string) {
		args, err := json.Marshal(object{arg: v})
		if err != nil {
			return
		}
		for _, e := range effects(boundaryCall{Tool: "probe", Args: args}, t.session) {
			if e.Certainty != effect.Exact {
				continue
			}
			switch e.Kind {
			case effect.Data:
				if c, _, ok := strings.Cut(e.Target, "/"); ok {
					r.collections = append(r.collections, c+"/**")
				}
			case effect.Host:
				r.hosts = append(r.hosts, e.Target)
			case effect.URL:
				_, rest, _ := strings.Cut(e.Target, "://")
				host, _, _ := strings.Cut(rest, "/")
				r.hosts = append(r.hosts, host)
			case effect.Path:
				r.paths = append(r.paths, e.Target)
			case effect.Secret:
				r.secrets[arg] = append(r.secrets[arg], e.Target)
			default:
			}
		}
	}
	for _, arg := range slices.Sorted(maps.Keys(t.targets)) {
		for _, v := range t.targets[arg] {
			ask(arg, v)
		}
	}
	for _, v := range t.named {
		if host.MatchString(v) {
			ask("url", v)
		}
	}
	for _, s := range []*[]string{&r.collections, &r.hosts, &r.paths} {
		slices.Sort(*s)
		*s = slices.Compact(*s)
	}
	return r
}

var host = regexp.MustCompile(`^(https?://\S+|www\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|dev|example))$`)

// maxPhrase is how many words of a prompt may be one value: "Paris Rent-a-Car", the
// name of a file, the title of an event.
const maxPhrase = 5

// phrases are the runs of up to maxPhrase words of a prompt, as written and in
// lower case, without the punctuation around them.
func phrases(prompt string) []string {
	words := strings.Fields(prompt)
	if len(words) > 200 {
		words = words[:200]
	}
	var all []string
	for i := range words {
		for n := 1; n <= maxPhrase && i+n <= len(words); n++ {
			p := strings.Trim(strings.Join(words[i:i+n], " "), `.,;:!?'"()[]{}<>`)
			p = strings.TrimSuffix(p, "'s")
			if p != "" {
				all = append(all, p, strings.ToLower(p))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
