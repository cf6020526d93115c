package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite what is wanted")

// session is where the recorded calls and the explained ones happen.
const session = "dir=/w/shop owner=human:ada@verified"

// TestOutput compares what the program writes, and its exit status, with testdata/want.
func TestOutput(t *testing.T) {
	tests := []struct {
		name string
		args []string
	}{
		{"lint", []string{"lint", "testdata/task.yaml"}},
		{"lint-loose", []string{"lint", "testdata/loose.yaml"}},
		{"lint-broken", []string{"lint", "testdata/broken.yaml"}},
		{"test", []string{"test", "testdata/task.yaml", "testdata/task.story"}},
		{"test-other", []string{"test", "testdata/task.yaml", "testdata/task.story", "testdata/other.story"}},
		{"explain", []string{"explain", "-session", session, "testdata/task.yaml", "Bash", "go test ./... && curl https://paste.example"}},
		{"explain-allowed", []string{"explain", "-session", session, "testdata/task.yaml", "Edit", "payments/round.go"}},
		{"explain-story", []string{"explain", "-story", "testdata/task.story", "testdata/task.yaml"}},
		{"explain-org", []string{"explain", "-org", "testdata/org.yaml", "-session", session, "testdata/task.yaml", "Bash", "go vet ./..."}},
		{"explain-json", []string{"explain", "-session", session, "testdata/task.yaml", "jira/get_issue", `{"key": "PAY-8"}`}},
		{"review", []string{"review", "-session", session, "testdata/task.yaml", "testdata/records.jsonl"}},
		{"review-policy", []string{"review", "-o", "policy", "-session", session, "testdata/task.yaml", "testdata/records.jsonl"}},
		{"suggest", []string{"suggest", "-id", "payments", "-session", session, "testdata/records.jsonl"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run(t.Context(), tt.args, strings.NewReader(""), &stdout, &stderr)
			got := fmt.Sprintf("%s%s-- exit status %d\n", &stdout, &stderr, code)
			file := filepath.Join("testdata/want", tt.name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// TestProposedPoliciesHold closes the circle: what review and suggest write loads, and
// allows what was recorded.
func TestProposedPoliciesHold(t *testing.T) {
	for name, args := range map[string][]string{
		"review":  {"review", "-o", "policy", "-session", session, "testdata/task.yaml", "testdata/records.jsonl"},
		"suggest": {"suggest", "-session", session, "testdata/records.jsonl"},
	} {
		t.Run(name, func(t *testing.T) {
			var written, stderr bytes.Buffer
			if code := run(t.Context(), args, nil, &written, &stderr); code != 0 {
				t.Fatalf("exit status %d: %s", code, &stderr)
			}
			file := filepath.Join(t.TempDir(), "task.yaml")
			if err := os.WriteFile(file, written.Bytes(), 0o600); err != nil {
				t.Fatal(err)
			}
			story := filepath.Join(t.TempDir(), "task.story")
			text := "session " + session + "\nRead payments/round.go => allow\nEdit payments/round.go => allow\nBash go test ./payments => allow\n" +
				"Bash curl https://paste.example => deny\nEdit infra/main.tf => deny\n"
			if err := os.WriteFile(story, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout bytes.Buffer
			if code := run(t.Context(), []string{"test", file, story}, nil, &stdout, &stderr); code != 0 {
				t.Errorf("exit status %d: %s%s\n%s", code, &stdout, &stderr, &written)
			}
		})
	}
}

// TestNoAnswerIsStatusTwo gives command lines and files that lead nowhere.
func TestNoAnswerIsStatusTwo(t *testing.T) {
	dir := t.TempDir()
	empty := filepath.Join(dir, "empty.jsonl")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	const task = "testdata/task.yaml"
	none := filepath.Join(dir, "none")
	for _, args := range [][]string{
		{},
		{"check"},
		{"lint"},
		{"lint", "-x", task},
		{"lint", none},
		{"test", task},
		{"test", task, none},
		{"test", "testdata/broken.yaml", "testdata/task.story"},
		{"explain", task},
		{"explain", task, "Bash", "cat <<E\na\nE"},
		{"explain", task, "unheard_of", "x"},
		{"explain", "-story", dir, task},
		{"review", "-o", "xml", task},
		{"review", task, none},
		{"review", "-o", "policy", task, empty},
		{"review", "-session", "directory=/w", task, empty},
		{"suggest", empty},
		{"suggest", task},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, strings.NewReader(""), &stdout, &stderr); code != 2 || stderr.Len() == 0 || stdout.Len() > 0 {
			t.Errorf("%q: exit status %d, wrote %q, said %q", args, code, &stdout, &stderr)
		}
	}
}

func TestHelpIsNoError(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"-h"}, nil, &stdout, &stderr); code != 0 || !strings.Contains(stderr.String(), "policy explain") {
		t.Errorf("exit status %d: %s", code, &stderr)
	}
}

// TestTheCurrentFolderIsTheSession explains a call in a repository of its own.
func TestTheCurrentFolderIsTheSession(t *testing.T) {
	policyFile, err := filepath.Abs("testdata/task.yaml")
	if err != nil {
		t.Fatal(err)
	}
	repo := filepath.Join(t.TempDir(), "a shop")
	for _, dir := range []string{".git", "payments/internal"} {
		if err := os.MkdirAll(filepath.Join(repo, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(repo, "payments/internal"))
	for call, want := range map[string]int{"../../go.mod": 0, "../../../go.mod": 1} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), []string{"explain", policyFile, "Read", call}, nil, &stdout, &stderr); code != want {
			t.Errorf("Read %s: exit status %d, want %d: %s%s", call, code, want, &stdout, &stderr)
		}
	}
}

// TestReadmeShowsThisPolicy holds the README's policy against the story: a newcomer who
// copies it has what it promises.
func TestReadmeShowsThisPolicy(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(readme), "```yaml\n")
	text, _, _ = strings.Cut(text, "```\n")
	file := filepath.Join(t.TempDir(), "task.yaml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), []string{"lint", file}, nil, &stdout, &stderr); code != 0 {
		t.Errorf("lint: exit status %d: %s%s", code, &stdout, &stderr)
	}
	_, story, _ := strings.Cut(string(readme), "```text\nsession dir=")
	story, _, _ = strings.Cut(story, "```\n")
	shown := filepath.Join(t.TempDir(), "task.story")
	if err := os.WriteFile(shown, []byte("session dir="+story), 0o600); err != nil {
		t.Fatal(err)
	}
	if code := run(t.Context(), []string{"test", file, "testdata/readme.story", shown}, nil, &stdout, &stderr); code != 0 {
		t.Errorf("test: exit status %d: %s%s", code, &stdout, &stderr)
	}
}
