package assign

import (
	"strings"
	"testing"
)

func TestDict(t *testing.T) {
	list := strings.Fields("a ab abc abd acd key kay k3y keys token taken $ self. client_id éa éb")
	all := make([]slot, 0, len(list))
	for i, w := range list {
		all = append(all, slot{w, class(1 + i%int(salt))})
	}
	d := newDict(append(all, all[0])) // a word given twice is one
	for i, w := range list {
		if got, want := d.class([]byte(w)), all[i].class; got != want {
			t.Errorf("%q has class %d, want %d", w, got, want)
		}
	}
	for _, w := range []string{"", "b", "aab", "ad", "Key", "tokens", "client_ids", strings.Repeat("x", 100), "\x00"} {
		if d.has([]byte(w)) {
			t.Errorf("%q is in the dict", w)
		}
	}
	if empty := newDict(nil); empty.has([]byte("x")) {
		t.Error("a word in no dict")
	}
}
