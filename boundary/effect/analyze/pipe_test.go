//go:build unix

package analyze

import (
	"os"
	"syscall"
	"testing"
)

// TestTrapPipeWhereAFileIsExpected puts a named pipe that nobody writes to where the
// analysis reads a file: it must not wait for one.
func TestTrapPipeWhereAFileIsExpected(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(dir+"/.git", 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/.git/config", "/app.yaml"} {
		if err := syscall.Mkfifo(dir+name, 0o600); err != nil {
			t.Skip("no named pipes here")
		}
	}
	for _, text := range []string{"git push origin main", "kubectl apply -f app.yaml", "cat app.yaml/*", "ls app.yaml/x/*.go", "cat <app.yaml"} {
		call := bash(text)
		call.Dir, call.Root = dir, dir
		if len(Default().Analyze(nil, call)) == 0 {
			t.Errorf("%s touches nothing", text)
		}
	}
}
