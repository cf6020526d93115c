package analyze

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
)

// TestAttacks holds the list of attacks in testdata against what is told about them: a
// list that grows with whatever somebody thinks of, and never loses a line.
func TestAttacks(t *testing.T) {
	data, err := os.ReadFile("testdata/attacks.txt")
	if err != nil {
		t.Fatal(err)
	}
	call, got, n := "", []string(nil), 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		want, told := strings.CutPrefix(line, "\t")
		switch {
		case line == "" || line[0] == '#':
		case told:
			if !slices.Contains(got, want) {
				t.Errorf("%s\n\twant %s\n\tgot  %s", call, want, strings.Join(got, "\n\t     "))
			}
		default:
			call, n = line, n+1
			got = notations(Default().Analyze(nil, attack(line)))
		}
	}
	if n < 990 {
		t.Errorf("%d attacks, there were more", n)
	}
}

// TestHarmless holds that calls which only look like attacks are told as what they are,
// and as no more than that.
func TestHarmless(t *testing.T) {
	data, err := os.ReadFile("testdata/harmless.txt")
	if err != nil {
		t.Fatal(err)
	}
	call, want, n := "", []string(nil), 0
	check := func() {
		if call == "" {
			return
		}
		n++
		if got := notations(Default().Analyze(nil, attack(call))); !slices.Equal(got, want) {
			t.Errorf("%s\n\twant %s\n\tgot  %s", call, strings.Join(want, "\n\t     "), strings.Join(got, "\n\t     "))
		}
	}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimSuffix(line, "\n")
		switch effect, told := strings.CutPrefix(line, "\t"); {
		case line == "" || line[0] == '#':
		case told:
			want = append(want, effect)
		default:
			check()
			call, want = line, nil
		}
	}
	check()
	if n < 80 {
		t.Errorf("%d calls, there were more", n)
	}
}

// attackLines returns the calls of the list.
func attackLines(tb testing.TB) (list []string) {
	tb.Helper()
	data, err := os.ReadFile("testdata/attacks.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(data)) {
		if line[0] != '#' && line[0] != '\t' {
			list = append(list, strings.TrimSuffix(line, "\n"))
		}
	}
	return list
}

// attack reads a line of the list.
func attack(line string) effect.Call {
	c := effect.Call{Tool: "Bash", Dir: "/w/shop", Root: "/w/shop", Home: "/home/ada"}
	if tool, args, ok := strings.Cut(strings.TrimPrefix(line, "@"), " "); ok && line[0] == '@' {
		c.Tool, c.Arguments = tool, []byte(args)
		if server, name, ok := strings.Cut(tool, "/"); ok {
			c.Server, c.Tool = server, name
		}
		return c
	}
	c.Arguments, _ = json.Marshal(map[string]string{"command": strings.ReplaceAll(line, "⏎", "\n")})
	return c
}
