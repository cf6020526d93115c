// Command semconvgen checks the registry of telemetry names (semconv/model and
// semconv/pinned) and writes what is made from it: the Go files, the table and
// the record of enumeration values.
//
// Run it from internal/tools after a change to the registry:
//
//	GOWORK=off go run ./semconvgen
//
// With -check it writes nothing and fails where an output is not up to date.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	dir := flag.String("dir", "../../semconv", "the semconv `folder`")
	check := flag.Bool("check", false, "write nothing; fail where an output is not up to date")
	flag.Parse()
	if err := run(*dir, *check); err != nil {
		fmt.Fprintln(os.Stderr, "semconvgen:", err)
		os.Exit(1)
	}
}

func run(dir string, check bool) error {
	fsys := os.DirFS(dir)
	outputs, err := generate(fsys)
	if err != nil {
		return err
	}
	var stale []string
	for _, o := range outputs {
		current, err := fs.ReadFile(fsys, o.name)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err == nil && bytes.Equal(current, o.data) {
			continue
		}
		if check {
			stale = append(stale, o.name)
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(o.name)), o.data, 0o644); err != nil {
			return err
		}
	}
	if len(stale) > 0 {
		return fmt.Errorf("not up to date, run `go generate ./semconv`: %s", strings.Join(stale, ", "))
	}
	return nil
}

// An output is a file under the semconv folder.
type output struct {
	name string
	data []byte
}

// generate checks the registry and makes all outputs, or none.
func generate(fsys fs.FS) ([]output, error) {
	r, err := load(fsys)
	if err != nil {
		return nil, err
	}
	recorded, err := readLock(fsys)
	if err != nil {
		return nil, err
	}
	now := r.lock()
	if problems := append(r.check(), recorded.broken(now)...); len(problems) > 0 {
		return nil, fmt.Errorf("the registry breaks its rules:\n  %s", strings.Join(problems, "\n  "))
	}
	outputs := []output{{lockFile, now.bytes()}, {"keys.md", r.table()}}
	for _, f := range []struct {
		name   string
		render func(*registry) ([]byte, error)
	}{
		{"attributes_gen.go", renderOurs},
		{"conventions_gen.go", renderPinned},
		{"metrics_gen.go", renderMetrics},
		{"names_gen.go", renderNames},
		{"schema_gen.go", renderSchema},
	} {
		data, err := f.render(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		outputs = append(outputs, output{f.name, data})
	}
	return outputs, nil
}
