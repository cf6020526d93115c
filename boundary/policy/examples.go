package policy

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
)

// This file holds the examples of a file against its grants and rules, when it
// is loaded. They run in a made-up session, so that they mean the same everywhere.

const (
	exampleRepo = "/ambit-example/repo"
	exampleHome = "/ambit-example/home"
)

// checkExamples returns the examples that do not hold.
func (p *Policy) checkExamples(o *Options) Errors {
	var errs Errors
	l := p.layers[len(p.layers)-1]
	fail := func(x *example, problem string) {
		if len(errs) < maxErrors {
			errs = append(errs, &Error{File: l.file, Line: x.pos.line, Column: x.pos.column, Field: x.field, Problem: problem})
		}
	}
	for _, g := range l.grants {
		for i := range g.examples {
			x := &g.examples[i]
			if o.Analyzer == nil {
				fail(x, "cannot check: Options.Analyzer is not given")
				return errs
			}
			ok, why := p.matchesGrant(g, x, o)
			if ok == x.match {
				continue
			}
			if x.match {
				fail(x, "should match grant "+g.id+" and does not: "+why)
			} else {
				fail(x, "must not match grant "+g.id+" and does")
			}
		}
	}
	for _, r := range l.rules {
		for i := range r.examples {
			x := &r.examples[i]
			if o.Analyzer == nil {
				fail(x, "cannot check: Options.Analyzer is not given")
				return errs
			}
			switch ok := p.matchesRule(r, x, o); {
			case ok == x.match:
			case x.match:
				fail(x, "should match rule "+r.id+" and does not")
			default:
				fail(x, "must not match rule "+r.id+" and does")
			}
		}
	}
	for i := range l.examples {
		x := &l.examples[i]
		if o.Analyzer == nil {
			fail(x, "cannot check: Options.Analyzer is not given")
			return errs
		}
		if d := p.exampleDecision(&callFilter{}, nil, x, o); d.Verdict != x.want {
			problem := "want " + x.want.String() + ", got " + d.Verdict.String()
			if d.Message != "" {
				problem += ": " + d.Message
			}
			fail(x, problem)
		}
	}
	return errs.sorted()
}

// matchesGrant reports whether a call is covered with the help of a grant. What
// the policy counts, and its times, are left aside.
func (p *Policy) matchesGrant(g *grant, x *example, o *Options) (ok bool, why string) {
	v, req := p.example(&g.calls, &g.targets, x, o)
	c := caller{req: req}
	c.begin(context.Background(), v)
	c.facts()
	c.grants()
	used := false
	for _, u := range c.n.grants {
		used = used || u == g
	}
	if len(c.n.list) > 0 {
		_, why = c.explain(&boundary.Decision{})
		return false, why
	}
	if !used {
		return false, "other grants cover all of it"
	}
	return true, ""
}

func (p *Policy) matchesRule(r *rule, x *example, o *Options) bool {
	v, req := p.example(&r.calls, r.effects, x, o)
	c := caller{req: req}
	c.begin(context.Background(), v)
	c.facts()
	if r.calls.isAbout(req.Server, req.Tool, true) {
		c.rule(c.last, r)
	}
	return len(c.n.list) > 0
}

func (p *Policy) exampleDecision(f *callFilter, s *selector, x *example, o *Options) boundary.Decision {
	v, req := p.example(f, s, x, o)
	return v.check(context.Background(), req)
}

// example makes a session and a call of an example.
func (p *Policy) example(f *callFilter, s *selector, x *example, o *Options) (*view, boundary.Request) {
	info := boundary.SessionInfo{Dir: exampleRepo, Root: exampleRepo, Home: exampleHome}
	info.Task.Params = map[string]string{}
	l := p.layers[len(p.layers)-1]
	for _, q := range l.params {
		if !q.given {
			info.Task.Params[q.name] = "example"
		}
	}
	maps.Copy(info.Task.Params, x.params)
	v := &view{sample: true}
	p.view(v, &info)
	for i := range v.layers {
		v.layers[i].applies, v.layers[i].env.sample = true, true
	}
	for k, text := range x.params {
		for i, q := range l.params {
			if q.name == k {
				v.layers[len(v.layers)-1].env.params[i] = paramValue{text, true}
			}
		}
	}
	v.st = p.newCounters()
	req := boundary.Request{Session: info, Tool: x.tool, Server: x.server, Dir: exampleRepo, Time: exampleTime, Arguments: x.args}
	if req.Server == "" && len(f.servers) > 0 {
		req.Server = f.servers[0].text
	}
	if req.Tool == "" {
		for i := range f.tools {
			if req.Tool = f.tools[i].text; s == nil || mainArgument(req.Tool) == mainArgumentOf(s) {
				break
			}
		}
	}
	if req.Tool == "" {
		req.Tool = mainTool(s)
	}
	if x.text != "" && x.args == nil {
		text := strings.NewReplacer("${cwd}", exampleRepo, "${repo}", exampleRepo, "${home}", exampleHome).Replace(x.text)
		name := mainArgument(req.Tool)
		if name == "" {
			name = mainArgumentOf(s)
		}
		req.Arguments, _ = json.Marshal(map[string]string{name: text})
	}
	req.Effects = o.Analyzer.Analyze(nil, effect.Call{
		Tool: req.Tool, Server: req.Server, Arguments: req.Arguments, Dir: exampleRepo, Root: exampleRepo, Home: exampleHome,
	})
	return v, req
}

// mainArgument names the argument that a text example of a tool is.
func mainArgument(tool string) string {
	switch tool {
	case "Bash", "PowerShell", "shell", "run_shell_command", "run_in_terminal", "bash", "local_shell", "exec_command":
		return "command"
	case "Read", "Write", "Edit", "MultiEdit", "NotebookEdit", "read_file", "write_file", "edit_file":
		return "file_path"
	case "WebFetch", "web_fetch", "fetch":
		return "url"
	case "Glob", "Grep", "LS":
		return "path"
	}
	return ""
}

// mainArgumentOf names the argument that a text example of a grant is, by what
// the grant is about.
func mainArgumentOf(s *selector) string {
	switch {
	case s == nil:
		return "command"
	case len(s.commands) > 0 || len(s.code) > 0 || len(s.repos) > 0:
		return "command"
	case len(s.hosts)+len(s.urls) > 0:
		return "url"
	case len(s.paths) > 0:
		return "file_path"
	}
	return "command"
}

func mainTool(s *selector) string {
	switch mainArgumentOf(s) {
	case "url":
		return "WebFetch"
	case "file_path":
		return "Read"
	}
	return "Bash"
}

// exampleTime is when examples run: within every time a grant may have.
var exampleTime = time.Unix(1, 0)
