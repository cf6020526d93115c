package credshape

import (
	"regexp"
	"testing"
)

func TestTableCompiles(t *testing.T) {
	for s := range All() {
		if len(s.sequences()) == 0 {
			t.Errorf("%s: no sequence", s.Kind)
		}
		regexp.MustCompile(s.Pattern)
	}
}

func TestDump(t *testing.T) {
	tok, loose := Anchors()
	t.Log(len(tok), len(loose))
	for _, a := range tok {
		t.Log(a.Literal, a.least, a.most, a.Shape.Kind)
	}
	for _, a := range loose {
		t.Log("LOOSE", a.Literal, a.least, a.most, a.Shape.Kind)
	}
}
