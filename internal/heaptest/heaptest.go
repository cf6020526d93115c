// Package heaptest measures what a first call leaves on the heap.
package heaptest

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// env names the test that a process of its own was started for.
const env = "AMBIT_HEAPTEST"

// Live returns how many bytes of the heap are in use after do and were not before, in a
// process that has done nothing else: the test runs once more there, up to this call, so
// there is one to a test. Caches that a collection empties do not count.
func Live(t *testing.T, do func()) int64 {
	t.Helper()
	if os.Getenv(env) == t.Name() {
		before := live()
		do()
		fmt.Printf("\nlive heap: %d\n", live()-before)
		os.Exit(0)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Skip(err)
	}
	var run []string
	for name := range strings.SplitSeq(t.Name(), "/") {
		run = append(run, "^"+regexp.QuoteMeta(name)+"$")
	}
	p := exec.CommandContext(t.Context(), exe, "-test.run="+strings.Join(run, "/"))
	p.Env = append(os.Environ(), env+"="+t.Name())
	out, err := p.CombinedOutput()
	_, rest, ok := strings.Cut(string(out), "live heap: ")
	var n int64
	if _, scanned := fmt.Sscan(rest, &n); err != nil || !ok || scanned != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return n
}

// live collects twice: what pools hold goes at the second time.
func live() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
