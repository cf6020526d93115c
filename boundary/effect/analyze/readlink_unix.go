//go:build unix

package analyze

import "syscall"

// readlink is [os.Readlink] without what that costs when the answer is "no
// link", which it mostly is.
func (localDisk) readlink(path string, buf []byte) (string, state8) {
	n, err := syscall.Readlink(path, buf)
	switch err {
	case nil:
		if n == len(buf) {
			return "", hidden
		}
		return string(buf[:n]), symlink
	case syscall.EINVAL:
		return "", exists
	case syscall.ENOENT, syscall.ENOTDIR:
		return "", missing
	}
	return "", hidden
}
