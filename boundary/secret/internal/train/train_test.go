package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A row a person would label without thinking, many times over, and what is learnt from them.
func rowsFile(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for i, v := range []string{"q7T2m9X4k1V8z3P6", "h5N8w2Rb7Lc4Ys9D", "3kPf8Jx6Vt1Zq5Mw", "blue sky over", "error-message-text", "loginFormField"} {
		b.WriteString(`{"id":"` + string(rune('a'+i)) + `","group":"` + string(rune('a'+i%2)) + `","text":"secret = \"` + v + `\"","is_secret":` + map[bool]string{true: "true", false: "false"}[i < 3] + "}\n")
	}
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestFitTellsNoiseFromWords(t *testing.T) {
	rows, err := read([]string{rowsFile(t)})
	if err != nil {
		t.Fatal(err)
	}
	ex := examples(rows)
	if len(ex) != 6 {
		t.Fatalf("%d examples in 6 rows", len(ex))
	}
	w := fit(ex)
	for _, e := range ex {
		if got := score(w, e.features) > 0; got != e.secret {
			t.Errorf("%s: %v", e.row.Text, got)
		}
	}
}

func TestRun(t *testing.T) {
	rows := rowsFile(t)
	tests := []struct {
		name string
		args []string
		want string // in the output; empty for an error
	}{
		{"weights", []string{"weights", rows}, "DO NOT EDIT"},
		{"folds", []string{"folds", rows}, "each group left out"},
		{"across", []string{"across", rows, rows}, "no row in the training"},
		{"across nothing", []string{"across", rows}, ""},
		{"bigrams", []string{"bigrams", "."}, "var bigrams"},
		{"nothing", nil, ""},
		{"unknown", []string{"magic", rows}, ""},
		{"no file", []string{"weights", rows + "x"}, ""},
		{"no folder", []string{"bigrams", rows + "x"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var out strings.Builder
			err := run(&out, tt.args)
			if tt.want == "" && err == nil || tt.want != "" && (err != nil || !strings.Contains(out.String(), tt.want)) {
				t.Errorf("error %v, output\n%s", err, out.String())
			}
		})
	}
}
