package main

// Which files belong to one session, and what is in them.

import (
	"bufio"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/internal/eval/intentrows"
	"github.com/ambit-go/ambit/internal/eval/rows"
)

// A session is a recorded one and how it was recorded.
type session struct {
	recording.Session
	source string
}

// read returns the sessions of files and folders. What cannot be read of a
// recording is told on w.
func read(args []string, w io.Writer) ([]session, error) {
	var sessions []session
	var recordings [][]string // those of one folder belong together
	in := map[string]int{}
	for _, arg := range args {
		err := filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || path != arg && !strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".jsonl") {
				return err
			}
			labelled, err := isRows(path)
			if err != nil {
				return err
			}
			if labelled {
				more, err := readRows(path)
				sessions = append(sessions, more...)
				return err
			}
			dir := filepath.Dir(path)
			i, ok := in[dir]
			if !ok {
				i = len(recordings)
				in[dir], recordings = i, append(recordings, nil)
			}
			recordings[i] = append(recordings[i], path)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	for _, files := range recordings {
		more, err := readRecording(files, w)
		if err != nil {
			return nil, err
		}
		sessions = append(sessions, more...)
	}
	return sessions, nil
}

func readRecording(files []string, w io.Writer) ([]session, error) {
	var r recording.Reader
	for _, name := range files {
		if err := add(&r, name); err != nil {
			return nil, err
		}
	}
	for _, p := range r.Problems() {
		fmt.Fprintln(w, p)
	}
	var sessions []session
	for _, s := range r.Sessions() {
		source := string(s.Format)
		if s.Format == recording.ClaudeHooks { // other agents' hooks too
			source = cmp.Or(s.Agent, "unknown agent") + " hooks"
		}
		sessions = append(sessions, session{s, source})
	}
	return sessions, nil
}

func add(r *recording.Reader, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.Add(name, f)
}

// readRows reads labelled rows. Each is what followed on one prompt; the rows of a
// group are of one session, or of the sessions on one branch, and count as one.
func readRows(name string) ([]session, error) {
	var sessions []session
	of := map[string]int{}
	for row, err := range rows.Read[intentrows.Row](name) {
		if err != nil {
			return nil, err
		}
		id := cmp.Or(row.Group, row.ID)
		i, ok := of[id]
		if !ok {
			i = len(sessions)
			of[id] = i
			sessions = append(sessions, session{recording.Session{ID: id, Format: recording.Actions, Cwd: row.Dir}, "rows"})
		}
		turn := recording.Turn{Prompt: row.Prompt}
		for _, a := range row.Actions {
			call := recording.Call{Tool: a.Tool, Input: a.Input, Begun: true, Finished: true, Dir: row.Dir}
			if rest, ok := strings.CutPrefix(a.Tool, "mcp__"); ok {
				if server, tool, ok := strings.Cut(rest, "__"); ok {
					call.Server, call.Tool = server, tool
				}
			}
			turn.Calls = append(turn.Calls, call)
		}
		sessions[i].Turns = append(sessions[i].Turns, turn)
	}
	return sessions, nil
}

// isRows reports whether a file holds labelled rows: its first line says so.
func isRows(name string) (bool, error) {
	f, err := os.Open(name)
	if err != nil {
		return false, err
	}
	defer f.Close()
	r := bufio.NewReader(f)
	if head, err := r.Peek(2); err == nil && bytes.Equal(head, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, err)
		}
		r = bufio.NewReader(z)
	}
	line, err := r.ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return false, fmt.Errorf("%s: %w", name, err)
	}
	return bytes.Contains(line, []byte(`"actions"`)) && bytes.Contains(line, []byte(`"cat_gold"`)), nil
}
