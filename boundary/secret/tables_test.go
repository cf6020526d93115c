package secret

import (
	"bytes"
	"flag"
	"os"
	"reflect"
	"testing"
)

var update = flag.Bool("update", false, "rewrite automaton.bin")

// TestTables holds that automaton.bin is that of the detector's words. Where it is not,
// programs build the automaton, and begin later.
func TestTables(t *testing.T) {
	words := theEngine().words()
	built := newAutomaton(words)
	want := built.appendTables(nil, words)
	if *update {
		if err := os.WriteFile("automaton.bin", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal([]byte(automatonData), want) {
		t.Fatal("automaton.bin is not that of the words: run go test ./boundary/secret -run TestTables -update")
	}
	if got := readAutomaton(automatonData, words); !reflect.DeepEqual(got, built) {
		t.Error("what is read is not what is built")
	}
	for n := range len(automatonData) {
		if n%997 == 0 && readAutomaton(automatonData[:n], words) != nil {
			t.Errorf("%d bytes are taken for the whole", n)
		}
	}
	if readAutomaton(automatonData, append(words[1:], words[0])) != nil {
		t.Error("an automaton of other words is taken up")
	}
}
