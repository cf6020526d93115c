//go:build !unix

package analyze

import (
	"errors"
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
