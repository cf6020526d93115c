package policy

import (
	"strings"
	"testing"
)

// The paths that every policy protects are looked for only in targets that have
// what all of them have.
func TestTheFilesOfAgentsAreFoundByWhatTheyHave(t *testing.T) {
	for i, text := range agentFiles {
		if _, err := compileGlob(text, '/', nil, false); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if !strings.Contains(text, "/.") && !strings.HasPrefix(text, "/etc/") {
			t.Errorf("%s would not be looked for", text)
		}
		if g := &agentPatterns[i]; g.text != text || len(g.elems) == 0 {
			t.Errorf("%s is not compiled", text)
		}
	}
}
