package journal

// The file of one session.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

const (
	// MaxFile bounds one session's file: some 10,000 calls.
	MaxFile = 64 << 20
	// MaxRecord bounds one record. What a call would touch is cut before that.
	MaxRecord = 1 << 20

	// tail is what is read of a file's end at first: one record of an ordinary session.
	tail = 32 << 10
)

// Errors of a [Log].
var (
	ErrBusy = errors.New("journal: another hook holds the session")
	ErrFull = errors.New("journal: the session's file is full")
)

// A Log is one session's file, locked. It belongs to one goroutine.
type Log struct {
	dir   *Dir
	file  *os.File
	size  int64
	state State
	fresh bool // the file was not there
	torn  bool // it does not end with a whole line
}

// State returns what the session carries; zero for a new one.
func (l *Log) State() State { return l.state }

// Fresh reports whether the session has no record yet.
func (l *Log) Fresh() bool { return l.fresh }

// load reads the last whole record.
func (l *Log) load() error {
	info, err := l.file.Stat()
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	l.size = info.Size()
	if l.size == 0 {
		l.fresh = true
		return nil
	}
	for n := int64(tail); ; n *= 8 {
		n = min(n, l.size)
		buf := make([]byte, n)
		if _, err := l.file.ReadAt(buf, l.size-n); err != nil && !errors.Is(err, io.EOF) {
			return err //nolint:wrapcheck // names the operation and the path
		}
		l.torn = buf[len(buf)-1] != '\n'
		if s, newer, ok := last(buf, n == l.size); ok {
			l.state = s
			if newer > 0 { // what another version of the program wrote since is not known here
				l.state.Seq += newer
				l.state.Labels.Lost = true
			}
			if l.size > MaxFile-MaxRecord {
				l.state.Labels.Lost = true // what happens now may find no room
			}
			return nil
		}
		if n == l.size || n > 8*MaxRecord {
			break
		}
	}
	l.fresh = true
	l.state.Labels.Lost = true // there was something, and nobody can read it
	return nil
}

// last returns the state after the last whole record in buf, and how many records of a
// newer program stand behind it. What stands before the first line end may be half a
// line, unless buf is the whole file.
func last(buf []byte, whole bool) (s State, newer int, ok bool) {
	for len(buf) > 0 {
		end := len(buf)
		if buf[end-1] == '\n' {
			end--
		} // else the line's end alone may be missing: its checksum tells
		begin := bytes.LastIndexByte(buf[:end], '\n') + 1
		if begin == 0 && !whole {
			return s, newer, false
		}
		if body, ok := checked(buf[begin:end]); ok {
			if versionOf(body) > Version {
				newer++
			} else if s, ok := stateOf(body); ok {
				return s, newer, true
			}
		}
		buf = buf[:begin]
	}
	return s, newer, false
}

// beginning is how every record begins, and ending what stands before its state.
const beginning, ending = `{"v":`, `,"state":"`

// versionOf returns the version of a record; 0 if it has none.
func versionOf(body []byte) int {
	rest, ok := bytes.CutPrefix(body, []byte(beginning))
	if !ok {
		return 0
	}
	version := 0
	for _, c := range rest[:min(len(rest), 6)] {
		if c < '0' || c > '9' {
			break
		}
		version = 10*version + int(c-'0')
	}
	return version
}

// stateOf returns the state at the end of a record; the rest is for exporters.
func stateOf(body []byte) (s State, ok bool) {
	at := bytes.LastIndex(body, []byte(ending))
	if at < 0 || versionOf(body) < 1 || !bytes.HasSuffix(body, []byte(`"}`)) {
		return s, false
	}
	return s, s.UnmarshalText(body[at+len(ending):len(body)-2]) == nil
}

// parse reads one line.
func parse(line []byte) (r Record, ok bool) {
	body, ok := checked(line)
	if !ok || json.Unmarshal(body, &r) != nil || r.Version > Version || r.Version < 1 {
		return Record{}, false
	}
	return r, true
}

// checked returns the JSON of a line whose checksum is right.
func checked(line []byte) (body []byte, ok bool) {
	if len(line) < 10 || line[8] != ' ' {
		return nil, false
	}
	var sum [8]byte
	return line[9:], string(line[:8]) == string(checksum(sum[:0], line[9:]))
}

const hexDigits = "0123456789abcdef"

// checksum appends the FNV-1a hash of a line, folded to 32 bits: the tables of a CRC
// take longer to make than a record to write.
func checksum(dst, body []byte) []byte {
	h := uint64(14695981039346656037)
	for _, c := range body {
		h = (h ^ uint64(c)) * 1099511628211
	}
	sum := uint32(h ^ h>>32)
	for i := 28; i >= 0; i -= 4 {
		dst = append(dst, hexDigits[sum>>i&15])
	}
	return dst
}

// Append writes a record, whose State becomes the session's. On an error nothing is
// written, or a part of a line that readers pass over.
func (l *Log) Append(r *Record) error {
	r.Version = Version
	r.State.Seq = l.state.Seq + 1
	line, err := encode(r, l.torn)
	if err != nil {
		return err
	}
	if len(line) > MaxRecord {
		return fmt.Errorf("journal: a record of %d bytes", len(line))
	}
	if l.size+int64(len(line)) > MaxFile {
		return ErrFull
	}
	n, err := l.file.Write(line)
	if err != nil {
		if n > 0 && l.file.Truncate(l.size) != nil {
			l.torn = true
		}
		return err //nolint:wrapcheck // names the operation and the path
	}
	l.size += int64(n)
	l.torn, l.fresh = false, false
	l.state = r.State
	return nil
}

// encode writes a record as one line: checksum, space, JSON.
func encode(r *Record, torn bool) ([]byte, error) {
	const sum = 8
	line := make([]byte, 0, 4<<10)
	if torn {
		line = append(line, '\n')
	}
	begin := len(line)
	line = append(line, "00000000 "...)
	line, err := r.json(line)
	if err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	checksum(line[begin:begin], line[begin+sum+1:])
	return append(line, '\n'), nil
}

// Close gives the session to the next hook.
func (l *Log) Close() error { return l.file.Close() } //nolint:wrapcheck // names the operation and the path

// Unread are the lines of a session that are no records to this program.
type Unread struct {
	Broken int // written in part, or changed
	Newer  int // whole, and of a newer program's form
}

// Read returns the whole records in src, in order, and how many lines were none.
func Read(src io.Reader) (records []Record, unread Unread, err error) {
	data, err := io.ReadAll(io.LimitReader(src, MaxFile+MaxRecord))
	if err != nil {
		return nil, unread, fmt.Errorf("journal: %w", err)
	}
	for len(data) > 0 {
		line, rest, _ := bytes.Cut(data, []byte{'\n'})
		data = rest
		if len(line) == 0 {
			continue
		}
		if r, ok := parse(line); ok { // its end alone may be missing
			records = append(records, r)
		} else if body, ok := checked(line); ok && versionOf(body) > Version {
			unread.Newer++
		} else {
			unread.Broken++
		}
	}
	return records, unread, nil
}

// pause is how long a hook waits between two looks at a lock that is held.
const pause = 500 * time.Microsecond

// Records returns all records of the session.
func (l *Log) Records() ([]Record, error) {
	records, _, err := Read(io.NewSectionReader(l.file, 0, l.size))
	return records, err
}
