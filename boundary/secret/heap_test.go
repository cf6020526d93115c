package secret

import (
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/heaptest"
)

// TestLiveHeap bounds what texts leave on the heap, where each collection has to look at
// it again. Patterns stay of the shapes that were tried.
func TestLiveHeap(t *testing.T) {
	for _, c := range []struct {
		name, text string
		most       int64 // bytes
	}{
		{"nothing", "The quick brown fox jumps over the lazy dog.", 16 << 10},
		{"password", "password: hunter2xyz", 16 << 10},
		{"token", "github_token=ghp_" + strings.Repeat("aB3dE6gH9k", 4)[:36], 24 << 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := []byte(c.text)
			n := heaptest.Live(t, func() { Default().Detect(nil, text, Anywhere) })
			t.Logf("%d bytes", n)
			if n > c.most {
				t.Errorf("%d bytes stay on the heap, want at most %d", n, c.most)
			}
		})
	}
}
