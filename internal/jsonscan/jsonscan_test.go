package jsonscan

import (
	"encoding/json"
	"testing"
)

func TestScalar(t *testing.T) {
	for _, tt := range []struct {
		text string
		end  int
		kind byte
	}{
		{`"a\"\u00e9" x`, 11, '"'},
		{`"a`, -1, '"'},
		{`"\x"`, -1, '"'},
		{`"\u12"`, -1, '"'},
		{"\"\x1f\"", -1, '"'},
		{`"\`, -1, '"'},
		{`-0.5e+7,`, 7, '0'},
		{`01`, 1, '0'}, // what follows is the reader's
		{`-`, -1, '0'},
		{`1.`, -1, '0'},
		{`1e`, -1, '0'},
		{`true]`, 4, 't'},
		{`false`, 5, 't'},
		{`null`, 4, 'n'},
		{`nul`, -1, 'n'},
		{`+1`, -1, 0},
		{`{`, -1, 0},
	} {
		if end, kind := Scalar([]byte(tt.text), 0); end != tt.end || kind != tt.kind {
			t.Errorf("%q ends at %d, %q; want %d, %q", tt.text, end, kind, tt.end, tt.kind)
		}
	}
	if i := Space([]byte("x \t\r\n\v"), 1); i != 5 {
		t.Errorf("white space ends at %d", i)
	}
	if String(nil, 0) >= 0 || Number(nil, 0) >= 0 {
		t.Error("something in nothing")
	}
}

// FuzzScalar holds Scalar against encoding/json: what it takes for one whole value is
// one, and every string, number and word is found.
func FuzzScalar(f *testing.F) {
	for _, s := range []string{`"a\u00e9\n"`, `-0.5e+7`, `01`, `true`, `nulL`, `"`, `"\`, "\"\x00\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 || b[0] == '{' || b[0] == '[' || Space(b, 0) > 0 || Space(b, len(b)-1) > len(b)-1 {
			return
		}
		end, _ := Scalar(b, 0)
		if whole := end == len(b); whole != json.Valid(b) {
			t.Errorf("%q: whole %v, encoding/json %v", b, whole, !whole)
		}
	})
}
