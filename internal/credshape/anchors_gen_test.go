package credshape

import (
	"bytes"
	"flag"
	"fmt"
	"go/format"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite anchors_gen.go")

// TestAnchorRows holds that anchors_gen.go is what the table's patterns give.
func TestAnchorRows(t *testing.T) {
	const file = "anchors_gen.go"
	var b bytes.Buffer
	fmt.Fprintf(&b, "// Code generated from the table of shapes by go test -run TestAnchorRows -update; DO NOT EDIT.\n\npackage credshape\n\n")
	fmt.Fprintf(&b, "// anchorRows holds the anchors of the table's shapes, in its order.\nvar anchorRows = [...]anchorRow{\n")
	for _, r := range findAnchors() {
		fmt.Fprintf(&b, "\t{%q, %d, %d, %d, %d},\n", r.literal, r.shape, r.alternative, r.least, r.most)
	}
	fmt.Fprintf(&b, "}\n")
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
		t.Errorf("%s is not what the table gives: run go test ./internal/credshape -run TestAnchorRows -update", file)
	}
}
