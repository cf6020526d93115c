package serve

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

func newServer(t *testing.T) (*Server, *httptest.Server) {
	t.Helper()
	dir, err := journal.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{Token: "secret", Gate: &gate.Gate{Dir: dir, Home: "/home/ada", Env: func(string) string { return "" }}}
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, h
}

// post sends a payload, after edit.
func post(t *testing.T, url, body string, edit func(*http.Request)) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url+"/hook", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer secret")
	if edit != nil {
		edit(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

func call(tool, input string) string {
	return `{"session_id": "s-1", "cwd": "/home/ada/shop", "hook_event_name": "PreToolUse", "permission_mode": "default", "tool_use_id": "toolu_` + tool + `",
		"tool_name": "` + tool + `", "tool_input": ` + input + `}`
}

func TestDecides(t *testing.T) {
	_, h := newServer(t)
	if code, text := post(t, h.URL, call("Grep", `{"pattern": "round", "path": "/home/ada/shop"}`), nil); code != 200 || text != "{}" {
		t.Errorf("what is allowed: %d %s, want 200 and nothing said", code, text)
	}
	code, text := post(t, h.URL, call("Read", `{"file_path": "/home/ada/.aws/credentials"}`), nil)
	var answer struct {
		Specific struct {
			Event    string `json:"hookEventName"`
			Decision string `json:"permissionDecision"`
			Reason   string `json:"permissionDecisionReason"`
		} `json:"hookSpecificOutput"`
	}
	if err := json.Unmarshal([]byte(text), &answer); err != nil || code != 200 {
		t.Fatalf("%d %s: %v", code, text, err)
	}
	if a := answer.Specific; a.Event != "PreToolUse" || a.Decision != "ask" || !strings.Contains(a.Reason, "secret") {
		t.Errorf("a secret is read: %+v, want ask, and why", a)
	}
}

// TestNobodyElse: a page in a browser, and whoever does not know the token, write
// nothing down and learn nothing.
func TestNobodyElse(t *testing.T) {
	for _, test := range []struct {
		name string
		edit func(*http.Request)
		want int
	}{
		{"no token", func(r *http.Request) { r.Header.Del("Authorization") }, 401},
		{"another token", func(r *http.Request) { r.Header.Set("Authorization", "Bearer Secret") }, 401},
		{"a page", func(r *http.Request) { r.Header.Set("Origin", "https://evil.example") }, 403},
		{"a page of this machine", func(r *http.Request) { r.Header.Set("Origin", "http://localhost:3000") }, 403},
		{"a name that was made to point here", func(r *http.Request) { r.Host = "evil.example" }, 403},
		{"an address that is not this machine's", func(r *http.Request) { r.Host = "10.0.0.1:4319" }, 403},
		{"not a POST", func(r *http.Request) { r.Method = http.MethodGet }, 405},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, h := newServer(t)
			if code, text := post(t, h.URL, call("Bash", `{"command": "ls"}`), test.edit); code != test.want {
				t.Errorf("%d %s, want %d", code, text, test.want)
			}
			if files, err := s.Gate.Dir.Files(); err != nil || len(files) != 0 {
				t.Errorf("%d sessions were written down (%v)", len(files), err)
			}
		})
	}
	s := &Server{}
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://localhost/hook", nil)
	r.Header.Set("Authorization", "Bearer ")
	if s.ServeHTTP(w, r); w.Code != 401 {
		t.Errorf("a server without a token answers %d, want 401", w.Code)
	}
}

// TestBadInput: what cannot be read is answered, so that the call does not go on
// undecided.
func TestBadInput(t *testing.T) {
	_, h := newServer(t)
	for _, body := range []string{"", "{", `{"hook_event_name": "PreToolUse", "tool_name": "Ba`, "null", "[1]"} {
		if code, text := post(t, h.URL, body, nil); code != 200 || !json.Valid([]byte(text)) {
			t.Errorf("%q: %d %s", body, code, text)
		}
	}
}

