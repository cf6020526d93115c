package recording

// From bytes to JSON values: one per line, an array, or values spread over lines.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
)

// A file is one input of a Reader.
type file struct {
	*Reader
	name   string
	index  int
	line   int // of the value at hand
	format Format

	codex *codexState
}

// each hands every JSON value of a file to take. The slice is reused.
func (f *file) each(br *bufio.Reader, limit int) error {
	if bom, _ := br.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		_, _ = br.Discard(3)
	}
	head, _ := br.Peek(4 << 10)
	if spread(head) {
		return f.values(br, limit)
	}
	return f.lines(br, limit)
}

// spread reports whether a file is an array, or objects written over several lines:
// its first line is a bracket, or nothing but a brace.
func spread(head []byte) bool {
	head = bytes.TrimLeft(head, " \t\r\n")
	first, _, more := bytes.Cut(head, []byte("\n"))
	first = bytes.TrimRight(first, " \t\r")
	return len(first) > 0 && first[0] == '[' || more && string(first) == "{"
}

// lines reads one value per line.
func (f *file) lines(br *bufio.Reader, limit int) error {
	var buf []byte
	for n := 1; ; n++ {
		buf = buf[:0]
		size := 0
		var err error
		for {
			var part []byte
			part, err = br.ReadSlice('\n')
			size += len(part)
			if len(buf)+len(part) <= limit {
				buf = append(buf, part...)
			}
			if !errors.Is(err, bufio.ErrBufferFull) {
				break
			}
		}
		f.line = n
		b := bytes.TrimSpace(buf)
		switch {
		case size > len(buf):
			f.problem(f.name, n, "longer than the limit")
		case len(b) > 0:
			f.take(b)
		}
		if cap(buf) > 1<<20 {
			buf = nil // one huge line must not stay for the rest of the file
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// values reads values by their brackets, wherever lines end.
func (f *file) values(br *bufio.Reader, limit int) error {
	var (
		buf         []byte
		line, start = 1, 1
		depth, size int
		array       bool // inside the outer array
		quoted, esc bool
		junk        bool
	)
	for {
		c, err := br.ReadByte()
		if err != nil {
			f.line = start
			if depth > 0 {
				f.problem(f.name, start, "cut: the file ends inside the value")
			} else if array {
				f.problem(f.name, line, "cut: the array does not end")
			}
			if err == io.EOF {
				return nil
			}
			return err
		}
		if c == '\n' {
			line++
		}
		if depth == 0 {
			switch {
			case c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == ',':
				junk = false
				continue
			case c == ']' && array:
				array = false
				continue
			case c == '[' && !array:
				array = true
				continue
			case c != '{' && c != '[':
				if !junk {
					f.problem(f.name, line, "no JSON object")
				}
				junk = true
				continue
			}
			start, size, buf, quoted, esc = line, 0, buf[:0], false, false
		}
		size++
		if size <= limit {
			buf = append(buf, c)
		}
		switch {
		case esc:
			esc = false
		case quoted:
			esc = c == '\\'
			quoted = c != '"'
		case c == '"':
			quoted = true
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			depth--
		}
		if depth > 0 {
			continue
		}
		f.line = start
		if size > limit {
			f.problem(f.name, start, "longer than the limit")
			continue
		}
		f.take(buf)
	}
}

// take reads one value.
func (f *file) take(b []byte) {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	if b[0] != '{' {
		f.problem(f.name, f.line, "no JSON object")
		return
	}
	if !json.Valid(b) {
		f.problem(f.name, f.line, "invalid or cut JSON")
		return
	}
	if f.format == Auto {
		f.format = detect(b)
		if f.format == Auto {
			f.problem(f.name, f.line, "no known format")
			return
		}
	}
	switch f.format {
	case ClaudeHooks:
		f.hook(b)
	case ClaudeTranscript:
		f.transcript(b)
	case Codex:
		f.rollout(b)
	case Actions:
		f.actions(b)
	}
}

// detect tells a file's format from one object, [Auto] if it does not say.
func detect(b []byte) Format {
	var o struct {
		Type      string
		Actions   json.RawMessage
		Calls     json.RawMessage
		Action    json.RawMessage
		Payload   json.RawMessage
		Message   json.RawMessage
		UUID      json.RawMessage `json:"uuid"`
		SessionID json.RawMessage `json:"sessionId"`
		Leaf      json.RawMessage `json:"leafUuid"`
		MessageID json.RawMessage `json:"messageId"`
		Record    json.RawMessage `json:"record_type"`
		CallID    json.RawMessage `json:"call_id"`
		Role      string
		Content   json.RawMessage
		Start     json.RawMessage `json:"instructions"`
	}
	_ = json.Unmarshal(b, &o)
	has := func(v json.RawMessage) bool { return len(v) > 0 }
	starts := func(v json.RawMessage, c byte) bool { return has(v) && v[0] == c }
	e, err := payload.Decode(b)
	switch {
	case e.Native != "":
		return ClaudeHooks
	case starts(o.Actions, '[') || starts(o.Calls, '[') || starts(o.Action, '{'):
		return Actions
	case o.Type != "" && has(o.Payload), has(o.Record), has(o.CallID), o.Type == "message" && has(o.Content) && o.Role != "":
		return Codex
	case o.Type != "" && (has(o.Message) || has(o.UUID) || has(o.SessionID) || has(o.Leaf) || has(o.MessageID)):
		return ClaudeTranscript
	case err == nil, wrapped(b) != nil:
		return ClaudeHooks // a payload that names no event, or stands in an envelope
	case has(o.Start):
		return Codex // the first line of an early rollout
	}
	return Auto
}
