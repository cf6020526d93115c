package secret

import (
	"bytes"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// benchTexts returns texts of n bytes as agents meet them: source code, a tool's result in
// JSON, a log; secret plants one token in each 8 KiB.
func benchTexts(tb testing.TB, n int, secret bool) map[string][]byte {
	tb.Helper()
	source, err := os.ReadFile(filepath.Join(build.Default.GOROOT, "src", "net", "http", "server.go"))
	if err != nil {
		tb.Skip("no Go source tree")
	}
	var js, log bytes.Buffer
	for i := 0; js.Len() < n || log.Len() < n; i++ {
		fmt.Fprintf(&js, `{"id":%d,"title":"Fix the login page","state":"open","user":{"login":"ada%d","type":"User"},"labels":["bug","ui"],"url":"https://api.example.com/repos/acme/app/issues/%d","key":"APP-%d","created_at":"2026-11-%02dT10:00:00Z","author_association":"MEMBER"},`, i, i%7, i, i, i%28+1)
		fmt.Fprintf(&log, "2026-11-%02dT10:%02d:%02dZ INFO server: request finished method=GET path=/v1/items/%d status=200 bytes=%d took=%dms tokens_used=%d\n", i%28+1, i%60, i%60, i, i*37, i%90, i%4000)
	}
	texts := map[string][]byte{"go": source, "json": js.Bytes(), "log": log.Bytes()}
	for name, b := range texts {
		for len(b) < n {
			b = append(b, b...)
		}
		b = bytes.Clone(b[:n])
		if secret {
			token := []byte(" github_token=ghp_" + strings.Repeat("aB3dE6gH9k", 4)[:36] + " ")
			for at := min(300, n/3); at+len(token) < n; at += 8 << 10 {
				copy(b[at:], token)
			}
		}
		texts[name] = b
	}
	return texts
}

func BenchmarkDetect(b *testing.B) {
	for _, size := range []int{1 << 10, 16 << 10, 1 << 20, 10 << 20} {
		for _, planted := range []bool{false, true} {
			for name, text := range benchTexts(b, size, planted) {
				b.Run(fmt.Sprintf("text=%s/bytes=%d/secrets=%v", name, size, planted), func(b *testing.B) {
					b.SetBytes(int64(size))
					b.ReportAllocs()
					found := make([]Finding, 0, 1<<12)
					for b.Loop() {
						found = Default().Detect(found[:0], text, Result)
					}
					if (len(found) > 0) != planted {
						b.Fatalf("%d findings", len(found))
					}
				})
			}
		}
	}
}

func BenchmarkHas(b *testing.B) {
	for _, s := range []string{"read_file", "/home/ada/src/app/main.go", "go test ./... -run TestLogin -count=1", strings.Repeat("the quick brown fox ", 15)} {
		b.Run(fmt.Sprintf("bytes=%d", len(s)), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if Has(s, Result) {
					b.Fatal("found")
				}
			}
		})
	}
}
