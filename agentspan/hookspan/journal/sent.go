package journal

// What of a session has been exported, and what may go.

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Sent holds the ids of the spans of one session that have arrived, in hex.
type Sent map[string]bool

// Sent returns which spans of a session have arrived.
func (d *Dir) Sent(name string) (Sent, error) {
	data, err := os.ReadFile(d.file(name, sentSuffix))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	sent := Sent{}
	for line := range strings.Lines(string(data)) {
		if id := strings.TrimSuffix(line, "\n"); len(id) == 16 {
			sent[id] = true
		}
	}
	return sent, nil
}

// AddSent notes spans that have arrived. An exporter that is killed before it could
// sends them again, with the same ids.
func (d *Dir) AddSent(name string, ids [][8]byte) error {
	if len(ids) == 0 {
		return nil
	}
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(hex.EncodeToString(id[:]))
		b.WriteByte('\n')
	}
	f, err := os.OpenFile(d.file(name, sentSuffix), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	_, err = f.WriteString(b.String())
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return nil
}

// Remove removes a session whose hooks are over. It leaves one that a hook holds.
func (d *Dir) Remove(name string) error {
	path := d.file(name, logSuffix)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	defer func() { _ = f.Close() }()
	if err := lockWithin(f, 0); err != nil {
		return err
	}
	if runtime.GOOS == "windows" { // where nothing that is open can be removed, neither here nor where a hook has it by now
		_ = f.Close()
	}
	err = os.Remove(path)
	if gone := os.Remove(d.file(name, sentSuffix)); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// TryExporting makes this process the one that exports; nil if another one is.
// Close the file when it is done.
func (d *Dir) TryExporting(wait time.Duration) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(d.path, "exporting"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	switch err := lockWithin(f, wait); {
	case errors.Is(err, ErrBusy):
		_ = f.Close()
		return nil, nil
	case err != nil:
		_ = f.Close()
		return nil, fmt.Errorf("journal: %w", err)
	}
	return f, nil
}
