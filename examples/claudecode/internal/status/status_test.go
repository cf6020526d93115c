package status

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
	"github.com/ambit-go/ambit/identity"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// state is a folder with two sessions, one at work and one that ended.
func state(t *testing.T) string {
	t.Helper()
	path := t.TempDir()
	dir, err := journal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	write := func(session string, at time.Time, records ...journal.Record) {
		log, err := dir.Lock(session, time.Second)
		if err != nil {
			t.Fatal(err)
		}
		for i := range records {
			r := &records[i]
			r.Version, r.State.Seq, r.State.Last = journal.Version, i+1, at
			r.State.Info.Agent, r.State.Info.Owner = "claude-code", identity.Principal{ID: "ada@example.com"}
			if err := log.Append(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
	}
	write("old", noon.Add(-72*time.Hour), journal.Record{State: journal.State{Ended: true, Turns: 1}})
	write("new", noon.Add(-90*time.Second),
		journal.Record{Call: &journal.Call{ID: "1", Answer: "silent"}},
		journal.Record{Done: &journal.Done{ID: "1"}},
		journal.Record{Call: &journal.Call{ID: "2", Answer: "ask"}},
		journal.Record{
			Call: &journal.Call{ID: "3", Answer: "deny"}, Signals: []journal.Raise{{Kind: "post_without_pre"}},
			State: journal.State{Open: true, Turns: 2},
		})
	return path
}

func TestText(t *testing.T) {
	path := state(t)
	exported := `{"at": "2026-11-30T11:59:00Z", "sent": 40, "dropped": 2, "broken": 1, "error": "connection refused", "error_at": "2026-11-30T11:00:00Z"}`
	if err := os.WriteFile(filepath.Join(path, "status.json"), []byte(exported), 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := Read(settings.Settings{State: path, Endpoint: "http://127.0.0.1:4317"})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	st.Text(&b, noon)
	got := strings.ReplaceAll(b.String(), path, "STATE")
	_, got, _ = strings.Cut(got, "\n") // sizes
	want := `policy   built in, mode as the policy says
export   to http://127.0.0.1:4317, 40 spans sent, 2 calls waiting, 2 dropped, last tried 1m ago
         failing since 1h0m ago: connection refused
         1 lines of sessions could not be read
sessions 2
  ` + journal.Name("new") + `  claude-code  at work, last seen 2m ago, for ada@example.com, 2 turns, 3 calls, 1 asked, 1 denied, 2 waiting, signals: post_without_pre (1)
  ` + journal.Name("old") + `  claude-code  ended 3 days ago, for ada@example.com, 1 turns, 0 calls, 0 asked, 0 denied
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestJSON(t *testing.T) {
	st, err := Read(settings.Settings{State: state(t)})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var back Status
	if err := errors.Join(st.JSON(&b), json.Unmarshal([]byte(b.String()), &back)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(st, back); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestNothingYet(t *testing.T) {
	st, err := Read(settings.Settings{State: filepath.Join(t.TempDir(), "state")})
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	st.Text(&b, noon)
	if !strings.Contains(b.String(), "no collector is set") || !strings.Contains(b.String(), "sessions 0") {
		t.Error(b.String())
	}
}
