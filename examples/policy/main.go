// Policy looks after policy files, so that they can live in a repository and its CI.
//
//	policy lint    POLICY                     what it says in vain, or too widely
//	policy test    POLICY STORY…              do calls come out as the stories say?
//	policy explain POLICY TOOL [ARGUMENTS]    what becomes of one call, and why
//	policy explain -story STORY POLICY        … of each call of a story
//	policy review  [-o policy] POLICY [RECORDS…]  what was used of it; with -o policy, a narrower one
//	policy suggest [-id ID] [RECORDS…]        the least policy that covers what was recorded
//
// A policy under an organisation's is judged together with it: -org FILE, the outermost
// first. Records are what "replay -o json" writes, from files or standard input; a story
// is described at [policy.Test].
//
// Paths like ${repo} depend on the session. -session "dir=/w/shop repo=github.com/acme/shop"
// describes it in the words of a story's session line; else it is one in the current
// folder whose owner is well known.
//
// The exit status is 0 if all is well, 1 if there is something to look at (an issue, a
// story that came out otherwise, an explained call that is refused), and 2 if there is no
// answer: a file that cannot be read, a policy that does not load, a wrong command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// commands are the verbs of the command line.
var commands = map[string]func(*program) error{
	"lint": (*program).lint, "test": (*program).test, "explain": (*program).explain, "review": (*program).review, "suggest": (*program).suggest,
}

// errFound is that there is something to look at, which has been written.
var errFound = errors.New("something to look at")

// run is the whole program; it returns the exit status.
func run(_ context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	p, err := parse(args, stdin, stdout, stderr)
	if err == nil {
		err = commands[p.command](p)
	}
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errFound):
		return 1
	}
	fmt.Fprintln(stderr, "policy:", err)
	return 2
}
