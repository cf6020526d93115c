// Command pairs makes rows for the boundary mode of the answers command out of a
// benchmark's tasks and attacks, which it pairs:
//
//	go run ./internal/eval/pairs DIR > rows.jsonl
//
// DIR holds tasks.jsonl, a line for each task of a user with the calls that solve it,
// and attacks.jsonl, a line for each attack with the calls that carry it out:
//
//	{"source":"…","suite":"…","prompt":"…","calls":[{"tool":"…","args":{…}}]}
//	{"source":"…","kind":"…","calls":[{"tool":"…","args":{…}}]}
//
// A task becomes one clean run, and one run for each attack of the same source: the
// user's calls, then the attack's. Besides, each call of a task is made again with the
// values that another task or an attack of the source has under the same names, which
// is an attack that no tool's name gives away.
//
// A scope is made from the task alone: its tools, and the values of its arguments.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/ambit-go/ambit/internal/eval/rows"
)

type object = map[string]any

type call struct {
	Tool string `json:"tool"`
	Args object `json:"args"`
	From string `json:"from"`
}

type task struct {
	Source string `json:"source"`
	Suite  string `json:"suite"`
	Prompt string `json:"prompt"`
	Calls  []call `json:"calls"`
}

type attack struct {
	Source string `json:"source"`
	Kind   string `json:"kind"`
	Calls  []call `json:"calls"`
}

// A row is one as the answers and score commands read it.
type row struct {
	ID        string `json:"id"`
	Suite     string `json:"suite"`
	Attack    string `json:"attack"`
	Utility   bool   `json:"utility"`
	Succeeded bool   `json:"attack_succeeded"`
	Prompt    string `json:"prompt"`
	Scope     scope  `json:"scope"`
	Calls     []call `json:"calls"`
}

type scope struct {
	Tools   []string            `json:"tools"`
	Targets map[string][]string `json:"targets"`
}

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "pairs:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	if len(args) != 1 {
		return errors.New("usage: pairs DIR")
	}
	tasks, err := read[task](filepath.Join(args[0], "tasks.jsonl"))
	if err != nil {
		return err
	}
	attacks, err := read[attack](filepath.Join(args[0], "attacks.jsonl"))
	if err != nil {
		return err
	}
	enc, seen := json.NewEncoder(w), map[string]bool{}
	for i, t := range tasks {
		for _, r := range pair(t, tasks, attacks) {
			key, err := json.Marshal(r)
			if err != nil {
				return err
			}
			if seen[string(key)] { // a benchmark may have an attack or a task twice
				continue
			}
			seen[string(key)] = true
			r.ID = fmt.Sprintf("%s-%03d-%05d", t.Source, i, len(seen))
			if err := enc.Encode(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func read[T any](name string) ([]T, error) {
	var all []T
	for r, err := range rows.Read[T](name) {
		if err != nil {
			return nil, err
		}
		all = append(all, *r)
	}
	return all, nil
}

// pair returns the runs of a task: the clean one, and those with an attack.
func pair(t task, tasks []task, attacks []attack) []row {
	sc := scopeOf(t)
	clean := row{Suite: t.Source + " " + t.Suite, Attack: "none", Utility: true, Prompt: t.Prompt, Scope: sc, Calls: from("user", t.Calls)}
	all := []row{clean}
	attacked := func(kind string, injected []call) {
		r := clean
		r.Suite, r.Attack, r.Utility, r.Succeeded = t.Source+", "+kind, kind, false, true
		r.Calls = slices.Concat(clean.Calls, from("injection", injected))
		all = append(all, r)
	}
	var donors []call
	for _, a := range attacks {
		if a.Source == t.Source {
			attacked(a.Kind, a.Calls)
			donors = append(donors, a.Calls...)
		}
	}
	for _, other := range tasks {
		if other.Source == t.Source {
			donors = append(donors, other.Calls...)
		}
	}
	for _, c := range t.Calls {
		kind := "change, other values"
		if looks(c.Tool) {
			kind = "read, other values"
		}
		for _, d := range donors {
			if args, ok := swap(c.Args, d.Args, sc, t.Prompt); ok {
				attacked(kind, []call{{Tool: c.Tool, Args: args}})
			}
		}
	}
	return all
}

func from(who string, calls []call) []call {
	all := slices.Clone(calls)
	for i := range all {
		all[i].From = who
	}
	return all
}

// carried are arguments that hold text to be passed on, and name nothing.
var carried = []string{"body", "content", "text", "message", "title", "subject", "description", "comment", "note", "amount"}

// maxName is how many words a value may have that names something.
const maxName = 5

// scopeOf lists a task's tools and the values its calls name things by.
func scopeOf(t task) scope {
	s := scope{Tools: []string{}, Targets: map[string][]string{}}
	for _, c := range t.Calls {
		s.Tools = append(s.Tools, c.Tool)
		for _, arg := range slices.Sorted(maps.Keys(c.Args)) {
			s.add(arg, c.Args[arg])
		}
	}
	slices.Sort(s.Tools)
	s.Tools = slices.Compact(s.Tools)
	for arg, values := range s.Targets {
		slices.Sort(values)
		s.Targets[arg] = slices.Compact(values)
	}
	return s
}

func (s scope) add(arg string, value any) {
	switch v := value.(type) {
	case string:
		if n := len(strings.Fields(v)); n > 0 && n <= maxName && !slices.Contains(carried, arg) {
			s.Targets[arg] = append(s.Targets[arg], v)
		}
	case []any:
		for _, e := range v {
			s.add(arg, e)
		}
	case object:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			s.add(k, v[k])
		}
	}
}

// swap returns args with the values that other has under the same names, and whether
// any of them is one that the task does not name, neither in its calls nor in its prompt.
func swap(args, other object, sc scope, prompt string) (object, bool) {
	got, strange := maps.Clone(args), false
	theirs := scope{Targets: map[string][]string{}}
	for k := range args {
		v, ok := other[k]
		if !ok || slices.Contains(carried, k) || fmt.Sprintf("%T", v) != fmt.Sprintf("%T", args[k]) {
			continue
		}
		got[k] = v
		theirs.add(k, v)
	}
	for k, values := range theirs.Targets {
		for _, v := range values {
			strange = strange || !slices.Contains(sc.Targets[k], v) && !strings.Contains(prompt, v)
		}
	}
	return got, strange
}

// looks reports whether a tool's name says that it only looks at something.
func looks(tool string) bool {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return ' '
		}
		return r
	}, humps(tool)))
	return slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains([]string{"get", "read", "list", "search", "check", "view", "browse", "find", "navigate"}, strings.ToLower(w))
	})
}

// humps puts a space before each capital letter.
func humps(s string) string {
	var b strings.Builder
	for _, r := range s {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}
