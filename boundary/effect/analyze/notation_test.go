package analyze

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// The tests of this package read as documentation: a call, and its effects in a
// compact notation, one per line:
//
//	read path /repo/go.mod       Exact
//	read path /repo/cmd/…        Prefix: begins so
//	write path ?                 Unknown; a guess follows the question mark
//	connect url https://x.test/ in
//
// The line "-" stands for no effect at all.

// notation writes one effect.
func notation(e effect.Effect) string {
	var b strings.Builder
	b.WriteString(e.Access.String() + " " + e.Kind.String())
	switch {
	case e.Certainty == effect.Unknown:
		b.WriteString(" ?" + e.Target)
	case e.Certainty == effect.Prefix:
		b.WriteString(" " + e.Target + "…")
	default:
		b.WriteString(" " + e.Target)
	}
	if d := e.Direction.String(); d != "" {
		b.WriteString(" " + d)
	}
	return b.String()
}

func notations(effects []effect.Effect) []string {
	if len(effects) == 0 {
		return []string{"-"}
	}
	var out []string
	for _, e := range effects {
		out = append(out, notation(e))
	}
	return out
}

// lines cuts a want into its lines.
func lines(want string) []string {
	var out []string
	for l := range strings.SplitSeq(want, "\n") {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, l)
		}
	}
	return out
}

// A story is a set of shell commands in one place, and what each touches.
type story struct {
	name string
	cmd  string
	want string
}

// bash is a call of a coding agent's shell tool.
func bash(cmd string) effect.Call {
	args, err := json.Marshal(map[string]string{"command": cmd})
	if err != nil {
		panic(err)
	}
	return effect.Call{Tool: "Bash", Arguments: args, Dir: "/repo", Root: "/repo", Home: "/home/ada", Local: true}
}

// tell runs stories in /repo, which does not exist: no file system is asked.
func tell(t *testing.T, stories []story) {
	t.Helper()
	for _, st := range stories {
		name := st.name
		if name == "" {
			name = st.cmd
		}
		t.Run(name, func(t *testing.T) {
			t.Helper()
			got := notations(Default().Analyze(nil, bash(st.cmd)))
			if diff := cmp.Diff(lines(st.want), got); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", st.cmd, diff)
			}
		})
	}
}

func TestMain(m *testing.M) {
	catch = false // a panic is a bug here
	m.Run()
}
