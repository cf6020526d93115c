package replay

// Files: which belong together, and what of them could be read.

import (
	"context"
	"fmt"
	"io"
	"path/filepath"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/examples/internal/recordings"
)

// play reads and replays files, those that belong together at once. It reports
// whether all could be opened, replayed and, in part at least, read.
func play(ctx context.Context, p *player, format recording.Format, args []string, stderr io.Writer) bool {
	ok := true
	report := func(problem any) {
		p.counts.problems++
		fmt.Fprintln(stderr, "replay:", problem)
	}
	files, errs := recordings.Files(args)
	for _, err := range errs {
		report(err)
		ok = false
	}
	for _, group := range together(files) {
		r := &recording.Reader{Format: format}
		for _, name := range group {
			if err := recordings.Add(r, name); err != nil {
				report(err)
				ok = false
			}
		}
		for _, problem := range r.Problems() {
			report(problem)
		}
		for _, n := range r.Other() {
			p.counts.other += n
		}
		for _, s := range r.Sessions() {
			if err := p.replay(ctx, s); err != nil {
				report(err)
				return false
			}
		}
	}
	if p.counts.sessions+p.counts.other == 0 && p.counts.problems > 0 {
		ok = false // nothing in them is a recording
	}
	return ok
}

// together groups files by their folder. The transcripts of a session's subagents
// lie in a folder of their own, <session>/subagents, beside that of the session.
func together(files []string) (groups [][]string) {
	at := map[string]int{}
	for _, name := range files {
		dir := filepath.Dir(name)
		if filepath.Base(dir) == "subagents" {
			dir = filepath.Dir(filepath.Dir(dir))
		}
		i, ok := at[dir]
		if !ok {
			i = len(groups)
			at[dir] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], name)
	}
	return groups
}
