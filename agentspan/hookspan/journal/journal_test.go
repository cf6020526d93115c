package journal

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func open(t *testing.T) *Dir {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "state"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// write appends one record of a turn to a session.
func write(t *testing.T, d *Dir, session, turn string) {
	t.Helper()
	log, err := d.Lock(session, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	s := log.State()
	s.Turn, s.Last = turn, noon
	if err := log.Append(&Record{Event: Event{Name: "Stop", Session: session, Time: noon}, State: s}); err != nil {
		t.Fatal(err)
	}
}

// TestKilledAtEveryByte cuts a session's file behind each of its bytes, as a process that
// is killed while it writes does: what was whole is read, and the next hook goes on.
func TestKilledAtEveryByte(t *testing.T) {
	d := open(t)
	for _, turn := range []string{"one", "two", "three"} {
		write(t, d, "s", turn)
	}
	path := d.file(Name("s"), logSuffix)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(whole, []byte{'\n'})
	for n := range len(whole) + 1 {
		if err := os.WriteFile(path, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		var want []string
		for i, turn := range []string{"one", "two", "three"} {
			if n >= len(bytes.Join(lines[:i+1], nil))-1 { // all but its end
				want = append(want, turn)
			}
		}
		log, err := d.Lock("s", time.Second)
		if err != nil {
			t.Fatal(err)
		}
		state := log.State()
		if len(want) > 0 && state.Turn != want[len(want)-1] {
			t.Fatalf("%d bytes: the state is that of %q, want %q", n, state.Turn, want[len(want)-1])
		}
		if len(want) == 0 && n > 0 && !state.Labels.Lost {
			t.Fatalf("%d bytes: what nobody can read counts as nothing", n)
		}
		log.Close()
		write(t, d, "s", "next")
		if n == 0 {
			continue // numbered from one again, like a new session
		}
		records, _, err := d.Records(Name("s"))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range records {
			got = append(got, r.State.Turn)
		}
		if diff := cmp.Diff(append(want, "next"), got); diff != "" {
			t.Fatalf("%d bytes (-want +got):\n%s", n, diff)
		}
	}
}

func TestConcurrentSafeHooksOfOneSession(t *testing.T) {
	d := open(t)
	const hooks = 40
	var wg sync.WaitGroup
	for range hooks {
		wg.Go(func() {
			log, err := d.Lock("s", 30*time.Second)
			if err != nil {
				t.Error(err)
				return
			}
			defer log.Close()
			s := log.State()
			s.Turns++
			if err := log.Append(&Record{Event: Event{Name: "Stop"}, State: s}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	log, err := d.Lock("s", time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if s := log.State(); s.Turns != hooks || s.Seq != hooks {
		t.Errorf("after %d hooks the session has %d turns in %d records", hooks, s.Turns, s.Seq)
	}
}

func TestHookThatWaitsTooLong(t *testing.T) {
	d := open(t)
	held, err := d.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if _, err := d.Lock("s", 0); !errors.Is(err, ErrBusy) {
		t.Errorf("Lock() = %v, want %v", err, ErrBusy)
	}
	other, err := d.Lock("another", 0)
	if err != nil {
		t.Fatalf("another session waits for it: %v", err)
	}
	other.Close()
}

func TestSessionIDsAreNoPaths(t *testing.T) {
	d := open(t)
	seen := map[string]string{}
	for _, id := range []string{
		"../../etc/passwd", "..", ".", "", "/", `..\..\x`, "a/b", "a\x00b", "CON", "NUL.txt", strings.Repeat("x", 5000), "\u202ex", "x", "X", "x ", "key", "s1.log",
		"~", "$HOME", "*", "ä", "a", "A",
	} {
		name := Name(id)
		if other, ok := seen[strings.ToLower(name)]; ok {
			t.Errorf("%q and %q have one file, %s", id, other, name)
		}
		seen[strings.ToLower(name)] = id
		if filepath.Base(name) != name || len(name) > 60 || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
			t.Errorf("Name(%q) = %q", id, name)
		}
		write(t, d, id, "t")
	}
	entries, err := os.ReadDir(d.Path())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"seen", "sessions"}, names); diff != "" {
		t.Errorf("the state folder (-want +got):\n%s", diff)
	}
}

func TestSessionWhoseFileVanished(t *testing.T) {
	d := open(t)
	write(t, d, "s", "one")
	if err := d.Remove(Name("s")); err != nil {
		t.Fatal(err)
	}
	log, err := d.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if !log.State().Labels.Lost {
		t.Error("a session whose file is gone has a history nobody knows")
	}
	fresh, err := d.Lock("new", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	if fresh.State().Labels.Lost {
		t.Error("a new session has lost nothing")
	}
}

func TestRecordsOfANewerProgramArePassedOver(t *testing.T) {
	d := open(t)
	write(t, d, "s", "one")
	newer, err := encode(&Record{Version: Version + 1, State: State{Seq: 2, Turn: "newer"}}, false)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(d.file(Name("s"), logSuffix), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(newer)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	log, err := d.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	if s := log.State(); s.Turn != "one" || s.Seq != 2 || !s.Labels.Lost {
		t.Errorf("behind a newer record a hook begins with %+v, want the last state it knows, as one whose history is lost", s)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, d, "s", "two")
	records, unread, err := d.Records(Name("s"))
	if err != nil {
		t.Fatal(err)
	}
	if unread != (Unread{Newer: 1}) || len(records) != 2 || records[1].State.Seq != 3 || !records[1].State.Labels.Lost {
		t.Errorf("%d records, %+v: %+v", len(records), unread, records)
	}
}

func TestBounds(t *testing.T) {
	d := open(t)
	log, err := d.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := log.Append(&Record{Event: Event{Name: strings.Repeat("x", MaxRecord)}}); err == nil {
		t.Error("a record larger than MaxRecord is written")
	}
	if log.State().Labels.Lost {
		t.Error("a session with room has lost its history")
	}
	log.size = MaxFile
	if err := log.Append(&Record{}); !errors.Is(err, ErrFull) {
		t.Errorf("Append() to a full file = %v, want %v", err, ErrFull)
	}
}

// A session that may not find room for what happens now knows that it does not know.
func TestSessionThatIsNearlyFull(t *testing.T) {
	d := open(t)
	write(t, d, "s", "one")
	path := d.file(Name("s"), logSuffix)
	line, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, MaxFile-MaxRecord); err != nil { // holes take no room
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Write(append([]byte("\n"), line...))
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	log, err := d.Lock("s", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if s := log.State(); !s.Labels.Lost || s.Turn != "one" {
		t.Errorf("the state is %+v", s)
	}
}

func TestKeyIsMadeOnce(t *testing.T) {
	d := open(t)
	keys := make([][]byte, 8)
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], err = d.Key(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for _, k := range keys {
		if len(k) != keySize || !bytes.Equal(k, keys[0]) {
			t.Fatalf("keys differ, or are no keys: %x %x", k, keys[0])
		}
	}
}

func TestSentAndPolicies(t *testing.T) {
	d := open(t)
	write(t, d, "s", "one")
	name := Name("s")
	if sent, err := d.Sent(name); err != nil || len(sent) != 0 {
		t.Errorf("Sent() = %v, %v", sent, err)
	}
	if err := d.AddSent(name, [][8]byte{{1}, {2}}); err != nil {
		t.Fatal(err)
	}
	sent, err := d.Sent(name)
	if err != nil || !sent["0100000000000000"] || len(sent) != 2 {
		t.Errorf("Sent() = %v, %v", sent, err)
	}
	text := []byte("version: 1\n")
	if err := d.KeepPolicy(text); err != nil {
		t.Fatal(err)
	}
	got, err := d.Policy(Digest(text))
	if err != nil || !bytes.Equal(got, text) {
		t.Errorf("Policy() = %q, %v", got, err)
	}
	if err := os.WriteFile(filepath.Join(d.Path(), policiesDir, Digest(text)), []byte("mode: observe\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Policy(Digest(text)); err == nil {
		t.Error("a policy that was changed where it is kept is taken for the one the session began with")
	}
	if _, err := d.Policy("../key"); err == nil {
		t.Error("a digest is a path")
	}
}

func FuzzRead(f *testing.F) {
	line, err := encode(&Record{Version: 1, Event: Event{Name: "Stop"}, State: State{Seq: 1}}, false)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(line)
	f.Add(append(line[:20:20], line...))
	f.Add([]byte("00000000 {}\n\n\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		records, _, err := Read(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		s, _, ok := last(data, true)
		if n := len(records); ok != (n > 0) || ok && s.Seq != records[n-1].State.Seq {
			t.Errorf("the last of %d records is %v", n, ok)
		}
	})
}

// TestSeenSessionsAreBounded begins more sessions than are remembered: the file stays
// small, the newest sessions are known, and one whose file is gone has lost its history.
func TestSeenSessionsAreBounded(t *testing.T) {
	d := open(t)
	id := func(i int) string { return Name("session " + strconv.Itoa(i)) }
	var full bytes.Buffer
	for i := range maxSeen {
		full.WriteString(id(i)[strings.LastIndexByte(id(i), '.')+1:] + "\n")
	}
	if err := os.WriteFile(filepath.Join(d.path, seenFile), full.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	const begun = maxSeen + 100
	for i := maxSeen; i < begun; i++ {
		if d.metBefore(id(i)) {
			t.Fatalf("session %d begins for the first time", i)
		}
	}
	info, err := os.Stat(filepath.Join(d.path, seenFile))
	if err != nil {
		t.Fatal(err)
	}
	if want := int64(25 * (maxSeen/2 + 100)); info.Size() != want {
		t.Errorf("%d bytes are kept of %d sessions, want %d", info.Size(), begun, want)
	}
	for i := maxSeen / 2; i < begun; i += 50 {
		if !d.metBefore(id(i)) {
			t.Fatalf("session %d was forgotten", i)
		}
	}
	if d.metBefore(id(0)) {
		t.Error("the first session is remembered behind the bound")
	}
	// A process that was killed while it wrote leaves a part of a line.
	if err := os.Truncate(filepath.Join(d.path, seenFile), info.Size()-7); err != nil {
		t.Fatal(err)
	}
	if d.metBefore(id(begun)) || !d.metBefore(id(begun)) {
		t.Error("a line that was cut off keeps others from being read")
	}
}

func TestSeenSessionsConcurrentSafe(t *testing.T) {
	d := open(t)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() { d.metBefore(Name(strconv.Itoa(i))) })
	}
	wg.Wait()
	for i := range 64 {
		if !d.metBefore(Name(strconv.Itoa(i))) {
			t.Errorf("session %d was not noted", i)
		}
	}
}
