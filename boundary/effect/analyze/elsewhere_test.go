package analyze

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A forbiddenDisk fails the test that asks it.
type forbiddenDisk struct{ tb testing.TB }

func (d forbiddenDisk) asked(name string) {
	d.tb.Helper()
	d.tb.Errorf("the disk was asked about %.200q", name)
}

func (d forbiddenDisk) stat(name string) (fs.FileInfo, error) {
	d.asked(name)
	return nil, fs.ErrNotExist
}

func (d forbiddenDisk) lstat(name string) (fs.FileInfo, error) { return d.stat(name) }

func (d forbiddenDisk) open(name string) (*os.File, error) {
	d.asked(name)
	return nil, fs.ErrNotExist
}

func (d forbiddenDisk) readlink(name string, _ []byte) (string, state8) {
	d.asked(name)
	return "", missing
}

func (d forbiddenDisk) read(name string, _ int) (string, state8) {
	d.asked(name)
	return "", missing
}

func (d forbiddenDisk) straight(name string) answer {
	d.asked(name)
	return nothing
}

// noDisk makes asking a disk fail the test. That of a scan without one panics.
func noDisk(tb testing.TB) {
	tb.Helper()
	was := here
	here = forbiddenDisk{tb}
	tb.Cleanup(func() { here = was })
}

// The attacks and the hostile inputs are told without a disk, and none of them
// tells less than it does with one that holds nothing.
func TestElsewhereAsksNoDisk(t *testing.T) {
	var calls []effect.Call
	for _, line := range attackLines(t) {
		c := attack(line)
		calls = append(calls, c)
		c.Root = ""
		calls = append(calls, c)
	}
	for _, text := range hostile {
		calls = append(calls, bash(text))
	}
	with := make([][]effect.Effect, len(calls))
	for i, c := range calls {
		with[i] = Default().Analyze(nil, c)
	}
	noDisk(t)
	for i, c := range calls {
		got := Analyzer{Elsewhere: true}.Analyze(nil, c)
		if effect.Certain(with[i]) == effect.Unknown && effect.Certain(got) != effect.Unknown {
			t.Errorf("%.200s: everything is known without a disk, and not with one\n\twith %.500q\n\twithout %.500q", c.Arguments, notations(with[i]), notations(got))
		}
		if effect.Strongest(got) < effect.Strongest(with[i]) {
			t.Errorf("%.200s: %v without a disk, %v with one", c.Arguments, effect.Strongest(got), effect.Strongest(with[i]))
		}
	}
}

// What this machine has at a recorded path says nothing about another one's.
func TestElsewhereIsNotThisDisk(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out", "repo/pkg/", "repo/.npmrc", "repo/json.py", "repo/--checkpoint-action=exec=sh x.sh", "repo/.git/refs/tags/v1", "repo/.git/HEAD")
	if err := os.WriteFile(root+"/repo/.git/config", []byte("[remote \"origin\"]\n\turl = https://github.com/ada/shop\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ command, here, elsewhere string }{
		{
			"cat link/secret.txt",
			"read command cat\nread path $LAND/out/secret.txt\nread path $LAND/repo/link/secret.txt",
			"read command cat\nread path $LAND/repo/link/secret.txt",
		},
		{
			"cat pkg/../a",
			"read command cat\nread path $LAND/repo/a",
			"read command cat\nread path ?$LAND/repo/a",
		},
		{
			"cat ../a", // from the call's own folder
			"read command cat\nread path $LAND/a",
			"read command cat\nread path $LAND/a",
		},
		{
			"cd pkg; cat a",
			"read path $LAND/repo/pkg\nread command cat\nread path $LAND/repo/pkg/a",
			"read path $LAND/repo/pkg\nread command cat\nread path $LAND/repo/pkg/a\nread path $LAND/repo/a",
		},
		{
			"cd pkg && cd .. && cat a", // a shell undoes its own cd
			"read path $LAND/repo/pkg\nread path $LAND/repo\nread command cat\nread path $LAND/repo/a",
			"read path $LAND/repo/pkg\nread path $LAND/repo\nread command cat\nread path $LAND/repo/a",
		},
		{
			"rm -r pkg",
			"read command rm\ndelete path $LAND/repo/pkg/…",
			"read command rm\ndelete path $LAND/repo/pkg…",
		},
		{
			"tar cf out.tar *",
			"read command tar\nunknown any ?\nwrite path $LAND/repo/out.tar\nread path $LAND/repo/…\nread path $LAND/out",
			"read command tar\nunknown any ?\nwrite path $LAND/repo/out.tar\nread path $LAND/repo/…",
		},
		{
			"git push origin v1",
			"exec command git push\nwrite repo github.com/ada/shop:refs/tags/v1 out",
			"exec command git push\nexec code workspace\nwrite repo ? out",
		},
		{
			"git push https://github.com/ada/shop v1",
			"exec command git push\nwrite repo github.com/ada/shop:refs/tags/v1 out",
			"exec command git push\nexec code workspace\nwrite repo github.com/ada/shop:refs/… out",
		},
		{
			"git commit -m x",
			"exec command git commit",
			"exec command git commit\nexec code workspace",
		},
		{
			"npm install",
			"exec command npm install\nconnect host ?registry.npmjs.org in\nexec code remote\nwrite path $LAND/repo/node_modules…",
			"exec command npm install\nconnect host ?registry.npmjs.org in\nexec code remote\nwrite path $LAND/repo/node_modules…",
		},
		{
			`python3 -c "import json; json.load(open('a'))"`,
			"read command python3\nexec code inline",
			"read command python3\nread path $LAND/repo/a",
		},
	} {
		wantLand(t, root, bash(tt.command), tt.here)
		if diff := cmp.Diff(lines(tt.elsewhere), inLandBy(t, Analyzer{Elsewhere: true}, root, bash(tt.command))); diff != "" {
			t.Errorf("%s, elsewhere (-want +got):\n%s", tt.command, diff)
		}
	}
	was := tempDir
	tempDir = root // of this machine
	t.Cleanup(func() { tempDir = was })
	if diff := cmp.Diff(lines("read command mktemp\nwrite path /tmp/tmp.…"), inLandBy(t, Analyzer{Elsewhere: true}, root, bash("mktemp"))); diff != "" {
		t.Errorf("mktemp, elsewhere (-want +got):\n%s", diff)
	}
}

// Only the seam may ask the file system, and only a scan with a disk gets to it.
func TestOnlyTheSeamAsksTheDisk(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	seam, seen := map[string]bool{"disk.go": true, "disk_unix.go": true, "disk_other.go": true, "straight_linux.go": true, "straight_other.go": true}, 0
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || seam[name] {
			continue
		}
		seen++
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, imp := range parsed.Imports {
			switch path, _ := strconv.Unquote(imp.Path.Value); path {
			case "os", "os/exec", "os/user", "path/filepath", "runtime", "syscall", "unsafe", "net", "io/ioutil", "golang.org/x/sys/unix":
				t.Errorf("%s imports %s, which can ask this machine", name, path)
			}
		}
	}
	if seen < 40 {
		t.Errorf("%d files were looked at", seen)
	}
}
