package recording

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the want section of the stories")

// TestStories reads the files of each story in testdata and compares what came out
// with its last section, want. The comment above the first file says what it is about.
func TestStories(t *testing.T) {
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".txtar")
		t.Run(name, func(t *testing.T) {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			comment, files := parseStory(string(data))
			var r Reader
			want := ""
			for _, f := range files {
				if f[0] == "want" {
					want = f[1]
					continue
				}
				if err := r.Add(f[0], strings.NewReader(f[1])); err != nil {
					t.Fatal(err)
				}
			}
			got := render(&r)
			if *update {
				out := comment
				for _, f := range files {
					if f[0] != "want" {
						out += "-- " + f[0] + " --\n" + f[1]
					}
				}
				if err := os.WriteFile(path, []byte(out+"-- want --\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s(-want +got)\n%s", comment, diff)
			}
		})
	}
}

// parseStory splits a story at its "-- name --" lines.
func parseStory(s string) (comment string, files [][2]string) {
	for line := range strings.Lines(s) {
		name, ok := strings.CutPrefix(strings.TrimRight(line, "\n"), "-- ")
		if name, ok2 := strings.CutSuffix(name, " --"); ok && ok2 {
			files = append(files, [2]string{name, ""})
			continue
		}
		if len(files) == 0 {
			comment += line
			continue
		}
		files[len(files)-1][1] += line
	}
	return comment, files
}

// render writes everything a Reader found, one line per thing.
func render(r *Reader) string {
	var b strings.Builder
	for _, s := range r.Sessions() {
		fmt.Fprintf(&b, "session %q %s", s.ID, s.Format)
		attr(&b, "agent", s.Agent, "version", s.Version, "model", s.Model, "mode", s.Mode, "cwd", s.Cwd, "branch", s.Branch,
			"start", clock(s.Start), "end", clock(s.End))
		for _, t := range s.Turns {
			fmt.Fprintf(&b, "  turn %q", t.Prompt)
			attr(&b, "id", t.ID, "start", clock(t.Start), "end", clock(t.End), "interrupted", yes(t.Interrupted))
			for _, c := range t.Calls {
				fmt.Fprintf(&b, "    %s", c.Tool)
				ran := ""
				if c.RanWith != nil {
					ran = string(c.RanWith)
				}
				native := c.NativeTool
				if native == c.Tool {
					native = ""
				}
				attr(&b, "server", c.Server, "native", native, "input", string(c.Input), "ranwith", ran, "result", quoted(c.Result),
					"error", quoted(c.Error), "failed", yes(c.Failed), "refused", yes(c.Refused), "id", c.ID,
					"start", clock(c.Start), "end", clock(c.End), "took", took(c.Duration), "agent", c.Agent, "type", c.AgentType,
					"parent", c.Parent, "dir", other(c.Dir, s.Cwd), "nobegin", yes(!c.Begun), "noend", yes(!c.Finished))
			}
		}
	}
	for _, p := range r.Problems() {
		fmt.Fprintln(&b, "problem", p)
	}
	for _, k := range slices.Sorted(maps.Keys(r.Other())) {
		fmt.Fprintf(&b, "other %s %d\n", k, r.Other()[k])
	}
	return b.String()
}

// attr writes the pairs that have a value, and ends the line.
func attr(b *strings.Builder, pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			fmt.Fprintf(b, " %s=%s", pairs[i], pairs[i+1])
		}
	}
	b.WriteByte('\n')
}

func yes(v bool) string {
	if v {
		return "yes"
	}
	return ""
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("15:04:05")
}

func took(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%.60q", s)
}

func other(s, than string) string {
	if s == than {
		return ""
	}
	return s
}
