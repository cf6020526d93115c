package credshape

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite rows_gen.go")

// TestRows holds that rows_gen.go is what the table gives.
func TestRows(t *testing.T) {
	const file = "rows_gen.go"
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated from the table of shapes by go test -run TestRows -update; DO NOT EDIT.\n\npackage credshape\n\n")
	fmt.Fprintf(&b, "// anchorRows holds the anchors of the table's shapes, in its order.\nvar anchorRows = [...]anchorRow{\n")
	for _, r := range findAnchors() {
		fmt.Fprintf(&b, "\t{%q, %d, %d, %d, %d},\n", r.literal, r.shape, r.alternative, r.least, r.most)
	}
	fmt.Fprintf(&b, "}\n\n// nearRows holds the words beside which shapes count.\nvar nearRows = [...]nearRow{\n")
	for _, r := range findNear() {
		fmt.Fprintf(&b, "\t{%q, %d},\n", r.word, r.shape)
	}
	fmt.Fprintf(&b, "}\n\n// lengths holds how long the tokens of the table's shapes are, in its order.\nvar lengths = [...]span{\n")
	for i, s := range table {
		s.sequences()
		fmt.Fprintf(&b, "{%d, %d},", s.least, s.most)
		if i%10 == 9 || i == len(table)-1 {
			fmt.Fprintf(&b, "\n")
		}
	}
	fmt.Fprintf(&b, "}\n\n// shapesFrom returns the distinctive shapes whose tokens can begin with c, as numbers in the table.\n")
	fmt.Fprintf(&b, "func shapesFrom(c byte) []uint16 {\n\tswitch c {\n")
	var lists []string
	for c := range 256 {
		list := fmt.Sprint(findFrom(byte(c)))
		if list == "[]" || slices.Contains(lists, list) {
			continue
		}
		fmt.Fprintf(&b, "\tcase %d", c)
		for d := c + 1; d < 256; d++ {
			if fmt.Sprint(findFrom(byte(d))) == list {
				fmt.Fprintf(&b, ", %d", d)
			}
		}
		fmt.Fprintf(&b, ":\n\t\treturn shapesFrom%d[:]\n", len(lists))
		lists = append(lists, list)
	}
	fmt.Fprintf(&b, "\t}\n\treturn nil\n}\n\nvar (\n")
	for i, list := range lists {
		fmt.Fprintf(&b, "\tshapesFrom%d = [...]uint16{%s}\n", i, strings.ReplaceAll(strings.Trim(list, "[]"), " ", ", "))
	}
	fmt.Fprintf(&b, ")\n")
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
		t.Errorf("%s is not what the table gives: run go test ./internal/credshape -run TestRows -update", file)
	}
}
