package recordings

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"a.jsonl", "b.json.gz", "c.txt", "sub/d.jsonl.gz", "sub/e.json"} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	named, missing := filepath.Join(dir, "c.txt"), filepath.Join(dir, "missing")
	files, errs := Files([]string{dir, named, missing})
	var got []string
	for _, f := range files {
		rel, err := filepath.Rel(dir, f)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, filepath.ToSlash(rel))
	}
	if want := []string{"a.jsonl", "b.json.gz", "sub/d.jsonl.gz", "sub/e.json", "c.txt", "missing"}; !slices.Equal(got, want) || len(errs) > 0 {
		t.Errorf("files %q, %v, want %q", got, errs, want)
	}
	if err := Add(&recording.Reader{}, missing); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}
