package analyze

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
)

// A disk is all that is ever asked of the file system; no other file of this
// package may ask. A scan without one looks at a call of another machine: there,
// each that would ask says what it cannot know.
type disk interface {
	stat(name string) (fs.FileInfo, error)
	lstat(name string) (fs.FileInfo, error)
	open(name string) (*os.File, error)
	read(name string, most int) (string, state8)
	readlink(name string, buf []byte) (string, state8)
	straight(name string) answer
}

// An answer is what is at a path.
type answer uint8

const (
	twisted answer = iota // a symbolic link is on the way, or nobody can tell
	folder
	file    // no folder; or what the path takes for a folder on its way is none
	nothing // there is nothing of that name
)

// here is the disk of this machine; tests put another in its place.
var here disk = localDisk{}

type localDisk struct{}

func (localDisk) stat(name string) (fs.FileInfo, error)  { return os.Stat(name) }  //nolint:wrapcheck // only asked whether there is one
func (localDisk) lstat(name string) (fs.FileInfo, error) { return os.Lstat(name) } //nolint:wrapcheck // as above

// open opens a file or folder without waiting: where somebody put a named pipe,
// nobody is at its other end.
func (localDisk) open(name string) (*os.File, error) {
	return os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:wrapcheck // as above
}

// foldsCase says whether the file systems of this kind of machine usually take
// one spelling of a name for another.
const foldsCase = runtime.GOOS == "darwin" || runtime.GOOS == "windows"

// tempDir is where mktemp and its like put files here.
var tempDir = filepath.ToSlash(os.TempDir())

// tempDir is where mktemp and its like put files; on a machine that is not this
// one, where they do unless told otherwise.
func (s *scan) tempDir() string {
	if s.disk == nil {
		return "/tmp"
	}
	return tempDir
}

// leaveDisk makes the scan one of a call on another machine.
func (s *scan) leaveDisk() {
	s.disk, s.paths.disk = nil, nil
	for i, dir := range [...]string{s.call.Dir, s.call.Root, s.call.Home} {
		s.paths.own[i] = clean(dir)
	}
}

// isFolder reports whether p is known to be a folder.
func (s *scan) isFolder(p string) bool {
	if s.disk == nil {
		return s.ours(p)
	}
	fi, err := s.disk.stat(p)
	return err == nil && fi.IsDir()
}

// exists reports whether there is something with this name, be it a link to
// nowhere. Only a scan with a disk may ask.
func (s *scan) exists(name string) bool {
	_, err := s.disk.lstat(name)
	return err == nil
}
