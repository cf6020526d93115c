package analyze

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite lines_gen.go")

// TestTables holds that the tables say each program once, and nothing that no function
// reads, and that each program is found.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for line := range programLines {
		if strings.Count(line, "|") != 3 {
			t.Errorf("%.60q has %d fields", line, strings.Count(line, "|")+1)
		}
		want := *parseRow(line)
		for name := range namesOf(line) {
			if name == "" || name != strings.TrimSpace(name) {
				t.Errorf("%.60q: name %q", line, name)
			}
			if seen[name] {
				t.Errorf("%s is in the tables twice", name)
			}
			seen[name] = true
			if sp := specOf(name); sp.row == nil || sp.name != name || !reflect.DeepEqual(*sp.row, want) {
				t.Errorf("%s: %+v, want %+v", name, sp, want)
			}
		}
	}
	for _, name := range []string{"", " ", "no such program", "git no-such", "cat,tac", "cat | r*", "#"} {
		if sp := specOf(name); sp.row != nil {
			t.Errorf("%q is found: %+v", name, sp)
		}
	}
}

// namesOf yields the programs that a line describes.
func namesOf(line string) func(func(string) bool) {
	names, _, _ := strings.Cut(line, " |")
	return strings.SplitSeq(names, ",")
}

// TestLines holds that lines_gen.go is what the tables give.
func TestLines(t *testing.T) {
	const file = "lines_gen.go"
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated from the tables by go test -run TestLines -update; DO NOT EDIT.\n\npackage analyze\n\n")
	fmt.Fprintf(&b, "// lineOf returns the number of the line that describes a program, -1 if none does.\nfunc lineOf(name string) int {\n\tswitch name {\n")
	n := 0
	for line := range programLines {
		fmt.Fprintf(&b, "\tcase ")
		sep := ""
		for name := range namesOf(line) {
			fmt.Fprintf(&b, "%s%q", sep, name)
			sep = ", "
		}
		fmt.Fprintf(&b, ":\n\t\treturn %d\n", n)
		n++
	}
	fmt.Fprintf(&b, "\t}\n\treturn -1\n}\n\n// lineCount is how many lines there are.\nconst lineCount = %d\n", n)
	want, err := format.Source(b.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not what the tables give: run go test ./boundary/effect/analyze -run TestLines -update", file)
	}
}
