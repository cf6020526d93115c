//go:build !unix

package analyze

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// readlink tells what the file system says about one path.
func (localDisk) readlink(path string, _ []byte) (string, state8) {
	to, err := os.Readlink(path)
	switch {
	case err == nil:
		return to, symlink
	case errors.Is(err, fs.ErrNotExist):
		return "", missing
	case errors.Is(err, fs.ErrPermission):
		return "", hidden
	}
	return "", exists // "not a reparse point", in the system's own words
}

// read returns the whole of the regular file name, of at most most bytes: exists, if
// so; missing where there is nothing of that name, and hidden for all else.
func (d localDisk) read(name string, most int) (string, state8) {
	f, err := d.open(name)
	if err != nil {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return "", missing
		}
		return "", hidden
	}
	defer f.Close()
	if fi, err := f.Stat(); err != nil || !fi.Mode().IsRegular() {
		return "", hidden
	}
	b, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil || len(b) > most {
		return "", hidden
	}
	return string(b), exists
}
