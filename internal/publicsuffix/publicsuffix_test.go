package publicsuffix

import (
	"encoding/binary"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	list "golang.org/x/net/publicsuffix"
)

var update = flag.Bool("update", false, "rewrite suffixes.txt")

// TestSuffixesAreFresh holds the list against that of the golang.org/x/net in go.mod,
// whose tree of labels is walked as its source describes it.
func TestSuffixesAreFresh(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", "{{.Dir}}", "golang.org/x/net/publicsuffix").Output()
	if err != nil {
		t.Fatal(err)
	}
	read := func(name string) []byte {
		data, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "data", name))
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	text, nodes, children := read("text"), read("nodes"), read("children")
	var rules []string
	var walk func(lo, hi uint32, below string)
	walk = func(lo, hi uint32, below string) {
		for i := lo; i < hi; i++ {
			// A node, from its highest bit: 7 of no use, 10 children, 1 ICANN, 16 offset and 6 length of its label.
			n := uint64(nodes[5*i])<<32 | uint64(binary.BigEndian.Uint32(nodes[5*i+1:]))
			at, size := n>>6&(1<<16-1), n&(1<<6-1)
			name := string(text[at:at+size]) + below
			// Its children: 1 of no use, 1 wildcard, 2 kind of node, 14 end and 14 begin among the nodes.
			c := binary.BigEndian.Uint32(children[4*(n>>23&(1<<10-1)):])
			switch c >> 28 & 3 {
			case 0:
				rules = append(rules, name)
			case 1:
				rules = append(rules, "!"+name)
			}
			if c>>30&1 == 1 {
				rules = append(rules, "*."+name)
			}
			walk(c&(1<<14-1), c>>14&(1<<14-1), "."+name)
		}
	}
	// The roots come first, up to the first node that is somebody's child.
	tlds := uint32(len(nodes) / 5)
	for i := range len(children) / 4 {
		c := binary.BigEndian.Uint32(children[4*i:])
		if lo, hi := c&(1<<14-1), c>>14&(1<<14-1); lo < hi {
			tlds = min(tlds, lo)
		}
	}
	walk(0, tlds, "")
	slices.Sort(rules)
	want := strings.Join(rules, "\n") + "\n"
	if *update {
		if err := os.WriteFile("suffixes.txt", []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return // the next run reads it
	}
	if want != suffixes {
		t.Fatal("suffixes.txt is not that of golang.org/x/net: run go test ./internal/publicsuffix -update")
	}
	for _, rule := range rules {
		name := strings.TrimPrefix(strings.Replace(rule, "*", "any", 1), "!")
		for _, name := range []string{name, "below." + name, "very.far." + name, name + ".unheard"} {
			suffix, managed := list.PublicSuffix(name)
			want := suffix == name && (managed || strings.Contains(suffix, "."))
			if got := Is(name); got != want {
				t.Fatalf("%s is a public suffix: %v, want %v", name, got, want)
			}
		}
	}
}

func TestWhatIsNoPublicSuffix(t *testing.T) {
	for _, name := range []string{"", ".", "internal", "localhost", "example.com", "www.ck", "a..com", "*", "!", "\n", "com\nnet"} {
		if Is(name) {
			t.Errorf("%q is no public suffix", name)
		}
	}
}

func TestBelow(t *testing.T) {
	for name, want := range map[string]bool{
		"github.com": true, "www.example.co.uk": true, "a.b.github.io": true, "com": false, "co.uk": true, "": false, "localhost": false,
		"build.internal": false, "x.y.unheard": false, ".": false, "www.ck": true, "a.www.ck": true,
	} {
		if got := Below(name); got != want {
			t.Errorf("%q is below a public suffix: %v, want %v", name, got, want)
		}
	}
}
