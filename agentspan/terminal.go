package agentspan

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"

	"github.com/ambit-go/ambit/identity"
)

// TerminalApprover returns an approver that asks at a terminal: it writes the
// question to out and reads the answer, a line, from in. "y" or "yes" approves,
// "a" or "always" also for the rest of the session where the terms allow it;
// everything else declines. One question is asked at a time, and a line that was
// typed before its question is no answer to it. What is answered is as sure as
// who sits there: by is recorded as the approver.
func TerminalApprover(in io.Reader, out io.Writer, by identity.Principal) Approver {
	a := &terminal{in: in, out: out, by: by, turn: make(chan struct{}, 1), lines: make(chan string, 1)}
	return a.ask
}

type terminal struct {
	in    io.Reader
	out   io.Writer
	by    identity.Principal
	turn  chan struct{} // held by whoever asks
	once  sync.Once
	lines chan string // answers to the question that is open; closed at the end of in

	mu   sync.Mutex
	open bool // a question is
}

// read takes in every line as it is typed, and drops those that answer nothing.
// It ends with in, which nobody can make a blocked reader do.
func (a *terminal) read() {
	defer close(a.lines)
	s := bufio.NewScanner(a.in)
	for s.Scan() {
		a.mu.Lock()
		if a.open {
			a.open = false
			a.lines <- s.Text() // has room: one line a question
		}
		a.mu.Unlock()
	}
}

// opened begins or ends a question. An answer that nobody waited for is dropped.
func (a *terminal) opened(open bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open = open
	select {
	case <-a.lines:
	default:
	}
}

var errNoTerminal = errors.New("agentspan: nobody at the terminal")

func (a *terminal) ask(ctx context.Context, q Ask) (Answer, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
	a.once.Do(func() { go a.read() })
	a.opened(true)
	defer a.opened(false)
	if _, err := io.WriteString(a.out, a.question(&q)); err != nil {
		return Answer{}, errNoTerminal
	}
	select {
	case line, ok := <-a.lines:
		if !ok {
			return Answer{}, errNoTerminal
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return Answer{Approved: true, By: a.by}, nil
		case "a", "always":
			return Answer{Approved: true, By: a.by, Remember: true}, nil
		}
		return Answer{By: a.by}, nil
	case <-ctx.Done():
		return Answer{}, ctx.Err()
	}
}

func (*terminal) question(q *Ask) string {
	var b strings.Builder
	agent, tool := q.Agent, q.Tool
	if agent == "" {
		agent = "An agent"
	}
	if tool == "" {
		tool = "work at all"
	} else {
		tool = "use " + tool
	}
	fmt.Fprintf(&b, "\n%s wants to %s", agent, tool)
	if q.Server != "" {
		fmt.Fprintf(&b, " of %s", q.Server)
	}
	b.WriteString(".\n")
	for _, e := range q.Effects {
		fmt.Fprintf(&b, "  would %s\n", e)
	}
	if q.Message != "" {
		fmt.Fprintf(&b, "  %s\n", q.Message)
	}
	if q.Nearest != "" {
		fmt.Fprintf(&b, "  nearest grant: %s\n", q.Nearest)
	}
	choices := "y/N"
	if q.Terms.Remember {
		choices = "y/N/always"
	}
	fmt.Fprintf(&b, "Allow it? [%s] ", choices)
	return b.String()
}
