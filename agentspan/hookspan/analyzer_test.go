package hookspan_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/boundary/effect"
)

// TestAnalyzerAsksOnlyItsOwnDisk holds that links here count for a session whose
// folder is here, and for no other.
func TestAnalyzerAsksOnlyItsOwnDisk(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "to"), filepath.Join(dir, "link")); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link", "x")
	for _, tt := range []struct{ root, dir, want string }{
		{dir, dir, filepath.Join(dir, "to", "x")},
		{"", dir, filepath.Join(dir, "to", "x")},
		{dir, dir + "/gone", filepath.Join(dir, "to", "x")}, // a folder of the repository that has been removed since
		{dir + "/gone", dir + "/gone", link},
		{dir + "/gone", dir, link},
		{"", "", link},
	} {
		call := effect.Call{Tool: "Read", Arguments: []byte(`{"file_path":"` + link + `"}`), Root: tt.root, Dir: tt.dir}
		if got := hookspan.Analyzer().Analyze(nil, call); len(got) == 0 || got[0].Target != tt.want {
			t.Errorf("root %q dir %q: %v, want %s", tt.root, tt.dir, got, tt.want)
		}
	}
}
