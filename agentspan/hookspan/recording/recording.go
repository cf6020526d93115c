package recording

// The neutral form, and the Reader that fills it.

import (
	"bufio"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// A Format is how a recording is written.
type Format string

// The formats. [Auto], the zero value too, looks at the file.
const (
	Auto             Format = "auto"
	ClaudeHooks      Format = "claude-hooks"
	ClaudeTranscript Format = "claude-transcript"
	Codex            Format = "codex"
	Actions          Format = "actions"
)

// Formats lists them, for a program's usage text.
func Formats() []Format { return []Format{Auto, ClaudeHooks, ClaudeTranscript, Codex, Actions} }

// A Session is one run of an agent.
type Session struct {
	ID      string
	Format  Format // a session in two formats is two Sessions
	Agent   string // as payload.Dialect.String: claude-code, codex, …; empty if unknown
	Version string
	Model   string
	Mode    string // the first permission mode seen
	Cwd     string // where the session started
	Branch  string
	Start   time.Time // zero if the recording has no times
	End     time.Time
	Turns   []Turn
}

// Calls returns how many calls the session made.
func (s Session) Calls() int {
	n := 0
	for _, t := range s.Turns {
		n += len(t.Calls)
	}
	return n
}

// A Turn runs from one prompt to the agent's answer.
type Turn struct {
	ID          string // the prompt's id, if the recording has one
	Prompt      string // what a person wrote; empty if the prompt is not in the recording
	Interrupted bool   // the person stopped it
	Start, End  time.Time
	Calls       []Call
}

// A Call is one attempted use of a tool.
type Call struct {
	ID         string
	Tool       string          // canonical, see package payload; of an MCP tool the server's own name
	Server     string          // MCP server; a plugin's is "plugin:<plugin>:<server>"
	NativeTool string          // as the agent wrote it
	Input      json.RawMessage // canonical arguments; valid JSON, not always an object
	RanWith    json.RawMessage // the arguments the end event names, if they differ from Input

	Result     string // text of what the tool answered, cut at Reader.MaxResult
	ResultSize int    // bytes of the whole answer, before the cut
	Error      string // text of the failure, cut like Result
	Failed     bool   // the tool ran and failed, or was refused
	Refused    bool   // the agent's own rules, a hook or a person said no: it never ran

	Begun    bool // the event before the call was recorded
	Finished bool // the event after it was

	Start, End time.Time
	Duration   time.Duration // of the tool alone, if the recording says
	Dir        string        // working directory at the call
	Mode       string        // permission mode at the call
	Agent      string        // id of the subagent that made it; empty on the main thread
	AgentType  string
	Parent     string // id of the call that started the subagent, if known
}

// A Problem is something that could not be read.
type Problem struct {
	File   string
	Line   int    // from 1; 0 if it concerns the file or session as a whole
	Reason string // no content of the recording
}

// String returns "file:line: reason".
func (p Problem) String() string {
	if p.Line == 0 {
		return p.File + ": " + p.Reason
	}
	return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Reason)
}

// Limits of a [Reader] whose fields are zero, in bytes, and what it never exceeds.
const (
	DefaultMaxLine   = 64 << 20 // tool responses of 20 MiB occur
	DefaultMaxResult = 1 << 20
	DefaultMaxTotal  = 1 << 30

	maxProblems = 1000
	maxOther    = 100
)

// A Reader reads the files of any number of sessions. The zero Reader is ready to
// use. It belongs to one goroutine.
type Reader struct {
	Format    Format
	MaxLine   int // longer lines are a problem, and skipped without being held
	MaxResult int // of each call's Result and Error
	MaxTotal  int // of everything kept; calls beyond are a problem

	sessions []*session
	byKey    map[string]*session
	problems []Problem
	dropped  int
	other    map[string]int
	kept     int
	full     bool
	files    int
}

// Read reads one file. Name is for problems only.
func Read(src io.Reader, name string, format Format) ([]Session, []Problem, error) {
	r := Reader{Format: format}
	err := r.Add(name, src)
	return r.Sessions(), r.Problems(), err
}

