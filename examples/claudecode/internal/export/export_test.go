package export

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

// session has hooks write down one turn with n calls.
func session(t *testing.T, state, id string, n int) {
	t.Helper()
	dir, err := journal.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	g := gate.Gate{Dir: dir, Home: "/home/ada", Env: func(string) string { return "" }}
	send := func(event, fields string) {
		g.Handle(t.Context(), fmt.Appendf(nil, `{"session_id":%q,"prompt_id":"p","cwd":"/repo","hook_event_name":%q%s}`, id, event, fields))
	}
	for i := range n {
		call := fmt.Sprintf(`,"tool_name":"Read","tool_input":{"file_path":"/repo/a"},"tool_use_id":"t%d"`, i)
		send("PreToolUse", call)
		send("PostToolUse", call+`,"tool_response":"x"`)
	}
	send("Stop", "")
}

// TestDeadCollector holds that nothing is lost while nobody takes spans.
func TestDeadCollector(t *testing.T) {
	for _, proxy := range proxies {
		t.Setenv(proxy, "") // behind one, nobody can be seen to be away
	}
	state := t.TempDir()
	session(t, state, "s-1", 3)
	s := settings.Settings{State: state, Endpoint: "http://127.0.0.1:1"} // nobody is there
	status, err := Run(t.Context(), s)
	if err == nil || !strings.Contains(status.Error, "away") || status.Sent+status.Dropped != 0 {
		t.Errorf("Run() = %+v, %v", status, err)
	}
	if got := ReadStatus(state); got.Error != status.Error {
		t.Errorf("the status says %+v", got)
	}
	dir, err := journal.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	records, _, err := dir.Records(journal.Name("s-1"))
	if err != nil || unsent(dir, journal.Name("s-1"), records) != 3 {
		t.Errorf("%d records, %v: want three calls that wait", len(records), err)
	}
}

// TestSpoolIsBounded holds that the oldest sessions make room, and that what had not
// been sent of them is counted.
func TestSpoolIsBounded(t *testing.T) {
	state := t.TempDir()
	session(t, state, "old", 4)
	session(t, state, "new", 2)
	file := filepath.Join(state, "sessions", journal.Name("old")+".log")
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(bytes.Repeat([]byte("\n"), 2<<20))
	if err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	past := time.Now().Add(-time.Hour)
	if err := os.Chtimes(file, past, past); err != nil {
		t.Fatal(err)
	}
	dir, err := journal.Open(state)
	if err != nil {
		t.Fatal(err)
	}
	var status Status
	if err := prune(dir, settings.Settings{SpoolMiB: 1, Endpoint: "http://127.0.0.1:9"}, &status); err != nil {
		t.Fatal(err)
	}
	files, err := dir.Files()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[0].Name != journal.Name("new") || status.Dropped != 4 {
		t.Errorf("left %+v, dropped %d; want the new session, and 4 calls dropped", files, status.Dropped)
	}
}
