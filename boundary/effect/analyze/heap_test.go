package analyze

import (
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/internal/heaptest"
)

// TestLiveHeap bounds what calls leave on the heap, where each collection has to look at
// it again. What the tables have of programs stays for those that were met.
func TestLiveHeap(t *testing.T) {
	for _, c := range []struct {
		name, tool, args string
		most             int64 // bytes
	}{
		{"tool", "read_note", `{"note": "shopping", "path": "/notes/a.txt", "url": "https://example.com/x", "user_id": "u1", "body": "password: hunter2xyz"}`, 16 << 10},
		{"file", "Write", `{"file_path": "/repo/.env.local", "content": "A=b"}`, 24 << 10},
		{"shell", "Bash", `{"command": "cd /repo && git log --oneline | sort -u | head -n 5 > out.txt; go test ./...; FOO=1 curl -s https://example.com"}`, 32 << 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			call := effect.Call{Tool: c.tool, Arguments: []byte(c.args), Dir: "/repo", Root: "/repo"}
			n := heaptest.Live(t, func() { Default().Analyze(nil, call) })
			t.Logf("%d bytes", n)
			if n > c.most {
				t.Errorf("%d bytes stay on the heap, want at most %d", n, c.most)
			}
		})
	}
}
