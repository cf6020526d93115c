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
