package backendtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Node returns the path of Node.js, for tests whose peer is written in JavaScript:
// programs in dir, which has a package.json and a lock of it. What they import must
// be installed (.ci/node); the test fails if it is not, and is skipped unless
// end-to-end tests were asked for.
func Node(t testing.TB, dir string) string {
	t.Helper()
	skipUnlessAsked(t, "Node.js")
	node, err := exec.LookPath("node")
	if err != nil {
		t.Fatalf("find Node.js: %v; .ci/node installs it where it can", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "node_modules")); err != nil {
		t.Fatalf("the packages of %s are not installed: run .ci/node", dir)
	}
	return node
}
