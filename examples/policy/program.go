package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/cel"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
)

// A program is one command line.
type program struct {
	command string
	args    []string // behind the flags
	orgs    []string
	session string
	story   string
	output  string
	id      string
	stdin   io.Reader
	stdout  io.Writer
	stderr  io.Writer
}

const usage = `usage:
  policy lint    POLICY                         what it says in vain, or too widely
  policy test    POLICY STORY…                  do calls come out as the stories say?
  policy explain POLICY TOOL [ARGUMENTS]        what becomes of one call, and why
  policy explain -story STORY POLICY            … of each call of a story
  policy review  [-o policy] POLICY [RECORDS…]  what was used of it; with -o policy, a narrower one
  policy suggest [-id ID] [RECORDS…]            the least policy that covers what was recorded`

func parse(args []string, stdin io.Reader, stdout, stderr io.Writer) (*program, error) {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr}
	flags := flag.NewFlagSet("policy", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Func("org", "an organisation's `policy` above this one; may be repeated", func(s string) error { p.orgs = append(p.orgs, s); return nil })
	flags.StringVar(&p.session, "session", "", "the session, as in a story: `\"dir=/w/shop owner=human:ada@verified\"`")
	flags.StringVar(&p.story, "story", "", "explain: a `file` with calls")
	flags.StringVar(&p.output, "o", "report", "review: `report` or policy")
	flags.StringVar(&p.id, "id", "task", "suggest: the policy's `id`")
	flags.Usage = func() {
		fmt.Fprintf(stderr, "%s\n\n", usage)
		flags.PrintDefaults()
	}
	if len(args) > 0 && commands[args[0]] != nil {
		p.command, args = args[0], args[1:]
	}
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if p.command == "" {
		return nil, fmt.Errorf("which of these?\n%s", usage)
	}
	p.args = flags.Args()
	least := map[string]int{"lint": 1, "test": 2, "explain": 2, "review": 1}[p.command]
	if p.story != "" {
		least = 1
	}
	switch {
	case len(p.args) < least:
		return nil, fmt.Errorf("%s: something is missing\n%s", p.command, usage)
	case p.output != "report" && p.output != "policy":
		return nil, fmt.Errorf("-o %s: want report or policy", p.output)
	}
	return p, nil
}

// options are what policies and stories are read with: everything there is.
func options() policy.Options {
	return policy.Options{Analyzer: analyze.Default(), Detector: secret.Default(), When: cel.Compile}
}

// load reads the policy that was named, under those of its organisations.
func (p *program) load() (*policy.Policy, error) {
	var all []*policy.Policy
	var errs []error
	for _, file := range append(p.orgs, p.args[0]) {
		one, err := policy.Load(file, options())
		all, errs = append(all, one), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return policy.Merge(all...)
}

// sessionLine describes the session, as the first line of a story.
func (p *program) sessionLine() (string, error) {
	if p.session != "" {
		return "session " + p.session, nil
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real // as an analyzer names what lies in it
	}
	home, _ := os.UserHomeDir() // none is an answer
	dir, home = filepath.ToSlash(dir), filepath.ToSlash(home)
	return fmt.Sprintf("session dir=%q root=%q home=%q owner=human:you@attested", dir, cmp.Or(repository(dir), dir), cmp.Or(home, "/home/you")), nil
}

// repository returns the top folder of the repository that dir is in.
func repository(dir string) string {
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return filepath.ToSlash(dir)
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// place is the session of records.
func (p *program) place() (boundary.SessionInfo, error) {
	line, err := p.sessionLine()
	if err != nil {
		return boundary.SessionInfo{}, err
	}
	return policy.ParseSession(strings.TrimPrefix(line, "session "))
}

// records reads recordings, or standard input.
func (p *program) records(files []string) ([]policy.Record, error) {
	if len(files) == 0 {
		return policy.ReadRecords(p.stdin)
	}
	var all []policy.Record
	var errs []error
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		list, err := policy.ReadRecords(f)
		if f.Close(); err != nil {
			err = fmt.Errorf("%s: %w", file, err)
		}
		all, errs = append(all, list...), append(errs, err)
	}
	return all, errors.Join(errs...)
}
