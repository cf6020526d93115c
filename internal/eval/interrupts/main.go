// Command interrupts counts how often a policy would stop or ask about the calls in
// recorded hook logs, had it been there when they were made. Without -policy it is the
// default policy of the hook program.
//
//	go run ./internal/eval/interrupts [-policy FILE] [-v] FOLDER...
//
// It reads every *.jsonl and *.jsonl.gz file below the folders that holds hook payloads,
// each session in the order of its files' events, and takes the folder a session began
// in for its repository.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/intent"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "interrupts:", err)
		os.Exit(1)
	}
}

func run(args []string, w io.Writer) error {
	set := flag.NewFlagSet("interrupts", flag.ContinueOnError)
	file := set.String("policy", "", "policy `file`")
	verbose := set.Bool("v", false, "list the calls that would be stopped, by their effects")
	if err := set.Parse(args); err != nil {
		return err
	}
	text, name := gate.DefaultPolicy(), "default.yaml"
	if *file != "" {
		var err error
		if text, err = os.ReadFile(*file); err != nil {
			return err
		}
		name = *file
	}
	p, err := policy.Parse(name, text, policy.Options{})
	if err != nil {
		return err
	}
	c := counts{rules: map[string]int{}, w: w, verbose: *verbose}
	for _, folder := range set.Args() {
		if err := c.folder(folder, p); err != nil {
			return err
		}
	}
	return c.print()
}

// counts are the calls, and those that would not have run as they did.
type counts struct {
	sessions, calls, asked, denied int
	rules                          map[string]int
	again                          int             // of the calls, those that an earlier yes covers
	agreed                         map[string]bool // what was asked about before, in this session
	w                              io.Writer
	verbose                        bool
}

// folder counts the calls of one folder's logs.
func (c *counts) folder(folder string, p *policy.Policy) error {
	groups := map[string]*recording.Reader{} // a folder of logs holds one source
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if base := strings.TrimSuffix(path, ".gz"); filepath.Ext(base) != ".jsonl" {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		r := groups[filepath.Dir(path)]
		if r == nil {
			r = &recording.Reader{}
			groups[filepath.Dir(path)] = r
		}
		return r.Add(path, f)
	})
	if err != nil {
		return err
	}
	for _, dir := range sortedKeys(groups) {
		for _, s := range groups[dir].Sessions() {
			if err := c.session(s, p); err != nil {
				return err
			}
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// session replays one session under the policy.
func (c *counts) session(s recording.Session, p *policy.Policy) error {
	tracer, err := agentspan.New(agentspan.WithChecker(hookspan.Recorded(p)), agentspan.WithClassifier(intent.Default()))
	if err != nil {
		return err
	}
	defer func() { _ = tracer.Close(context.Background()) }()
	c.sessions++
	c.agreed = map[string]bool{}
	owner := identity.Principal{Kind: identity.Human, ID: "somebody", Issuer: "eval", Assurance: identity.Asserted}
	return hookspan.Replay(context.Background(), tracer, s, hookspan.ReplayOptions{
		Session: agentspan.Session{Owner: owner},
		Call:    func(r hookspan.Replayed) { c.call(&r) },
	})
}

func (c *counts) call(r *hookspan.Replayed) {
	c.calls++
	if r.Refused || !r.Decision.Refuses() {
		return
	}
	var effects []string
	exact := true
	for _, e := range r.Effects {
		effects = append(effects, e.Access.String()+" "+e.Kind.String()+" "+e.Target)
		exact = exact && (e.Certainty == effect.Exact || e.Kind == effect.Command)
	}
	if r.Decision.Verdict == boundary.RequireApproval {
		// The call ran, so somebody would have said yes: where that may stand for the
		// session, the hook program asks once.
		if key := fmt.Sprint(r.Tool, r.Server, r.Agent, effects); r.Decision.Approval.Remember && exact {
			if c.agreed[key] {
				c.again++
				return
			}
			c.agreed[key] = true
		}
		c.asked++
	} else {
		c.denied++
	}
	why := r.Decision.Determining()
	rule := cmp.Or(why.Rule, string(why.Reason))
	c.rules[rule]++
	if !c.verbose {
		return
	}
	tool, _ := json.Marshal(r.Tool)
	fmt.Fprintf(c.w, "%s %s %s\n", rule, tool, strings.Join(effects, "; "))
}

func (c *counts) print() error {
	share := 0.0
	if c.calls > 0 {
		share = 100 * float64(c.asked+c.denied) / float64(c.calls)
	}
	_, err := fmt.Fprintf(c.w, "sessions %d, calls %d: asked about %d, denied %d: %.2f %% (%d more are covered by an earlier yes)\n", c.sessions, c.calls, c.asked, c.denied, share, c.again)
	for _, rule := range sortedKeys(c.rules) {
		fmt.Fprintf(c.w, "  %-24s %d\n", rule, c.rules[rule])
	}
	return err
}