func TestBlocksWithoutExitStatus(t *testing.T) {
	out := payload.Output{ExitCode: 2, Stderr: []byte("not \"now\"\n"), Decision: payload.Deny}
	if got, want := string(body(out)), `{"decision":"block","reason":"not \"now\""}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestListensHereOnly(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "example.com:0", "[::]:0", "nonsense"} {
		if l, err := Listen(t.Context(), address); err == nil {
			t.Errorf("%s: listens at %v", address, l.Addr())
			_ = l.Close()
		}
	}
}

func TestRunExportsAndEnds(t *testing.T) {
	s, _ := newServer(t)
	exported := make(chan struct{}, 10)
	s.Due = func() bool { exported <- struct{}{}; return true }
	l, err := Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, l) }()
	if code, text := post(t, "http://"+l.Addr().String(), `{"session_id": "s-1", "hook_event_name": "Stop"}`, nil); code != 200 {
		t.Fatalf("%d %s", code, text)
	}
	select {
	case <-exported:
	case <-time.After(2 * time.Minute):
		t.Error("a turn has ended, and nothing is exported")
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestToken(t *testing.T) {
	dir := t.TempDir()
	first, err := Token(dir)
	if err != nil || len(first) != 64 {
		t.Fatalf("%q, %v", first, err)
	}
	if again, err := Token(dir); again != first || err != nil {
		t.Errorf("then %q (%v), want the same", again, err)
	}
	name := filepath.Join(dir, "token")
	readable := func() {
		t.Helper()
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%v: others can read it", info.Mode())
		}
	}
	readable()
	// What somebody left there gives the new one no readers.
	if err := errors.Join(os.WriteFile(name, []byte("short"), 0o600), os.Chmod(name, 0o644)); err != nil {
		t.Fatal(err)
	}
	if again, err := Token(dir); len(again) != 64 || again == first || err != nil {
		t.Errorf("then %q (%v), want a new one", again, err)
	}
	readable()
}

// TestTheServersEnvironmentIsNotTheAgents holds that a server takes nothing that its own
// process was started with for something of the agents that call it.
func TestTheServersEnvironmentIsNotTheAgents(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_PROFILE": "servers-own", "CLAUDE_PROJECT_DIR": t.TempDir(), "CLAUDE_CODE_ENTRYPOINT": "sdk-cli", "AI_AGENT": "claude-code_9-9-9_harness",
		"TRACEPARENT": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "CLAUDE_CODE_SESSION_ATTENDED": "0",
	} {
		t.Setenv(name, value)
	}
	set, err := settings.Load(settings.Settings{State: t.TempDir(), Owner: "ada@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	own, err := set.Gate()
	if err != nil {
		t.Fatal(err)
	}
	h := httptest.NewServer(&Server{Token: "secret", Gate: Gate(*own)})
	t.Cleanup(h.Close)
	if _, text := post(t, h.URL, call("Read", `{"file_path": "/home/ada/.aws/credentials"}`), nil); !strings.Contains(text, `"ask"`) {
		t.Errorf("a person of the agent's can be asked: %s", text)
	}
	if _, text := post(t, h.URL, call("Bash", `{"command": "aws s3 ls"}`), nil); text != "{}" {
		t.Errorf("an ordinary call: %s", text)
	}
	records, _, err := own.Dir.Records(journal.Name("s-1"))
	if err != nil || len(records) != 2 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	if i := records[0].Session; i.Dir != "/home/ada/shop" || i.Version != "" || i.Parent != "" {
		t.Errorf("of its own environment the server took %+v", i)
	}
	if u := records[1].Call.Use; u != nil {
		t.Errorf("the server's credential was taken for the agent's: %+v", u)
	}
}

// TestSlowCallers holds that whoever sends nothing keeps no connection for long.
func TestSlowCallers(t *testing.T) {
	h := (&Server{}).http()
	for name, d := range map[string]time.Duration{
		"header": h.ReadHeaderTimeout, "payload": h.ReadTimeout, "answer": h.WriteTimeout, "idle": h.IdleTimeout,
	} {
		if d <= 0 || d > 5*time.Minute {
			t.Errorf("%s: %v", name, d)
		}
	}
	if h.WriteTimeout <= h.ReadTimeout {
		t.Error("the answer to a payload that came slowly is cut off") // the time counts from the header on
	}
}
