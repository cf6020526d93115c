// Package deptest holds packages to the direction their imports may take. "Must not import" is a
// test with a reason, so that whoever meets it learns why before working around it.
//
//	deptest.Check(t, "github.com/ambit-go/ambit/boundary", deptest.Deny{
//		"go.opentelemetry.io": "plug-in authors must not need OpenTelemetry",
//	})
//
// direction_test.go beside this file holds every arrow of the design.
package deptest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Deny maps an import path to the reason why a package must not need it. The path stands for
// itself and for all below it: "a.example/x" covers "a.example/x/y" and not "a.example/xy".
type Deny map[string]string

// Check fails the test for each entry of deny that pkg imports, directly or through others, and
// says by which way. Tests of pkg do not count. pkg is an import path, or a path relative to the
// test's directory that starts with a dot.
func Check(t testing.TB, pkg string, deny Deny) {
	t.Helper()
	g, err := load(pkg)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range g.denied(deny) {
		t.Error(problem)
	}
}

// Only fails the test for each import of pkg outside the standard library that allowed does not
// have; why is the reason it gives. A path in allowed stands for itself, and for all below it too
// if it ends in "/...". Only looks at what pkg itself imports: what those packages may import is
// a question to each of them.
func Only(t testing.TB, pkg, why string, allowed ...string) {
	t.Helper()
	g, err := load(pkg)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range g.beyond(why, allowed) {
		t.Error(problem)
	}
}

// A listed package is what go list says of one.
type listed struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

// A graph is a package with all it needs.
type graph struct {
	root string // import path
	pkg  map[string]listed
}

// load asks the go command for pkg and all it needs.
func load(pkg string) (*graph, error) {
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Standard,Imports", "--", pkg)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go list %s: %w\n%s", pkg, err, stderr.Bytes())
	}
	return read(&stdout)
}

// read reads what go list prints: packages in order of need, the one that was asked for last.
func read(r io.Reader) (*graph, error) {
	g := &graph{pkg: make(map[string]listed)}
	for d := json.NewDecoder(r); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("read go list: %w", err)
		}
		g.pkg[p.ImportPath] = p
		g.root = p.ImportPath
	}
	if g.root == "" {
		return nil, errors.New("go list: no such package")
	}
	return g, nil
}

// ways returns, for every package that the root needs, the package by which a shortest way from
// the root gets there, and the packages in the order they were met.
func (g *graph) ways() (from map[string]string, order []string) {
	from = map[string]string{g.root: ""}
	order = []string{g.root}
	for i := 0; i < len(order); i++ {
		for _, next := range g.pkg[order[i]].Imports {
			if _, seen := from[next]; !seen {
				from[next] = order[i]
				order = append(order, next)
			}
		}
	}
	return from, order
}

// way prints a shortest way from the root to a package.
func way(from map[string]string, to string) string {
	var steps []string
	for p := to; p != ""; p = from[p] {
		steps = append(steps, p)
	}
	slices.Reverse(steps)
	return strings.Join(steps, " -> ")
}

// denied returns one sentence for each entry of deny that the root needs, in the order of paths.
func (g *graph) denied(deny Deny) []string {
	from, order := g.ways()
	var problems []string
	for _, path := range slices.Sorted(maps.Keys(deny)) {
		for _, p := range order {
			if covers(path, p) {
				problems = append(problems, fmt.Sprintf("%s must not need %s: %s\n\t%s", g.root, path, deny[path], way(from, p)))
				break // the shortest way says it; the rest follows from it
			}
		}
	}
	return problems
}

// beyond returns one sentence for each import of the root that allowed does not have.
func (g *graph) beyond(why string, allowed []string) []string {
	var problems []string
	for _, next := range g.pkg[g.root].Imports {
		if next == "C" || g.pkg[next].Standard || slices.ContainsFunc(allowed, func(a string) bool { return matches(a, next) }) {
			continue
		}
		problems = append(problems, fmt.Sprintf("%s must not import %s: %s", g.root, next, why))
	}
	return problems
}

// covers reports whether path stands for pkg.
func covers(path, pkg string) bool {
	path = strings.TrimSuffix(path, "/")
	return pkg == path || strings.HasPrefix(pkg, path+"/")
}

// matches reports whether a pattern, which may end in "/...", stands for pkg.
func matches(pattern, pkg string) bool {
	if path, ok := strings.CutSuffix(pattern, "/..."); ok {
		return covers(path, pkg)
	}
	return pkg == pattern
}
