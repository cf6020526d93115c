package secret

import (
	"bytes"
	"go/build"
	"os"
	"path/filepath"
	"testing"
)

func corpus(n int) []byte {
	b, _ := os.ReadFile(filepath.Join(build.Default.GOROOT, "src/net/http/server.go"))
	for len(b) < n {
		b = append(b, b...)
	}
	return b[:n]
}
func BenchmarkClean(b *testing.B) {
	for _, n := range []int{1 << 10, 16 << 10, 1 << 20} {
		text := corpus(n)
		b.Run("", func(b *testing.B) {
			b.SetBytes(int64(n))
			b.ReportAllocs()
			var f []Finding
			for b.Loop() {
				f = Default().Detect(f[:0], text, Result)
			}
			b.Log(len(f))
		})
	}
}
func TestScratch(t *testing.T) {
	text := corpus(1 << 17)
	for _, f := range Default().Detect(nil, text, Result) {
		t.Log(f.Kind, string(text[max(0, f.Offset-40):f.Offset+f.Length]))
	}
	e := theEngine()
	t.Log(len(e.triggers), len(e.auto.next)>>e.auto.shift, e.auto.shift)
	_ = bytes.Count
}
