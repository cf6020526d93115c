//go:build unix

package analyze

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// The disk's own questions agree with the system's, on everything that may be in the way.
func TestDiskAnswers(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.Mkdir(dir+"/d", 0o755))
	must(os.WriteFile(dir+"/f", []byte("text"), 0o644))
	must(os.WriteFile(dir+"/empty", nil, 0o644))
	must(os.WriteFile(dir+"/large", []byte(strings.Repeat("x", 100)), 0o644))
	must(os.Symlink("d", dir+"/link"))
	must(os.Symlink("f", dir+"/flink"))
	must(os.Symlink("nowhere", dir+"/dangling"))
	must(os.Symlink("loop", dir+"/loop"))
	must(syscall.Mkfifo(dir+"/pipe", 0o644))
	asks := localDisk{}.straight("/") != twisted // this kernel can be asked

	for _, tt := range []struct {
		name  string
		what  answer
		text  string
		state state8
	}{
		{"d", folder, "", hidden},
		{"f", file, "text", exists},
		{"empty", file, "", exists},
		{"large", file, "", hidden},
		{"f/x", file, "", hidden},
		{"none", nothing, "", missing},
		{"none/x", nothing, "", missing},
		{"link", twisted, "", hidden},
		{"link/x", twisted, "", missing},
		{"flink", twisted, "text", exists},
		{"dangling", twisted, "", hidden},
		{"loop", twisted, "", hidden},
		{"pipe", file, "", hidden}, // and nobody waits
		{"a\x00b", twisted, "", hidden},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := dir + "/" + tt.name
			if got := (localDisk{}).straight(p); got != tt.what && (asks || got != twisted) {
				t.Errorf("straight says %d, want %d", got, tt.what)
			}
			if text, state := (localDisk{}).read(p, 99); text != tt.text || state != tt.state {
				t.Errorf("read says %q, %d; want %q, %d", text, state, tt.text, tt.state)
			}
		})
	}
	if names, err := os.ReadDir(dir); err != nil || len(names) != 9 {
		t.Errorf("asking has changed what is there: %v, %v", names, err)
	}
	if text, state := (localDisk{}).read("/proc/self/status", maxConfig); state != missing && !strings.Contains(text, "Pid:") {
		t.Errorf("a file that says it is empty is read as %q, %d", text, state)
	}
}

// stepwise is a disk that answers about one component of a path at a time only, as that
// of an older kernel.
type stepwise struct{ localDisk }

func (stepwise) straight(string) answer { return twisted }

// What a path leads to is the same whether the kernel is asked once or about each
// component, links on the way or not.
func TestOneQuestionOrMany(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"/w/a/b", "/out/x"} {
		if err := os.MkdirAll(dir+d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(dir+"/w/a/f", nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for from, to := range map[string]string{"/w/l": "a", "/w/out": "../out", "/w/a/up": "..", "/w/g": "a/f", "/w/gone": "nowhere", "/w/loop": "loop", "/link": "w"} {
		if err := os.Symlink(to, dir+from); err != nil {
			t.Fatal(err)
		}
	}
	names := []string{"a", "b", "f", "l", "out", "up", "g", "gone", "loop", "x", "new", "..", "."}
	for _, work := range []string{"/w", "/link", "/w/new"} {
		var one, many []effect.Effect
		for _, a := range names {
			for _, b := range names {
				for _, verb := range []string{"cat", "rm -r", "rm", "grep -r x", "touch"} {
					c := bash(verb + " " + a + "/" + b + " " + b + " " + a + "/" + b + "/x")
					c.Dir, c.Root = dir+work, dir+work
					one = Default().Analyze(one[:0], c)
					here = stepwise{}
					many = Default().Analyze(many[:0], c)
					here = localDisk{}
					if diff := cmp.Diff(notations(many), notations(one)); diff != "" {
						t.Errorf("%s %s in %s (-asked about each +asked once):\n%s", verb, a+"/"+b, work, diff)
					}
				}
			}
		}
	}
}
