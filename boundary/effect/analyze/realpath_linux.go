//go:build linux && (amd64 || arm64)

package analyze

import (
	"strconv"
	"syscall"
)

// oPath is O_PATH: a descriptor that names a file and opens nothing.
const oPath = 0x200000

// straight reports whether p exists and no component of it is a symbolic link,
// by asking the kernel once instead of once per component.
func (r *resolver) straight(p string) bool {
	fd, err := syscall.Open(p, oPath|syscall.O_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer syscall.Close(fd)
	name := strconv.AppendInt(append(r.fd[:0], "/proc/self/fd/"...), int64(fd), 10)
	n, err := syscall.Readlink(string(name), r.buf[:])
	return err == nil && n == len(p) && string(r.buf[:n]) == p
}
