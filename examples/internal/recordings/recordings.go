// Package recordings finds the files that people name to the programs which read what
// coding agents recorded.
package recordings

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
)

// Files replaces folders by the JSON files below them, packed or not. A name that
// cannot be looked at stays, since whoever opens it says why; folders that cannot be
// walked are errors.
func Files(names []string) (files []string, errs []error) {
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil || !info.IsDir() {
			files = append(files, name)
			continue
		}
		err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
			bare := strings.TrimSuffix(path, ".gz")
			if err == nil && d.Type().IsRegular() && (strings.HasSuffix(bare, ".jsonl") || strings.HasSuffix(bare, ".json")) {
				files = append(files, path)
			}
			return err
		})
		if err != nil {
			errs = append(errs, err)
		}
	}
	return files, errs
}

// Add gives a file to a reader.
func Add(r *recording.Reader, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return r.Add(name, f)
}
