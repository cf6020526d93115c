package process_test

// Two versions of the program on one session, as after an update that reached the plugin
// and not the command on the path.

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
)

// nextVersion builds the program as its next version could be: its journal has another
// form, and it reads the present one too.
func nextVersion(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "github.com/ambit-go/ambit/agentspan/hookspan/journal").Output()
	if err != nil {
		t.Fatal(err)
	}
	replace := map[string]string{}
	change := func(name, from, to string) {
		path := filepath.Join(strings.TrimSpace(string(out)), name)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(text), from) != 1 {
			t.Fatalf("%s does not say %q once", path, from)
		}
		replace[path] = filepath.Join(dir, name)
		if err := os.WriteFile(replace[path], []byte(strings.Replace(string(text), from, to, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	change("record.go", fmt.Sprintf("const Version = %d", journal.Version), fmt.Sprintf("const Version = %d", journal.Version+1))
	change("code.go", "|| buf[0] != form {", "|| buf[0] != form && buf[0] != form-1 {")
	text, err := os.ReadFile(filepath.Join(dir, "code.go"))
	if err != nil {
		t.Fatal(err)
	}
	next := strings.Replace(string(text), "const form = 1", "const form = 2", 1)
	if next == string(text) {
		t.Fatal("code.go has another form")
	}
	if err := os.WriteFile(filepath.Join(dir, "code.go"), []byte(next), 0o600); err != nil {
		t.Fatal(err)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, overlay, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := build(dir, "-overlay", name, "../ambit-hook", "../testdata/spans"); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestTwoVersionsAtOnce has two versions of the program answer the hooks of one session
// side by side, each of them half of every call. No call is lost to the newer one, the
// agent is never stopped, and what rests on the history asks from then on.
func TestTwoVersionsAtOnce(t *testing.T) {
	newer := nextVersion(t)
	a := newAgent(t)
	b := *a
	b.path = filepath.Join(newer, "ambit-hook")
	a.hook("SessionStart", `,"source":"startup"`)
	b.hook("UserPromptSubmit", `,"prompt":"tidy up"`)
	const calls = 12
	for _, event := range []string{"PreToolUse", "PostToolUse"} {
		var wg sync.WaitGroup
		for i := range calls {
			wg.Go(func() {
				one, fields := a, pre(fmt.Sprintf("t%d", i), "ls")
				if (i+len(event))%2 == 0 { // what one begins the other ends
					one = &b
				}
				if event == "PostToolUse" {
					fields = post(fmt.Sprintf("t%d", i), "ls")
				}
				if out, err := one.command(event, fields).Output(); err != nil || len(out) > 0 {
					t.Errorf("%s t%d: %s %v", event, i, out, err)
				}
			})
		}
		wg.Wait()
	}
	for i, one := range []*agent{a, &b, a} {
		if out := one.hook("PreToolUse", pre(fmt.Sprintf("n%d", i), "curl https://x.example")); !strings.Contains(out, `"ask"`) {
			t.Errorf("a contact of a session whose history is half known, by program %d: %s", i%2, out)
		}
	}
	b.hook("Stop", "")
	b.hook("SessionEnd", `,"reason":"other"`)

	records, unread := a.records()
	if unread.Broken > 0 || unread.Newer == 0 || len(records) == 0 {
		t.Errorf("the older program reads %d records, %+v", len(records), unread)
	}
	out, err := exec.CommandContext(t.Context(), filepath.Join(newer, "spans"), a.state).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var got, want []string
	for line := range strings.Lines(string(out)) {
		if id, ok := strings.CutPrefix(strings.TrimSpace(line), "execute_tool Bash t"); ok {
			got = append(got, id)
		}
	}
	for i := range calls {
		want = append(want, fmt.Sprint(i))
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Compact(got)); diff != "" {
		t.Errorf("calls that the newer program's exporter makes spans of (-want +got):\n%s\n%s", diff, out)
	}
}
