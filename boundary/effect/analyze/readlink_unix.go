//go:build unix

package analyze

import "syscall"

// readlink is [os.Readlink] without what that costs when the answer is "no
// link", which it mostly is.
func (r *resolver) readlink(path string) (string, state8) {
	n, err := syscall.Readlink(path, r.buf[:])
	switch err {
	case nil:
		if n == len(r.buf) {
			return "", hidden
		}
		return string(r.buf[:n]), symlink
	case syscall.EINVAL:
		return "", exists
	case syscall.ENOENT, syscall.ENOTDIR:
		return "", missing
	}
	return "", hidden
}
