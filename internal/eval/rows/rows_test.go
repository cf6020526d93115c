package rows

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type row struct{ ID string }

func write(t *testing.T, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func zipped(t *testing.T, s string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(s)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestRead(t *testing.T) {
	text := "{\"id\":\"a\"}\n\n{\"id\":\"b\"}"
	plain, packed := write(t, "plain.jsonl", []byte(text)), write(t, "packed", zipped(t, text))
	var got []string
	for r, err := range Read[row](plain, packed) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r.ID)
	}
	if diff := cmp.Diff([]string{"a", "b", "a", "b"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadStops(t *testing.T) {
	path := write(t, "rows", []byte("{\"id\":\"a\"}\n{\"id\":\"b\"}\n"))
	n := 0
	for range Read[row](path, path) {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d rows after the first", n)
	}
}

func TestReadFails(t *testing.T) {
	for name, path := range map[string]string{
		"no file":   filepath.Join(t.TempDir(), "none"),
		"no JSON":   write(t, "rows", []byte("{\"id\":\"a\"}\nx\n")),
		"cut short": write(t, "rows", zipped(t, "{\"id\":\"a\"}\n")[:20]),
	} {
		t.Run(name, func(t *testing.T) {
			var last error
			for _, err := range Read[row](path) {
				last = err
			}
			if last == nil {
				t.Error("no error")
			}
		})
	}
}
