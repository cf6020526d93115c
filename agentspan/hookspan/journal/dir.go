package journal

// The folder of all sessions.

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A Dir is the folder of a deployment: its key, its sessions, and the policies they
// are held to. It is safe for concurrent use, by several processes too.
type Dir struct{ path string }

const (
	sessionsDir = "sessions"
	policiesDir = "policies"
	logSuffix   = ".log"
	sentSuffix  = ".sent"
	keyFile     = "key"
	seenFile    = "seen"

	keySize = 32
)

// Open returns the deployment in a folder, which is made if it is not there.
func Open(path string) (*Dir, error) {
	d := &Dir{path: path}
	if _, err := os.Stat(filepath.Join(path, sessionsDir)); err == nil {
		return d, nil
	}
	if err := os.MkdirAll(filepath.Join(path, sessionsDir), 0o700); err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	return d, nil
}

// Path returns the folder.
func (d *Dir) Path() string { return d.path }

// Key returns the deployment's key, which is made at its first use. Spans' ids and
// all hashes are made with it.
func (d *Dir) Key() ([]byte, error) {
	name := filepath.Join(d.path, keyFile)
	for range 3 {
		if key, err := os.ReadFile(name); err == nil && len(key) == keySize {
			return key, nil
		}
		key := make([]byte, keySize)
		_, _ = rand.Read(key)
		// Made whole under another name, so that no other hook reads half a key.
		if err := d.writeOnce(name, key); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("journal: %s is no key", name)
}

// writeOnce makes a file that is either not there or whole.
func (d *Dir) writeOnce(name string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	defer func() { _ = os.Remove(tmp.Name()) }()
	_, err = tmp.Write(data)
	if err := errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	if err := os.Link(tmp.Name(), name); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return err //nolint:wrapcheck // names the operation and the path
		}
		return os.Rename(tmp.Name(), name) //nolint:wrapcheck // file systems without links
	}
	return nil
}

// Name returns the name under which a session's files are kept: letters of its id
// that no file system minds, for people, and a hash, which alone counts.
func Name(session string) string {
	sum := sha256.Sum256([]byte(session))
	var b strings.Builder
	for _, c := range []byte(session) {
		if b.Len() == 24 {
			break
		}
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-' {
			b.WriteByte(c)
		}
	}
	b.WriteByte('.')
	b.WriteString(hex.EncodeToString(sum[:12]))
	return b.String()
}

func (d *Dir) file(name, suffix string) string {
	return filepath.Join(d.path, sessionsDir, name+suffix)
}

// Lock opens the file of a session for one hook, and waits for other hooks of that
// session for at most wait. A session whose file has vanished has lost its history.
func (d *Dir) Lock(session string, wait time.Duration) (*Log, error) {
	name := Name(session)
	for {
		path := d.file(name, logSuffix)
		f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err //nolint:wrapcheck // names the operation and the path
		}
		if err := lockWithin(f, wait); err != nil {
			_ = f.Close()
			return nil, err
		}
		if !same(f, path) { // pruned while we waited
			_ = f.Close()
			continue
		}
		l := &Log{dir: d, file: f}
		if err := l.load(); err != nil {
			_ = f.Close()
			return nil, err
		}
		if l.size == 0 && d.metBefore(name) {
			l.state.Labels.Lost = true
		}
		return l, nil
	}
}

// same reports whether f is still the file of that name.
func same(f *os.File, path string) bool {
	a, err := f.Stat()
	if err != nil {
		return false
	}
	b, err := os.Stat(path)
	return err == nil && os.SameFile(a, b)
}

// lockWithin takes the lock of f.
func lockWithin(f *os.File, wait time.Duration) error {
	var deadline time.Time
	for {
		ok, err := tryLock(f)
		if err != nil {
			return fmt.Errorf("journal: lock %s: %w", f.Name(), err)
		}
		if ok {
			return nil
		}
		now := time.Now()
		if deadline.IsZero() {
			deadline = now.Add(wait)
		}
		if now.After(deadline) {
			return ErrBusy
		}
		time.Sleep(pause)
	}
}

// metBefore notes that a session begins, and reports whether it had begun before:
// then its file was there and is gone. It remembers the newest of maxSeen sessions.
func (d *Dir) metBefore(name string) bool {
	line := []byte(name[strings.LastIndexByte(name, '.')+1:] + "\n")
	f, err := os.OpenFile(filepath.Join(d.path, seenFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	if lockWithin(f, seenWait) != nil {
		return false
	}
	known, err := io.ReadAll(io.LimitReader(f, 4*maxSeen*int64(len(line))))
	if err != nil {
		return false
	}
	known = known[:len(known)/len(line)*len(line)] // what a killed process left of a line
	if bytes.Contains(known, line) {
		return true
	}
	if len(known) >= maxSeen*len(line) {
		// The newer half takes the place of the older one before the file is cut: whenever
		// this is killed, no newer session is forgotten.
		known = known[len(known)/len(line)/2*len(line):]
		if _, err := f.WriteAt(known, 0); err != nil {
			return false
		}
		if err := f.Truncate(int64(len(known))); err != nil {
			return false
		}
	}
	_, _ = f.WriteAt(line, int64(len(known)))
	return false
}

const (
	// maxSeen bounds the sessions that are remembered to have begun: 200 KiB. One whose
	// file vanishes after that many others began is taken for a new one.
	maxSeen = 8192
	// seenWait is how long a hook that begins a session waits for others that begin one.
	seenWait = 200 * time.Millisecond
)

// Policy returns the text of a policy a session is held to, by its digest.
func (d *Dir) Policy(digest string) ([]byte, error) {
	if len(digest) != 2*sha256.Size || strings.Trim(digest, hexDigits) != "" {
		return nil, fmt.Errorf("journal: %q is no digest", digest)
	}
	text, err := os.ReadFile(filepath.Join(d.path, policiesDir, digest))
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	if Digest(text) != digest {
		return nil, fmt.Errorf("journal: the policy kept as %s is another one", digest)
	}
	return text, nil
}

// KeepPolicy keeps the text of a policy that a session is held to from now on.
func (d *Dir) KeepPolicy(text []byte) error {
	name := filepath.Join(d.path, policiesDir, Digest(text))
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	if err := d.writeOnce(name, text); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

// Digest returns the digest by which a policy is kept.
func Digest(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// A File is what lies there of one session.
type File struct {
	Name     string // without folder and suffix
	Size     int64  // of the records
	Modified time.Time
}

// Files lists the sessions, the one changed longest ago first.
func (d *Dir) Files() ([]File, error) {
	entries, err := os.ReadDir(filepath.Join(d.path, sessionsDir))
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	var files []File
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), logSuffix)
		if !ok {
			continue
		}
		if info, err := e.Info(); err == nil {
			files = append(files, File{name, info.Size(), info.ModTime()})
		}
	}
	slices.SortFunc(files, func(a, b File) int {
		return cmp.Or(a.Modified.Compare(b.Modified), strings.Compare(a.Name, b.Name))
	})
	return files, nil
}

// Records returns the records of a session by its file's name, and how many lines of
// the file were none.
func (d *Dir) Records(name string) ([]Record, Unread, error) {
	f, err := os.Open(d.file(name, logSuffix))
	if err != nil {
		return nil, Unread{}, err //nolint:wrapcheck // names the operation and the path
	}
	defer func() { _ = f.Close() }()
	return Read(f)
}
