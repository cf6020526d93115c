package leaks_test

import (
	"bytes"
	"fmt"
	"go/build"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/leaks"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/internal/duel"
)

// texts returns texts of n bytes as agents meet them, with two tokens in each if planted.
func texts(tb testing.TB, n int, planted bool) map[string][]byte {
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
	all := map[string][]byte{"go": source, "json": js.Bytes(), "log": log.Bytes()}
	for name, b := range all {
		for len(b) < n {
			b = append(b, b...)
		}
		b = bytes.Clone(b[:n])
		if planted {
			copy(b[n/4:], " github_token="+pat+" ")
			copy(b[3*n/4:], " api_key = \"Zq8rT2mXw5Lk9NvB4hJd\" ")
		}
		all[name] = b
	}
	return all
}

// BenchmarkBesideGitleaks reports how much longer gitleaks takes than our own
// detector for the same text.
func BenchmarkBesideGitleaks(b *testing.B) {
	gitleaks := newDetector(b)
	for _, planted := range []bool{false, true} {
		for name, text := range texts(b, 16<<10, planted) {
			b.Run(fmt.Sprintf("text=%s/secrets=%v", name, planted), func(b *testing.B) {
				var found []secret.Finding
				with := func(d secret.Detector) func() {
					return func() { found = d.Detect(found[:0], text, secret.Result) }
				}
				duel.Run(b, []string{"ambit", "gitleaks"}, with(secret.Default()), with(gitleaks))
			})
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	engines := []struct {
		name string
		d    secret.Detector
	}{{"ambit", secret.Default()}, {"gitleaks", newDetector(b, leaks.WithMaxBytes(1<<30))}}
	for _, size := range []int{64, 300, 1 << 10, 16 << 10, 1 << 20} {
		for _, planted := range []bool{false, true} {
			if planted && size < 1<<10 {
				continue
			}
			for name, text := range texts(b, size, planted) {
				for _, e := range engines {
					b.Run(fmt.Sprintf("text=%s/bytes=%d/secrets=%v/engine=%s", name, size, planted, e.name), func(b *testing.B) {
						b.SetBytes(int64(size))
						b.ReportAllocs()
						var found []secret.Finding
						for b.Loop() {
							found = e.d.Detect(found[:0], text, secret.Result)
						}
					})
				}
			}
		}
	}
}

// What gitleaks finds in texts of its kind we find as well, apart from what is a
// placeholder by our rules.
func TestNothingOfGitleaksIsMissedInPlantedTexts(t *testing.T) {
	gitleaks := newDetector(t)
	for name, text := range texts(t, 16<<10, true) {
		t.Run(name, func(t *testing.T) {
			ours := secret.Default().Detect(nil, text, secret.Result)
			for _, g := range gitleaks.Detect(nil, text, secret.Result) {
				hit := false
				for _, f := range ours {
					hit = hit || f.Offset < g.Offset+g.Length && g.Offset < f.Offset+f.Length
				}
				if !hit {
					t.Errorf("%s at %d: %s", g.Kind, g.Offset, strings.TrimSpace(string(text[g.Offset:g.Offset+g.Length])))
				}
			}
		})
	}
}