// Add reads a file, plain or gzip. The error is one of reading src or of a format
// that is none; what was read before it counts.
func (r *Reader) Add(name string, src io.Reader) error {
	format := cmp.Or(r.Format, Auto)
	if !slices.Contains(Formats(), format) {
		return fmt.Errorf("recording: no format %q", format)
	}
	r.files++
	br := bufio.NewReaderSize(src, 64<<10)
	if magic, _ := br.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		zr, err := gzip.NewReader(br)
		if err != nil {
			r.problem(name, 0, "broken gzip header")
			return nil
		}
		br = bufio.NewReaderSize(gzipReader{zr}, 64<<10)
	}
	f := &file{Reader: r, name: name, index: r.files, format: format}
	err := f.each(br, cmp.Or(r.MaxLine, DefaultMaxLine))
	if gz, ok := err.(gzipError); ok { //nolint:errorlint // gzipReader returns it bare
		r.problem(name, f.line, "broken gzip data: "+gz.Error())
		return nil
	}
	if err != nil {
		return fmt.Errorf("recording: read %s: %w", name, err)
	}
	return nil
}

// A gzipError is a fault in compressed data: a cut file, not a broken disk.
type gzipError struct{ error }

type gzipReader struct{ *gzip.Reader }

func (g gzipReader) Read(p []byte) (int, error) {
	n, err := g.Reader.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		err = gzipError{err}
	}
	return n, err
}

// Sessions returns what has been read so far, in the order in which the sessions
// were first seen. Sessions without a prompt and without a call are left out.
func (r *Reader) Sessions() []Session {
	var out []Session
	for _, s := range r.sessions {
		if built, _ := s.build(); len(built.Turns) > 0 {
			out = append(out, built)
		}
	}
	return out
}

// Problems returns what could not be read, in order. After a thousand they are
// only counted; the last one then says how many more there were.
func (r *Reader) Problems() []Problem {
	out := slices.Clone(r.problems)
	for _, s := range r.sessions {
		if _, n := s.build(); n > 0 {
			out = append(out, Problem{File: "session " + printable(s.ID), Reason: fmt.Sprintf(
				"%d calls stand in no prompt's turn: the files have neither times nor prompt ids", n)})
		}
	}
	if r.dropped > 0 {
		out = append(out, Problem{File: "recording", Reason: fmt.Sprintf("and %d more problems", r.dropped)})
	}
	return out
}

// Other counts the lines that were read and hold neither a call nor a prompt, by
// their type: events and line types this package does not use, or does not know.
func (r *Reader) Other() map[string]int { return r.other }

func (r *Reader) problem(file string, line int, reason string) {
	if len(r.problems) >= maxProblems {
		r.dropped++
		return
	}
	r.problems = append(r.problems, Problem{File: printable(file), Line: line, Reason: reason})
}

func (r *Reader) count(kind string) {
	if r.other == nil {
		r.other = map[string]int{}
	}
	kind = printable(kind)
	if _, ok := r.other[kind]; !ok && len(r.other) >= maxOther {
		kind = "(more)"
	}
	r.other[kind]++
}

// session finds or makes the session of a format and id.
func (r *Reader) session(f Format, id string) *session {
	key := string(f) + "\x00" + id
	s := r.byKey[key]
	if s == nil {
		if r.byKey == nil {
			r.byKey = map[string]*session{}
		}
		s = &session{Session: Session{ID: id, Format: f}, calls: map[string]*call{}}
		r.byKey[key] = s
		r.sessions = append(r.sessions, s)
	}
	return s
}

// cut shortens a result to what is kept of it.
func (r *Reader) cut(s string) string {
	if limit := r.limit(); len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return strings.Clone(s)
}

func (r *Reader) limit() int { return cmp.Or(r.MaxResult, DefaultMaxResult) }

// room takes n bytes of what may be kept, and reports whether there was room.
func (f *file) room(n int) bool {
	n += 512 // the value itself
	if f.kept+n > cmp.Or(f.MaxTotal, DefaultMaxTotal) {
		if !f.full {
			f.full = true
			f.problem(f.name, f.line, "recording too large: calls from here on are left out")
		}
		return false
	}
	f.kept += n
	return true
}

// printable makes a name safe and short enough to print.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f || c >= 0x80 && c < 0xa0 || c >= 0x202a && c <= 0x202e || c >= 0x2066 && c <= 0x2069 {
			return '?'
		}
		return c
	}, s)
	if len(s) > 200 {
		s = strings.ToValidUTF8(s[:200], "") + "…"
	}
	return s
}
