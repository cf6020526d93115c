package hookspan

import (
	"os"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/effect/analyze"
)

// Analyzer finds what recorded calls touched, for a tracer that replays. A session
// whose folder is not on this machine ran on another one, of whose links and
// repositories this disk says nothing: its calls are told without any disk, see
// [analyze.Analyzer.Elsewhere]. Others are looked at here, as they were when they
// ran. Where a folder of another machine has the same name as one here the two cannot
// be told apart: for recordings that others made, take the analyzer with Elsewhere.
func Analyzer() effect.Analyzer { return recordedAnalyzer{} }

type recordedAnalyzer struct{}

func (recordedAnalyzer) Analyze(dst []effect.Effect, c effect.Call) []effect.Effect {
	dir := c.Root
	if dir == "" {
		dir = c.Dir
	}
	// A recording that names no folder says nothing of where it was made.
	fi, err := os.Stat(dir)
	return analyze.Analyzer{Elsewhere: dir == "" || err != nil || !fi.IsDir()}.Analyze(dst, c)
}
