package policy

import (
	"context"
	"os"
	"path/filepath"
	"slices"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
)

// A Condition is the compiled text of a "when:". It is asked with the request as
// it is and must be quick and bounded: the call waits for it, and with it the
// other calls of its session. An error
// means "cannot tell": a rule then matches, and a grant does not.
type Condition func(ctx context.Context, req boundary.Request) (bool, error)

// Options say what a policy needs beyond its file. The zero Options do for a file
// without examples and conditions.
type Options struct {
	// Analyzer finds the effects of the examples in the file. Without one, a file
	// with examples does not load: nobody could tell whether they hold.
	Analyzer effect.Analyzer

	// Detector looks for secrets in the arguments of the calls of stories, see
	// [Test]. It may be nil.
	Detector secret.Detector

	// When compiles the conditions of grants and rules and finds their mistakes.
	// Package boundary/cel has one. Without it, a file with conditions does not load.
	When func(text string) (Condition, error)

	// Protect are path patterns, as in the file, that no call may write, whatever
	// it was granted: policies, hooks, state. They add to those every policy
	// protects; see [Policy]. A drive in front (C:/…) stands for any.
	Protect []string

	// Elsewhere says that the calls to be judged are another machine's: the links in the
	// file's own paths are taken as they are written, since what they lead to here says
	// nothing of there. See analyze.Analyzer.Elsewhere.
	Elsewhere bool

	// HeardKey is the key under which words are remembered for constraints with "from";
	// one of the process's own if it is zero. Processes that share a session share a key.
	HeardKey [32]byte

	files []string // files to protect, as they are named
}

// Counts reports whether what p says of a call depends on how many calls came before
// it: whoever binds a session anew has to tell the new binding of those.
func (p *Policy) Counts() bool { return p != nil && p.counting }

// Load reads the policy in a file. The file itself is protected from the agent.
func Load(path string, o Options) (*Policy, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, data, o.protecting(path))
}

// protecting returns o with files that no call may write.
func (o Options) protecting(files ...string) Options {
	o.files = slices.Clip(o.files)
	for _, f := range files {
		if abs, err := filepath.Abs(f); err == nil {
			o.files = append(o.files, abs)
		}
	}
	return o
}

// readFile reads a file without taking in more than a policy may have.
func readFile(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the operation and the path
	}
	if info.Size() > maxFile {
		return nil, Errors{{File: path, Problem: "the file is larger than 8 MiB"}}
	}
	return os.ReadFile(path) //nolint:wrapcheck // names the operation and the path
}
