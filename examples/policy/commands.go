package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

// lint writes what a policy says in vain or too widely, and what keeps it from
// loading.
func (p *program) lint() error {
	found := false
	for _, file := range append(p.orgs, p.args...) {
		one, err := policy.Load(file, options())
		var wrong policy.Errors
		switch {
		case errors.As(err, &wrong):
			found = true
			fmt.Fprintln(p.stdout, wrong)
		case err != nil:
			return err
		default:
			for _, issue := range one.Lint(policy.LintOptions{Analyzer: analyze.Default()}) {
				found = true
				fmt.Fprintln(p.stdout, issue)
			}
		}
	}
	if found {
		return errFound
	}
	return nil
}

// test runs stories and writes the lines that came out otherwise.
func (p *program) test() error {
	scope, err := p.load()
	if err != nil {
		return err
	}
	failed := 0
	for _, file := range p.args[1:] {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var wrong policy.Errors
		switch err := policy.Test(scope, file, text, options()); {
		case errors.As(err, &wrong):
			failed++
			fmt.Fprintln(p.stdout, wrong)
		case err != nil:
			return err
		}
	}
	if failed > 0 {
		fmt.Fprintf(p.stdout, "%d of %s came out otherwise\n", failed, count(len(p.args)-1, "story", "stories"))
		return errFound
	}
	fmt.Fprintf(p.stdout, "ok: %s\n", count(len(p.args)-1, "story", "stories"))
	return nil
}

// explain says what becomes of calls, and which grant each thing they touch has
// or misses.
func (p *program) explain() error {
	scope, err := p.load()
	if err != nil {
		return err
	}
	name, story := p.story, []byte(nil)
	if name != "" {
		if story, err = os.ReadFile(name); err != nil {
			return err
		}
	} else {
		line, err := p.sessionLine()
		if err != nil {
			return err
		}
		if strings.Contains(strings.Join(p.args[1:], " "), "\n") {
			return errors.New("a call of several lines: write its arguments as JSON, with \\n in them")
		}
		// What stands behind "=>" is what should come of it, and of no account here.
		name, story = "command line", []byte(line+"\n"+strings.Join(p.args[1:], " ")+" => allow\n")
	}
	list, err := policy.Explain(scope, name, story, options())
	if err != nil {
		return err
	}
	refused := false
	for _, e := range list {
		if strings.HasPrefix(e.Text, "session ") && !e.Decision.Refuses() {
			continue
		}
		refused = refused || e.Decision.Refuses()
		writeExplanation(p.stdout, &e)
	}
	if refused {
		return errFound
	}
	return nil
}

func writeExplanation(w io.Writer, e *policy.Explanation) {
	d := &e.Decision
	fmt.Fprintln(w, e.Text)
	why := d.Message
	if why == "" {
		why = "granted"
	}
	if d.Observed {
		why += " (observed only: the call runs)"
	}
	fmt.Fprintf(w, "  %s: %s\n", d.Verdict, why)
	for _, part := range e.Parts {
		x := &part.Effect
		rests := "needs no grant"
		switch {
		case part.Missed != "":
			rests = "MISSED: " + part.Missed
		case part.Grant != "":
			rests = "grant " + part.Grant
		}
		fmt.Fprintf(w, "    %-7s %-8s %-40s %s\n", x.Access, x.Kind, target(x), rests)
	}
}

// target names what an effect touches.
func target(x *effect.Effect) string {
	switch {
	case x.Certainty == effect.Unknown:
		return cmp.Or(x.Target, "?") + " (not certain)"
	case x.Certainty == effect.Prefix:
		return x.Target + "…"
	}
	return x.Target
}

// review writes how a policy fared with what was recorded, or a narrower one.
func (p *program) review() error {
	scope, err := p.load()
	if err != nil {
		return err
	}
	session, err := p.place()
	if err != nil {
		return err
	}
	records, err := p.records(p.args[1:])
	if err != nil {
		return err
	}
	rep := policy.Review(scope, records, session)
	if p.output == "policy" {
		if rep.Proposed == nil {
			return errors.New("there is nothing to narrow")
		}
		_, err := p.stdout.Write(rep.Proposed)
		return err
	}
	fmt.Fprintf(p.stdout, "%s: %d ran as granted, %d were refused or would have been\n", count(rep.Calls, "call", "calls"), rep.Allowed, rep.Refused)
	for _, g := range rep.Grants {
		if g.Calls == 0 {
			fmt.Fprintf(p.stdout, "  grant %-16s never used\n", g.ID)
			continue
		}
		fmt.Fprintf(p.stdout, "  grant %-16s %s\n", g.ID, count(g.Calls, "call", "calls"))
		for _, pattern := range g.Broad {
			fmt.Fprintf(p.stdout, "        %-16s broader than what was used\n", pattern)
		}
	}
	for _, m := range rep.Misses {
		fmt.Fprintf(p.stdout, "  %s missed: grant %s %s (%s)\n", count(m.Calls, "call", "calls"), m.Grant, m.Condition, m.Example)
	}
	if rep.Proposed != nil {
		fmt.Fprintln(p.stdout, "a narrower policy still allows all that ran: review -o policy")
	}
	return nil
}

// suggest writes the least policy that covers what was recorded.
func (p *program) suggest() error {
	session, err := p.place()
	if err != nil {
		return err
	}
	records, err := p.records(p.args)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return errors.New("no recorded calls: give what \"replay -o json\" writes")
	}
	_, err = p.stdout.Write(policy.Suggest(p.id, records, session))
	return err
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
