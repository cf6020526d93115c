package recording

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

func pre(id, command string) string {
	return fmt.Sprintf(`{"session_id":"s","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":%q},"tool_use_id":%q}`+"\n", command, id)
}

func post(id, command, response string) string {
	return fmt.Sprintf(`{"session_id":"s","hook_event_name":"PostToolUse","tool_name":"Bash","tool_input":{"command":%q},"tool_use_id":%q,"tool_response":%q}`+"\n", command, id, response)
}

func zip(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, s); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// only reads one input and returns the rendering.
func only(t *testing.T, r *Reader, src io.Reader) string {
	t.Helper()
	if err := r.Add("f", src); err != nil {
		t.Fatal(err)
	}
	return render(r)
}

func TestGzipIsReadAsPlain(t *testing.T) {
	in := pre("t1", "ls") + post("t1", "ls", "a")
	want := only(t, &Reader{}, strings.NewReader(in))
	if diff := cmp.Diff(want, only(t, &Reader{}, bytes.NewReader(zip(t, in)))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestCutGzipIsAProblemAndKeepsWhatCameBefore(t *testing.T) {
	var in strings.Builder
	for i := range 500 {
		in.WriteString(pre(fmt.Sprint("t", i), fmt.Sprint("ls ", i*i*7919)))
	}
	data := zip(t, in.String())
	sessions, problems, err := Read(bytes.NewReader(data[:len(data)/2]), "f", Auto)
	if err != nil || len(problems) == 0 {
		t.Fatalf("problems %v, error %v", problems, err)
	}
	if len(sessions) != 1 || sessions[0].Calls() == 0 {
		t.Errorf("nothing kept: %v", sessions)
	}
	if _, problems, err := Read(bytes.NewReader([]byte{0x1f, 0x8b, 0}), "f", Auto); err != nil || len(problems) != 1 {
		t.Errorf("header: problems %v, error %v", problems, err)
	}
}

func TestReadErrorIsReturned(t *testing.T) {
	boom := errors.New("boom")
	for _, head := range []string{pre("t1", "ls"), "[" + pre("t1", "ls") + ","} {
		sessions, _, err := Read(io.MultiReader(strings.NewReader(head), iotest.ErrReader(boom)), "f", Auto)
		if !errors.Is(err, boom) {
			t.Errorf("error %v", err)
		}
		if len(sessions) != 1 {
			t.Errorf("%d sessions kept", len(sessions))
		}
	}
}

func TestUnknownFormatIsAnError(t *testing.T) {
	if _, _, err := Read(strings.NewReader("{}"), "f", "csv"); err == nil {
		t.Error("no error")
	}
}

func TestByteOrderMarkAndLoneSurrogates(t *testing.T) {
	in := "\xef\xbb\xbf" + `{"session_id":"s","hook_event_name":"UserPromptSubmit","prompt":"a\ud800"}` + "\r\n" +
		"\xef\xbb\xbf" + `{"session_id":"s","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"\udc00"}}`
	want := "session \"s\" claude-hooks agent=claude-code\n  turn \"a\uFFFD\"\n    Bash input={\"command\":\"\\udc00\"} noend=yes\n"
	if diff := cmp.Diff(want, only(t, &Reader{}, strings.NewReader(in))); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestLongLineIsAProblemAndTheNextIsRead(t *testing.T) {
	long := post("t0", "ls", strings.Repeat("x", 5000))
	for _, in := range []string{long + pre("t1", "ls"), "[" + long + "," + pre("t1", "ls") + "]"} {
		r := &Reader{MaxLine: 1000}
		want := "session \"s\" claude-hooks agent=claude-code\n  turn \"\"\n    Bash input={\"command\":\"ls\"} id=t1 noend=yes\nproblem f:1: longer than the limit\n"
		if diff := cmp.Diff(want, only(t, r, strings.NewReader(in))); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	}
}

func TestResponseOf20MiBIsReadAndCut(t *testing.T) {
	const size = 20 << 20
	sessions, problems, err := Read(strings.NewReader(post("t1", "cat", strings.Repeat("x", size))), "f", Auto)
	if err != nil || len(problems) > 0 {
		t.Fatal(problems, err)
	}
	c := sessions[0].Turns[0].Calls[0]
	if c.ResultSize != size || len(c.Result) != DefaultMaxResult {
		t.Errorf("size %d, kept %d", c.ResultSize, len(c.Result))
	}
}

func TestResultIsCutOnARuneBoundary(t *testing.T) {
	r := Reader{MaxResult: 4}
	if err := r.Add("f", strings.NewReader(post("t1", "cat", "aéé"))); err != nil {
		t.Fatal(err)
	}
	if got := r.Sessions()[0].Turns[0].Calls[0].Result; got != "aé" {
		t.Errorf("got %q", got)
	}
}

func TestTooMuchIsAProblemOnce(t *testing.T) {
	var in strings.Builder
	for i := range 100 {
		in.WriteString(pre(fmt.Sprint("t", i), "ls"))
	}
	r := Reader{MaxTotal: 10_000}
	if err := r.Add("f", strings.NewReader(in.String())); err != nil {
		t.Fatal(err)
	}
	if n := r.Sessions()[0].Calls(); n == 0 || n == 100 {
		t.Errorf("%d calls", n)
	}
	if p := r.Problems(); len(p) != 1 || p[0].Line == 0 {
		t.Errorf("problems %v", p)
	}
}

func TestProblemsAndOtherAreBounded(t *testing.T) {
	var in strings.Builder
	in.WriteString(pre("t1", "ls"))
	for i := range 5000 {
		fmt.Fprintf(&in, "junk\n{\"session_id\":\"s\",\"hook_event_name\":\"Event%d\"}\n", i)
	}
	r := Reader{}
	if err := r.Add("a\x1bfile", strings.NewReader(in.String())); err != nil {
		t.Fatal(err)
	}
	problems := r.Problems()
	if len(problems) != maxProblems+1 || problems[maxProblems].Reason != "and 4000 more problems" {
		t.Errorf("%d problems, the last %v", len(problems), problems[len(problems)-1])
	}
	if len(r.Other()) > maxOther+1 {
		t.Errorf("%d other kinds", len(r.Other()))
	}
	if strings.ContainsRune(problems[0].String(), '\x1b') {
		t.Error("a control character in a problem")
	}
}

func TestProblemsHoldNoContent(t *testing.T) {
	in := `{"session_id":"s","hook_event_name":"PreToolUse","tool_input":{"password":"hunter2"` + "\n" + `{"a":"hunter2"}` + "\nhunter2\n"
	_, problems, err := Read(strings.NewReader(in), "f", Auto)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.Contains(p.String(), "hunter2") {
			t.Errorf("content in %q", p)
		}
	}
}

func TestElicitationResultIsNoActionsFile(t *testing.T) {
	if got := detect([]byte(`{"session_id":"s","hook_event_name":"ElicitationResult","action":"accept"}`)); got != ClaudeHooks {
		t.Errorf("got %s", got)
	}
}

func TestFormatOverridesDetection(t *testing.T) {
	_, problems, err := Read(strings.NewReader(pre("t1", "ls")), "f", Actions)
	if err != nil || len(problems) != 0 {
		t.Error(problems, err)
	}
	sessions, problems, _ := Read(strings.NewReader(`{"id":"x","actions":[]}`), "f", ClaudeHooks)
	if len(sessions) != 0 || len(problems) != 1 {
		t.Errorf("sessions %v, problems %v", sessions, problems)
	}
}

func TestZeroReader(t *testing.T) {
	var r Reader
	if len(r.Sessions()) != 0 || len(r.Problems()) != 0 || len(r.Other()) != 0 {
		t.Error("a reader that read nothing has something")
	}
	if err := r.Add("f", strings.NewReader("")); err != nil {
		t.Error(err)
	}
}

func TestSessionsMayBeCalledBetweenFiles(t *testing.T) {
	var r Reader
	_ = r.Add("pre", strings.NewReader(pre("t1", "ls")))
	before := r.Sessions()[0].Turns[0].Calls[0]
	_ = r.Add("post", strings.NewReader(post("t1", "ls", "a")))
	after := r.Sessions()[0].Turns[0].Calls[0]
	if before.Finished || !after.Finished || after.Result != "a" {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

// Logs without order, made so that a join by search, or insertion by shifting, would
// take hours: every call has a prompt of its own, and no end has a beginning.
func TestJoinIsLinear(t *testing.T) {
	const n = 10_000
	var calls, ends, agents strings.Builder
	for i := range n {
		fmt.Fprintf(&calls, `{"session_id":"s","prompt_id":"p%d","hook_event_name":"PreToolUse","tool_name":"Agent","tool_input":{"n":%d}}`+"\n", i, i)
		fmt.Fprintf(&ends, `{"session_id":"s","prompt_id":"q%d","hook_event_name":"PostToolUse","tool_name":"Agent","tool_input":{"n":-%d},"tool_response":{"agentId":"a%d"}}`+"\n", i, i+1, i)
		fmt.Fprintf(&agents, `{"session_id":"s","hook_event_name":"SubagentStart","agent_id":"a%d"}`+"\n", i)
	}
	var r Reader
	for _, in := range []string{calls.String(), ends.String(), agents.String()} {
		if err := r.Add("f", strings.NewReader(in)); err != nil {
			t.Fatal(err)
		}
	}
	if got := r.Sessions()[0].Calls(); got != 2*n {
		t.Errorf("%d calls, want %d", got, 2*n)
	}
	r = Reader{}
	if err := r.Add("f", strings.NewReader(calls.String()+agents.String()+ends.String())); err != nil {
		t.Fatal(err)
	}
	if got := r.Sessions()[0].Calls(); got != 2*n {
		t.Errorf("one file: %d calls, want %d", got, 2*n)
	}
}

// What nobody wrote is no prompt; 17 % of user turns in real transcripts are of these kinds.
func TestHuman(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"a person", " fix it ", "fix it"},
		{"a slash command", "<command-name>/clear</command-name>\n<command-message>clear</command-message>\n<command-args></command-args>", "/clear"},
		{"a command without name", "<command-message>x</command-message>", ""},
		{"command output", "<local-command-stdout>x</local-command-stdout>", ""},
		{"a caveat", "Caveat: The messages below were generated by the user while running local commands.", ""},
		{"the person's own shell", "<bash-input>ls</bash-input>", ""},
		{"its output", "<bash-stdout>a</bash-stdout><bash-stderr></bash-stderr>", ""},
		{"a reminder", "<system-reminder>x</system-reminder>", ""},
		{"a finished task", "<task-notification>x</task-notification>", ""},
		{"a teammate", `<teammate-message teammate_id="x">y</teammate-message>`, ""},
		{"a summary", "This session is being continued from a previous conversation that ran out of context.", ""},
		{"a hook", "Stop hook feedback:\n- run the tests", ""},
		{"the editor", "<ide_selection>x</ide_selection>", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := human(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		_, files := parseStory(string(data))
		for i, file := range files {
			if file[0] != "want" {
				f.Add([]byte(file[1]), []byte(files[max(0, i-1)][1]), uint8(i))
			}
		}
	}
	f.Fuzz(func(t *testing.T, a, b []byte, format uint8) {
		formats := Formats()
		r := Reader{Format: formats[int(format)%len(formats)], MaxLine: 1 << 16}
		for _, in := range [][]byte{a, b} {
			if err := r.Add("f", bytes.NewReader(in)); err != nil {
				t.Fatal(err)
			}
		}
		sessions := r.Sessions()
		if again := r.Sessions(); !reflect.DeepEqual(sessions, again) {
			t.Errorf("the second time other sessions (-first +second)\n%s", cmp.Diff(sessions, again))
		}
		for _, s := range sessions {
			for _, turn := range s.Turns {
				for _, c := range turn.Calls {
					for _, v := range []json.RawMessage{c.Input, c.RanWith} {
						if len(v) > 0 && !json.Valid(v) {
							t.Errorf("%q is no JSON", v)
						}
					}
					if c.Refused && !c.Failed {
						t.Error("refused and not failed")
					}
				}
			}
		}
		for _, p := range r.Problems() {
			if p.Line < 0 || p.Reason == "" {
				t.Errorf("problem %+v", p)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var in strings.Builder
	for i := range 200 {
		in.WriteString(pre(fmt.Sprint("t", i), "go test ./..."))
		in.WriteString(post(fmt.Sprint("t", i), "go test ./...", strings.Repeat("ok\n", 700)))
	}
	b.SetBytes(int64(in.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Read(strings.NewReader(in.String()), "f", Auto); err != nil {
			b.Fatal(err)
		}
	}
}
