package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRun(t *testing.T) {
	dir := t.TempDir()
	// A person's transcript: takes on root, twice, and an author that is nobody.
	write(t, filepath.Join(dir, "sessions", "a", "t.jsonl"), false,
		`{"type":"user","sessionId":"s-1","cwd":"/home/dev/shop","uuid":"u1","message":{"role":"user","content":"deploy it"}}`,
		bash("1", "go test ./..."), bash("2", "sudo systemctl restart shop"), bash("3", "sudo systemctl status shop"),
		bash("4", "git config user.email test@test.com"))
	// Rows, compressed: two of one session, in which the profile changes.
	write(t, filepath.Join(dir, "rows.jsonl.gz"), true,
		row("r-1", "shop|s-2", "aws --profile dev s3 ls"), row("r-2", "shop|s-2", "aws --profile prod s3 ls"), row("r-3", "shop|s-3", "aws --profile prod s3 ls"))

	var out bytes.Buffer
	if err := run(t.Context(), &out, io.Discard, []string{"-list", filepath.Join(dir, "sessions"), filepath.Join(dir, "rows.jsonl.gz")}); err != nil {
		t.Fatal(err)
	}
	want := `rows shop|s-2 turn 1 call 0 Bash: tenant_changed of aws from "dev" to "prod"
claude-transcript s-1 turn 0 call 1 Bash: subject_changed of os from "" to "root"
source             sessions    calls    named     uses switched   alarms  per 1,000
claude-transcript         1        4        3        2        2        1     250.00
rows                      2        3        3        3        1        1     333.33
all                       3        7        6        5        3        2     285.71
subject_changed    1
tenant_changed     1
calls with a switch, per 1,000: 428.57
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestRunWithoutFiles(t *testing.T) {
	for _, args := range [][]string{nil, {filepath.Join(t.TempDir(), "none.jsonl")}} {
		if err := run(t.Context(), io.Discard, io.Discard, args); err == nil {
			t.Errorf("run(%q) succeeds", args)
		}
	}
}

func bash(id, command string) string {
	return `{"type":"assistant","sessionId":"s-1","cwd":"/home/dev/shop","uuid":"a` + id + `","message":{"id":"m` + id +
		`","role":"assistant","content":[{"type":"tool_use","id":"t` + id + `","name":"Bash","input":{"command":"` + command + `"}}]}}`
}

func row(id, group, command string) string {
	return `{"id":"` + id + `","group":"` + group + `","cwd":"/home/dev/shop","prompt":"","cat_gold":false,` +
		`"actions":[{"tool":"Bash","input":{"command":"` + command + `"}}]}`
}

func write(t *testing.T, name string, compressed bool, lines ...string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	var w io.WriteCloser = nopCloser{&b}
	if compressed {
		w = gzip.NewWriter(&b)
	}
	if _, err := io.WriteString(w, strings.Join(lines, "\n")+"\n"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }
