package main

import (
	"encoding/json"
	"fmt"
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
	all     []string            // the tools there are: a wildcard would name none of them
	tools   []string            // that the task is for
	targets map[string][]string // values it is about, by name of argument
	named   []string            // values that the owner's own words hold
	paths   []string            // folders it is about
	found   []string            // data that granted tools have looked at
	places  []string            // files and folders that the owner's words name
	guessed bool                // tools and targets are read out of the prompt
	met     []string            // people that turned up, of whom the owner spoke by name
}

func fromScope(r *boundaryRow) task {
	t := task{tools: r.Scope.Tools, targets: r.Scope.Targets, paths: r.Scope.Paths, named: phrases(r.Prompt)}
	t.session, t.all = session(r), toolsOf(r)
	return t
}

// toolsOf lists the tools of a row. All of them get the same grants, so that knowing
// which were called tells nothing.
func toolsOf(r *boundaryRow) []string {
	var all []string
	for _, c := range r.calls() {
		all = append(all, c.Tool)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// session is where a row's calls happen.
func session(r *boundaryRow) boundary.SessionInfo {
	s := boundary.SessionInfo{Dir: "/workspace", Root: "/workspace", Home: "/home/agent"}
	if len(r.Scope.Paths) > 0 {
		s.Root, s.Dir = r.Scope.Paths[0], r.Dir
	}
	return s
}

// people are the collections of those whom a value can make a party to the task.
// Whoever receives, pays or takes part has to be named by the owner: text that
// a run reads on the way can bring any address.
var people = []string{"tool:user/**", "tool:account/**", "tool:customer/**", "tool:phone/**"}

// payload are arguments that carry something, rather than say what is looked for.
var payload = []string{"body", "content", "text", "message", "title", "subject", "description", "comment", "amount", "note"}

type object = map[string]any

// sentence is data whose name is a sentence: text that was read, taken for a name.
const sentence = "tool:*/* * * * * * * *"

var everyAccess = []string{"unknown", "read", "connect", "write", "delete", "exec", "grant"}

// document is the task's policy.
func (t task) document() object {
	d := &draft{task: t, about: t.probe(), lookups: object{}}
	for _, v := range t.values() {
		d.owned = append(d.owned, "tool:*/"+v)
	}
	for _, name := range payload {
		d.lookups[name] = object{"absent": true}
	}
	d.looking()
	tools := slices.Clone(t.tools)
	slices.Sort(tools)
	for _, tool := range slices.Compact(tools) {
		d.using(tool)
	}
	doc := object{"version": 1, "id": "task", "on_unmatched": "deny", "on_unknown": "deny", "grants": d.grants}
	if len(d.about.hosts) == 0 && len(t.paths) == 0 {
		var rules []object
		for _, name := range payload {
			rules = append(rules, object{"id": "link-in-" + name, "args": object{name: object{"matches": `(?is).*(://|\bwww\.).*`}}, "deny": true})
		}
		doc["rules"] = append(rules, object{"id": "sentence", "deny": object{"data": []string{sentence}}})
	}
	return doc
}

// A draft is a policy while it is written.
type draft struct {
	task
	about   reach
	owned   []string // patterns of data that the owner named by value
	lookups object   // arguments of a call that carries nothing
	grants  []object
}

// grant adds a grant. One that mentions no data would cover all of the named tools' own.
func (d *draft) grant(g object, access ...string) {
	if g["data"] == nil {
		g["data"] = []string{"tool:"}
	}
	g["id"], g["access"] = fmt.Sprintf("g%d", len(d.grants)), access
	d.grants = append(d.grants, g)
}

// looking grants what any tool may do: look at the tools' own data, of people at
// those who were named, at files of the working folder and at pages that were named.
// A tool of which nothing says what it does may touch what the owner named.
func (d *draft) looking() {
	any := d.all
	if d.guessed {
		d.grant(object{"tools": any, "args": d.lookups, "data": []string{"tool:**"}, "except": object{"data": people}}, "read")
	}
	// Besides, at what the owner named or a granted tool has looked at; and what names
	// nothing at all needs no more than a tool that is named.
	known := append(append([]string{"tool:"}, d.owned...), d.found...)
	d.grant(object{"tools": any, "args": d.lookups, "data": known}, "read", "exec", "unknown")
	if d.guessed { // which tools are meant is not known where their names do not say
		d.grant(object{"tools": any, "data": []string{"tool:**"}, "except": object{"data": people}}, "exec", "unknown")
		if len(d.owned) > 0 {
			d.grant(object{"tools": any, "data": d.owned}, "exec", "unknown")
		}
		if len(d.met) > 0 {
			d.grant(object{"tools": any, "data": d.met}, "read", "write", "exec", "unknown")
		}
		// A secret that the owner said is there to be used.
		for _, arg := range slices.Sorted(maps.Keys(d.about.secrets)) {
			d.grant(object{"tools": any, "args": object{arg: object{"in": d.targets[arg]}}, "secrets": d.about.secrets[arg]}, everyAccess...)
		}
	}
	if d.guessed {
		d.grant(object{"tools": any, "args": d.lookups, "paths": []string{"${cwd}/**"}}, "exec", "unknown")
	}
	if len(d.about.several) > 0 {
		d.grant(object{"tools": any, "args": d.lookups, "data": d.about.several}, "read", "exec", "unknown")
	}
	if len(d.about.hosts) > 0 {
		d.grant(object{"tools": any, "args": d.lookups, "hosts": d.about.hosts}, "read", "connect")
	}
	if len(d.paths) == 0 {
		d.grant(object{"tools": any, "args": d.lookups, "paths": []string{"${cwd}/**"}}, "read")
	}
	for _, p := range d.places {
		d.grant(object{"tools": any, "paths": []string{p, p + "/**"}}, "read", "write", "exec", "unknown")
	}
	for _, p := range d.paths {
		d.grant(object{"tools": any, "paths": []string{p + "/**"}, "secrets": []string{"file:" + p + "/**"}}, everyAccess...)
	}
}

// using grants what the task needs a tool for.
func (d *draft) using(tool string) {
	only := []string{tool}
	strange := append(slices.Clone(people), d.about.collections...)
	// Collections of which the task names nothing: the run finds what it is about.
	d.grant(object{"tools": only, "data": []string{"tool:**"}, "except": object{"data": strange}}, everyAccess...)
	// What it does is not known, and it carries nothing: a look, as far as can be told.
	d.grant(object{"tools": only, "args": d.lookups, "data": []string{"tool:**"}, "except": object{"data": people}}, "read", "exec", "unknown")
	if len(d.about.repos) > 0 {
		d.grant(object{"tools": only, "repos": d.about.repos}, everyAccess...)
	}
	if len(d.owned) > 0 {
		d.grant(object{"tools": only, "data": d.owned}, everyAccess...)
	}
	if len(d.about.hosts) > 0 {
		d.grant(object{"tools": only, "hosts": d.about.hosts}, "read", "connect", "write")
	}
	if len(d.about.paths) > 0 {
		d.grant(object{"tools": only, "paths": d.about.paths}, everyAccess...)
	}
	// Where the people of a call are those the task names, the thing may be found.
	for _, arg := range d.about.people {
		for _, of := range []object{{"in": d.targets[arg]}, {"each": object{"in": d.targets[arg]}}} {
			d.grant(object{"tools": only, "args": object{arg: of}, "data": []string{"tool:**"}, "except": object{"data": people}}, "read", "write", "exec", "unknown")
		}
	}
	if d.guessed && !slices.ContainsFunc(d.named, mail.MatchString) {
		// The owner names nobody by address, so whom a tool that was asked for writes to is found.
		d.grant(object{"tools": only, "data": []string{"tool:user/**"}}, everyAccess...)
	}
	for _, arg := range slices.Sorted(maps.Keys(d.about.secrets)) {
		d.grant(object{"tools": only, "secrets": d.about.secrets[arg], "args": object{arg: object{"in": d.targets[arg]}}}, everyAccess...)
	}
}

// values are what the owner named, each once, without what means something in a pattern.
func (t task) values() []string {
	var all []string
	add := func(v string) {
		if plain(v) {
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
	collections, hosts, paths, repos []string
	several                          []string            // collections of which the task names more than one thing: it goes over them
	people                           []string            // arguments that name people
	secrets                          map[string][]string // by name of argument
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
					if slices.Contains(people, c+"/**") {
						r.people = append(r.people, arg)
					}
				}
			case effect.Host:
				r.hosts = append(r.hosts, e.Target)
			case effect.URL:
				_, rest, _ := strings.Cut(e.Target, "://")
				host, _, _ := strings.Cut(rest, "/")
				r.hosts = append(r.hosts, host)
			case effect.Path:
				r.paths = append(r.paths, e.Target)
			case effect.Repo:
				r.repos = append(r.repos, e.Target)
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
	slices.Sort(r.collections)
	for i, c := range r.collections {
		if i > 0 && c == r.collections[i-1] && !slices.Contains(people, c) {
			r.several = append(r.several, c)
		}
	}
	for _, s := range []*[]string{&r.several, &r.collections, &r.hosts, &r.paths, &r.repos, &r.people} {
		slices.Sort(*s)
		*s = slices.Compact(*s)
	}
	return r
}

var host = regexp.MustCompile(`^(https?://\S+|www\.\S+|[a-z0-9-]+(\.[a-z0-9-]+)*\.(com|org|net|io|dev|example))$`)

var mail = regexp.MustCompile(`^[^@\s]+@[^@\s]+\.[^@\s]+$`)

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
			p := strings.Trim(strings.Join(words[i:i+n], " "), ".,;:!?'\"()[]{}<>`")
			p = strings.TrimSuffix(p, "'s")
			if p != "" {
				all = append(all, p, strings.ToLower(p))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// learn notes the things that a call of a granted tool was let touch, and reports
// whether there were new ones. Where a call may be a change they count as found too:
// it was granted.
func (t *task) learn(c boundaryCall, found []effect.Effect) bool {
	if !slices.Contains(t.tools, c.Tool) {
		return false
	}
	n := len(t.found)
	for i := range found {
		if e := &found[i]; e.Kind == effect.Data && plain(e.Target) && !isPeople(e.Target) && !slices.Contains(t.found, e.Target) {
			t.found = append(t.found, e.Target)
		}
	}
	return len(t.found) > n
}

// meet notes the people of a call of whom the owner spoke, though not by address: by name
// ("Sarah Baker" is sarah.baker@gmail.com, whoever keeps that address), or as several whom
// the run has to find ("each person in the minutes"). Nobody is paid to that way. It reports
// whether there were new ones.
func (t *task) meet(found []effect.Effect) bool {
	if !t.guessed {
		return false
	}
	n := len(t.met)
	for i := range found {
		e := &found[i]
		if e.Kind != effect.Data || !isPeople(e.Target) || !plain(e.Target) || slices.Contains(t.met, e.Target) {
			continue
		}
		_, address, _ := strings.Cut(e.Target, "/")
		local, _, ok := strings.Cut(address, "@")
		names := strings.FieldsFunc(strings.ToLower(local), func(r rune) bool { return r == '.' || r == '_' || r == '-' || r == '+' })
		if strings.HasPrefix(e.Target, "tool:user/") && everybody.MatchString(strings.Join(t.named, "\n")) {
			t.met = append(t.met, e.Target)
			continue
		}
		if ok && len(names) > 0 && !slices.ContainsFunc(names, func(w string) bool { return len(w) < 3 || !slices.Contains(t.named, w) }) {
			t.met = append(t.met, e.Target)
		}
	}
	return len(t.met) > n
}

// everybody is how people speak of several others at once, whom they leave to be found.
var everybody = regexp.MustCompile(`(?i)(^|\n)(everyone|everybody|(all|each|every|same) (of )?(the )?(users?|people|persons?|participants?|attendees|members?|colleagues|guests|recipients))(\n|$)`)

func isPeople(target string) bool {
	return slices.ContainsFunc(people, func(p string) bool { return strings.HasPrefix(target, strings.TrimSuffix(p, "**")) })
}

// plain reports whether v can stand in a pattern as it is.
func plain(v string) bool {
	return v != "" && len(v) <= 200 && !strings.ContainsAny(v, "*?$\\") && !strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f })
}
