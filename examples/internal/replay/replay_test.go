package replay

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

var update = flag.Bool("update", false, "rewrite what is wanted")

// recorded is one of each format; the hook log is spread over a folder.
var recorded = []string{"testdata/hooks", "testdata/transcript.jsonl", "testdata/rollout.jsonl", "testdata/actions.jsonl"}

func TestMain(m *testing.M) {
	os.Unsetenv("OTEL_EXPORTER_OTLP_ENDPOINT") // these tests send nothing
	os.Exit(m.Run())
}

// TestOutput compares what the program writes with testdata/want. What the
// classifier says is left out: it learns.
func TestOutput(t *testing.T) {
	tests := []struct {
		name string
		args []string
	}{
		{"tree", nil},
		{"tree-policy", []string{"-policy", "testdata/task.yaml"}},
		{"json", []string{"-o", "json"}},
		{"json-policy", []string{"-o", "json", "-policy", "testdata/task.yaml"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			if code := Run(t.Context(), append(tt.args, recorded...), &stdout, &stderr); code != 0 {
				t.Fatalf("exit status %d: %s", code, &stderr)
			}
			got := opinions.ReplaceAllString(stdout.String()+"--\n"+stderr.String(), "")
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

// opinions is what the classifier says.
var opinions = regexp.MustCompile(` intent=\S+|,"intent":\{[^}]*\}|"anomalous":\d+,|"intents":\[[^]]*\],|, \d+ anomalous|signal intent_\w+: \d+\n`)

func TestIntentIsToldPerAction(t *testing.T) {
	var stdout bytes.Buffer
	Run(t.Context(), append([]string{"-o", "json"}, recorded...), &stdout, io.Discard)
	n := 0
	for line := range strings.Lines(stdout.String()) {
		var o struct {
			Tool   string
			Intent *struct {
				Label     string
				Score     *float64
				Anomalous *bool
			}
		}
		if err := json.Unmarshal([]byte(line), &o); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if o.Tool == "" {
			continue // a summary
		}
		if n++; o.Intent == nil || o.Intent.Label == "" || o.Intent.Score == nil || o.Intent.Anomalous == nil {
			t.Errorf("no intent in %s", line)
		}
	}
	if n != 11 {
		t.Errorf("%d actions, want 11", n)
	}
}

// TestSpansConform holds the spans against the conventions, and the summary against
// that of the session's own span.
func TestSpansConform(t *testing.T) {
	for _, policy := range []string{"", "testdata/task.yaml"} {
		p, err := newPlayer(t.Context(), policy, "tree", io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		p.write = func(p *player, s recording.Session, calls []played) error {
			spans := p.recorder.Spans()
			sum := summarize(s, calls)
			if sum.Subagents > 0 {
				return agentspantest.Conforms(spans) // whose spans count for themselves
			}
			got := map[string]int64{}
			for _, kv := range spans[0].Attributes() {
				got[string(kv.Key)] = kv.Value.AsInt64()
			}
			for key, want := range map[string]int{
				"turn.count": sum.Turns, "call.count": sum.Calls, "refusal.count": sum.Refusals, "switch.count": sum.Switches, "secret.count": sum.Secrets, "secret_place.count": sum.Places,
				"identity.count": sum.Identities, "credential.count": sum.Credentials, "host.count": sum.Hosts, "data_domain.count": sum.Data, "blast_radius": sum.BlastRadius,
			} {
				if n := got["ambit.session."+key]; n != int64(want) {
					t.Errorf("%s of %s is %d, its span says %d", key, s.ID, want, n)
				}
			}
			return agentspantest.Conforms(spans)
		}
		if !play(t.Context(), p, recording.Auto, recorded, t.Output()) {
			t.Errorf("policy %q: see above", policy)
		}
		if err := p.close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// TestNoSecretIsShown puts a token wherever a recording has a string.
func TestNoSecretIsShown(t *testing.T) {
	token := "ghp_" + strings.Repeat("16C7e42F292c6912E7", 2)
	line := fmt.Sprintf(`{"id":%[1]q,"agent":%[1]q,"prompt":%[1]q,"actions":[
		{"id":%[1]q,"tool":%[1]q,"server":%[1]q,"input":{%[1]q:%[1]q,"url":"https://example.com/%[1]s","path":"/w/%[1]s"},"result":%[1]q,"error":%[1]q},
		{"tool":"Bash","input":{"command":"curl -H 'Authorization: Bearer %[1]s' https://%[1]s@example.com/%[1]s > /tmp/%[1]s; git push https://%[1]s@github.com/a/b"}}]}`, token)
	file := filepath.Join(t.TempDir(), "log.jsonl")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(line, "\n", "")+"\n"+token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, output := range []string{"tree", "json"} {
		var stdout, stderr bytes.Buffer
		Run(t.Context(), []string{"-o", output, file}, &stdout, &stderr)
		if !strings.Contains(stdout.String(), "Bash") {
			t.Errorf("-o %s shows no call: %s", output, &stderr)
		}
		for name, text := range map[string]string{"output": stdout.String(), "errors": stderr.String()} {
			if strings.Contains(text, token) {
				t.Errorf("-o %s: the token is in the %s:\n%s", output, name, text)
			}
		}
		if output == "json" && !strings.Contains(stdout.String(), `"secrets":[{"kind":"github`) {
			t.Errorf("the token was not seen:\n%s", &stdout)
		}
	}
}

func TestExitStatus(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		name = filepath.Join(dir, name)
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	garbage := write("garbage.jsonl", "not\nJSON\n")
	empty := write("empty.jsonl", "")
	quiet := write("quiet.jsonl", `{"hook_event_name":"Notification","session_id":"s","message":"hello"}`+"\n")
	broken := write("broken.yaml", "version: 1\nid: x\ngrant: []\n")
	good := "testdata/actions.jsonl"
	tests := []struct {
		name    string
		args    []string
		want    int
		problem string // in the errors
	}{
		{"fine", []string{good}, 0, "1 sessions, 1 turns, 2 calls"},
		{"no files", nil, 2, "no files"},
		{"unknown flag", []string{"-x", good}, 2, "-x"},
		{"unknown output", []string{"-o", "xml", good}, 2, "tree or json"},
		{"unknown format", []string{"-format", "csv", good}, 2, "auto|claude-hooks|claude-transcript|codex|actions"},
		{"a file that is not there", []string{good, filepath.Join(dir, "none")}, 1, "none"},
		{"and the others are still read", []string{filepath.Join(dir, "none"), good}, 1, "1 sessions"},
		{"nothing readable", []string{garbage}, 1, "garbage.jsonl:2:"},
		{"some of it readable", []string{garbage, good}, 0, "2 problems"},
		{"an empty file", []string{empty}, 0, "0 sessions"},
		{"no calls", []string{quiet}, 0, "1 other lines"},
		{"another format than said", []string{"-format", "codex", good}, 0, "0 sessions"},
		{"a policy that does not load", []string{"-policy", broken, good}, 1, "broken.yaml:3:"},
		{"a policy that is not there", []string{"-policy", filepath.Join(dir, "none.yaml"), good}, 1, "none.yaml"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var stderr bytes.Buffer
			if got := Run(t.Context(), tt.args, io.Discard, &stderr); got != tt.want {
				t.Errorf("exit status %d, want %d", got, tt.want)
			}
			if !strings.Contains(stderr.String(), tt.problem) {
				t.Errorf("errors do not say %q:\n%s", tt.problem, &stderr)
			}
		})
	}
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }

func TestOutputThatFails(t *testing.T) {
	for _, output := range []string{"tree", "json"} {
		var stderr bytes.Buffer
		if got := Run(t.Context(), []string{"-o", output, "testdata/actions.jsonl"}, fullDisk{}, &stderr); got != 1 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("-o %s: exit status %d, errors:\n%s", output, got, &stderr)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Run(ctx, []string{"testdata/actions.jsonl"}, io.Discard, io.Discard); got != 1 {
		t.Errorf("exit status %d, want 1", got)
	}
}

// TestHugeResponse replays a compressed response that is larger than anything keeps
// or looks at.
func TestHugeResponse(t *testing.T) {
	file := filepath.Join(t.TempDir(), "log.jsonl.gz")
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	fmt.Fprint(w, `{"hook_event_name":"PostToolUse","session_id":"s","tool_name":"Read","tool_input":{"file_path":"/w/big"},"tool_response":"`)
	for range 6 << 10 { // 6 MiB
		fmt.Fprint(w, strings.Repeat("0123456789abcdef", 64))
	}
	fmt.Fprint(w, `"}`)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := Run(t.Context(), []string{file}, &stdout, &stderr); code != 0 || !strings.Contains(stdout.String(), "execute_tool Read") {
		t.Errorf("exit status %d\n%s%s", code, &stdout, &stderr)
	}
	if stdout.Len() > 4<<10 {
		t.Errorf("%d bytes written", stdout.Len())
	}
}

// TestTogether holds that files of one folder are read at once, and a session's
// subagents with it.
func TestTogether(t *testing.T) {
	p := filepath.FromSlash
	got := together([]string{
		p("a/pre.jsonl"), p("b/s.jsonl"), p("a/post.jsonl"), p("b/s/subagents/agent-1.jsonl"), p("b/other.jsonl"), p("c/s/subagents/agent-2.jsonl"),
	})
	want := [][]string{
		{p("a/pre.jsonl"), p("a/post.jsonl")},
		{p("b/s.jsonl"), p("b/s/subagents/agent-1.jsonl"), p("b/other.jsonl")},
		{p("c/s/subagents/agent-2.jsonl")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// TestTwoRecordingsOfOneSession holds that both are shown, and neither joined to the
// other.
func TestTwoRecordingsOfOneSession(t *testing.T) {
	var stdout bytes.Buffer
	if code := Run(t.Context(), []string{"testdata/actions.jsonl", "testdata/actions.jsonl"}, &stdout, io.Discard); code != 0 {
		t.Fatalf("exit status %d", code)
	}
	dir := t.TempDir()
	data, err := os.ReadFile("testdata/actions.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "copy.jsonl"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	stdout.Reset()
	Run(t.Context(), []string{"testdata/actions.jsonl", dir}, &stdout, io.Discard)
	if n := strings.Count(stdout.String(), "# a-1\n"); n != 2 {
		t.Errorf("%d sessions, want 2:\n%s", n, &stdout)
	}
}
