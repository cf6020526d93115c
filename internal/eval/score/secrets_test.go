package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTally(t *testing.T) {
	yes, no := &secretAnswer{Found: true, Values: []string{"bc"}}, &secretAnswer{}
	pos, neg := &secretRow{Secret: true, Values: []string{"abcd"}}, &secretRow{}
	var got tally
	got.add(pos, yes)
	got.add(pos, &secretAnswer{Found: true, Values: []string{"zz"}}) // found, and not where it is
	got.add(pos, no)
	got.add(neg, yes)
	got.add(neg, no)
	if diff := cmp.Diff(tally{tp: 2, fp: 1, fn: 1, tn: 1, located: 1}, got, cmp.AllowUnexported(tally{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if p, r, f := got.precision(), got.recall(), got.f1(); p != 2.0/3 || r != 2.0/3 || f != 2.0/3 {
		t.Errorf("precision %v, recall %v, F1 %v", p, r, f)
	}
	var none tally
	if none.precision() != 0 || none.recall() != 0 || none.f1() != 0 {
		t.Error("nothing counted is not zero")
	}
}

func TestSecrets(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	rows := file("some.jsonl", `{"id":"1","group":"g","text":"a","is_secret":true,"kind":"k"}`+"\n"+`{"id":"2","group":"g","text":"b","is_secret":false,"kind":"l"}`)
	answers := file("answers", `{"id":"1","found":true}`+"\n"+`{"id":"2","found":true}`)
	var out strings.Builder
	if err := run(&out, []string{"secrets", "-answers", answers, "-errors", rows}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"some  2     1        0.500      1.000   0.667", "some answered wrongly: 2"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if err := run(&out, []string{"secrets", "-answers", file("few", `{"id":"1"}`), rows}); err == nil {
		t.Error("a row without an answer was counted")
	}
}
