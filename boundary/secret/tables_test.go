package secret

import (
	"bytes"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite automaton.bin")

// TestTables holds that automaton.bin is what is built of the detector's words.
func TestTables(t *testing.T) {
	built := buildDetector(t)
	want := built.appendTables(nil)
	if *update {
		if err := os.WriteFile("automaton.bin", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal([]byte(automatonData), want) {
		t.Fatal("automaton.bin is not that of the words: run go test ./boundary/secret -run TestTables -update")
	}
	for begin := range 4 { // numbers that lie at odd places are copied
		data := strings.Repeat("x", begin) + automatonData
		if got := readAutomaton(data[begin:]); !reflect.DeepEqual(got, built) {
			t.Errorf("what is read at %d is not what is built", begin)
		}
	}
}
