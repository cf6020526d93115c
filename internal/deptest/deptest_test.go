package deptest

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drawn is what go list says of a.example/m/top, which needs mid and two foreign packages.
const drawn = `
{"ImportPath": "fmt", "Standard": true, "Imports": ["io"]}
{"ImportPath": "io", "Standard": true}
{"ImportPath": "b.example/deep/x"}
{"ImportPath": "b.example/sdk/trace", "Imports": ["b.example/deep/x", "fmt"]}
{"ImportPath": "a.example/m/mid", "Imports": ["b.example/sdk/trace", "fmt"]}
{"ImportPath": "a.example/m/top", "Imports": ["C", "a.example/m/mid", "b.example/deep/x", "fmt"]}
`

func TestDenyFires(t *testing.T) {
	g, err := read(strings.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		deny Deny
		want []string
	}{
		{"nothing denied", nil, nil},
		{"not needed", Deny{"c.example": "never"}, nil},
		{"a longer name is another one", Deny{"b.example/sd": "never", "b.example/sdk/tra": "never"}, nil},
		{"direct", Deny{"a.example/m/mid": "top stands alone"}, []string{
			"a.example/m/top must not need a.example/m/mid: top stands alone\n\ta.example/m/top -> a.example/m/mid",
		}},
		{"indirect, by prefix", Deny{"b.example/sdk": "applications choose the SDK"}, []string{
			"a.example/m/top must not need b.example/sdk: applications choose the SDK\n\ta.example/m/top -> a.example/m/mid -> b.example/sdk/trace",
		}},
		{"by the shortest way, with a slash", Deny{"b.example/deep/": "too deep"}, []string{
			"a.example/m/top must not need b.example/deep/: too deep\n\ta.example/m/top -> b.example/deep/x",
		}},
		{"the standard library", Deny{"io": "no reading"}, []string{
			"a.example/m/top must not need io: no reading\n\ta.example/m/top -> fmt -> io",
		}},
		{"one sentence each", Deny{"b.example/sdk": "one", "a.example/m/mid": "two"}, []string{
			"a.example/m/top must not need a.example/m/mid: two\n\ta.example/m/top -> a.example/m/mid",
			"a.example/m/top must not need b.example/sdk: one\n\ta.example/m/top -> a.example/m/mid -> b.example/sdk/trace",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, g.denied(tt.deny)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyFires(t *testing.T) {
	g, err := read(strings.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name    string
		allowed []string
		want    []string
	}{
		{"all allowed", []string{"a.example/m/mid", "b.example/deep/x"}, nil},
		{"by pattern", []string{"a.example/...", "b.example/deep/..."}, nil},
		{"a path does not stand for what is below it", []string{"a.example/m", "b.example/deep/x"}, []string{
			"a.example/m/top must not import a.example/m/mid: std only",
		}},
		{"a longer name is another one", []string{"a.example/m/mid", "b.example/de/...", "b.example/deep/x/y"}, []string{
			"a.example/m/top must not import b.example/deep/x: std only",
		}},
		{"nothing allowed", nil, []string{
			"a.example/m/top must not import a.example/m/mid: std only",
			"a.example/m/top must not import b.example/deep/x: std only",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, g.beyond("std only", tt.allowed)); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

// recorder is a testing.TB that keeps errors to itself.
type recorder struct {
	testing.TB
	errors []string
}

func (*recorder) Helper() {}

func (r *recorder) Error(args ...any) { r.errors = append(r.errors, args[0].(string)) }

func TestFiresOnRealPackages(t *testing.T) {
	const self = "github.com/ambit-go/ambit/internal/deptest"
	for _, tt := range []struct {
		name  string
		check func(*recorder)
		want  []string
	}{
		{"Check", func(r *recorder) { Check(r, ".", Deny{"encoding/json": "by hand", "example.com": "never"}) }, []string{
			self + " must not need encoding/json: by hand\n\t" + self + " -> encoding/json",
		}},
		{"Only, by import path", func(r *recorder) { Only(r, self, "std only") }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{TB: t}
			tt.check(r)
			if diff := cmp.Diff(tt.want, r.errors); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUnknownPackageIsAnError(t *testing.T) {
	if g, err := load("github.com/ambit-go/ambit/no/such/package"); err == nil {
		t.Errorf("load() = %v, want an error: a check of nothing must not pass", g.root)
	}
	if _, err := read(strings.NewReader("")); err == nil {
		t.Error("read() of nothing: no error")
	}
	if _, err := read(strings.NewReader(`{"ImportPath": `)); err == nil {
		t.Error("read() of a cut answer: no error")
	}
}
