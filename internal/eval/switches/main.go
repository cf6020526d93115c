// Command switches counts how often recorded sessions would have raised an alarm
// about a change of identity:
//
//	go run ./internal/eval/switches [-list] FILE|FOLDER…
//
// It reads whatever package recording reads, and rows of labelled sessions, plain or
// compressed with gzip; of a folder, everything below it. Each session is replayed
// through a tracer at its defaults, so that what is counted is what a user would
// have seen:
//
//   - An alarm is a signal: a departure from the identity the session began with,
//     told of once.
//   - A call with a switch is one that a policy with on_switch would have stopped,
//     again and again as long as it goes on.
//
// Real switches are among them. Whether an alarm was worth raising is for a reader
// to say: -list shows each.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

func main() {
	if err := run(context.Background(), os.Stdout, os.Stderr, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "switches:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	flags := flag.NewFlagSet("switches", flag.ContinueOnError)
	flags.SetOutput(stderr)
	list := flags.Bool("list", false, "show each alarm, with the tool and the names that changed; they may be people's")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return errors.New("usage: switches [-list] FILE|FOLDER…")
	}
	sessions, err := read(flags.Args(), stderr)
	if err != nil {
		return err
	}
	c := counter{sources: map[string]*counts{}}
	if *list {
		c.list = stdout
	}
	if err := c.replay(ctx, sessions); err != nil {
		return err
	}
	return c.print(stdout)
}

// counts is what the sessions of one kind of recording add up to.
type counts struct {
	sessions, calls int
	named           int // calls whose effects name an identity
	uses            int // calls that use one: not those that name nobody
	switched        int // calls that depart from the session's baseline
	alarms          int
	kinds           map[identity.SwitchKind]int // alarms, by kind
}

func (n *counts) add(o *counts) {
	n.sessions += o.sessions
	n.calls += o.calls
	n.named += o.named
	n.uses += o.uses
	n.switched += o.switched
	n.alarms += o.alarms
	for k, v := range o.kinds {
		n.kinds[k] += v
	}
}

// A counter counts alarms, by how the sessions were recorded.
type counter struct {
	sources map[string]*counts
	list    io.Writer // nil if alarms are not shown
}

func (c *counter) replay(ctx context.Context, sessions []session) error {
	for _, s := range sessions {
		// Each has a tracer of its own: they ran on machines of their own.
		tracer, err := agentspan.New(agentspan.WithChecker(hookspan.Recorded(nil)))
		if err != nil {
			return err
		}
		n := c.sources[s.source]
		if n == nil {
			n = &counts{kinds: map[identity.SwitchKind]int{}}
			c.sources[s.source] = n
		}
		n.sessions++
		err = hookspan.Replay(ctx, tracer, s.Session, hookspan.ReplayOptions{Call: func(r hookspan.Replayed) { c.count(n, &s, &r) }})
		if err := cmp.Or(err, tracer.Close(ctx)); err != nil {
			return err
		}
	}
	return nil
}

func (c *counter) count(n *counts, s *session, r *hookspan.Replayed) {
	n.calls++
	if slices.ContainsFunc(r.Effects, func(e effect.Effect) bool { return e.Kind == effect.Identity }) {
		n.named++
	}
	if r.Use != nil {
		n.uses++
	}
	if len(r.Switches) > 0 {
		n.switched++
	}
	for _, w := range r.Switches {
		if !alarm(w) {
			continue
		}
		n.alarms++
		n.kinds[w.Kind]++
		if c.list != nil {
			fmt.Fprintf(c.list, "%s %s turn %d call %d %s: %s of %s from %q to %q\n",
				s.source, s.ID, r.Turn, r.Index, r.Tool, w.Kind, w.Target.Service, w.From, w.To)
		}
	}
}

// alarm reports whether the tracer signals w.
func alarm(w identity.Switch) bool {
	return !w.Repeated && w.Kind != identity.CredentialRotated && (!w.Unsure || w.Kind != identity.CredentialChanged)
}

func (c *counter) print(w io.Writer) error {
	all := &counts{kinds: map[identity.SwitchKind]int{}}
	line := func(name string, n *counts) {
		fmt.Fprintf(w, "%-18s %8d %8d %8d %8d %8d %8d %10.2f\n", name, n.sessions, n.calls, n.named, n.uses, n.switched, n.alarms, perThousand(n.alarms, n.calls))
	}
	fmt.Fprintf(w, "%-18s %8s %8s %8s %8s %8s %8s %10s\n", "source", "sessions", "calls", "named", "uses", "switched", "alarms", "per 1,000")
	for _, name := range slices.Sorted(maps.Keys(c.sources)) {
		line(name, c.sources[name])
		all.add(c.sources[name])
	}
	line("all", all)
	for _, k := range slices.Sorted(maps.Keys(all.kinds)) {
		fmt.Fprintf(w, "%-18s %d\n", k, all.kinds[k])
	}
	_, err := fmt.Fprintf(w, "calls with a switch, per 1,000: %.2f\n", perThousand(all.switched, all.calls))
	return err
}

func perThousand(n, of int) float64 { return 1000 * float64(n) / float64(max(of, 1)) }
