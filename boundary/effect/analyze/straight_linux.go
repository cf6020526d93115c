//go:build linux && (amd64 || arm64)

package analyze

import (
	"syscall"
	"unsafe"
)

// openat2(2), Linux 5.6. Package syscall does not have it.
const (
	sysOpenat2        = 437
	atCwd             = -100
	oPath             = 0x200000 // a descriptor that names a file and opens nothing
	resolveNoSymlinks = 0x04     // fail on any symbolic link on the way, and at the end
)

// straight reports whether p exists, is a folder if that is asked for, and no
// component of it is a symbolic link, by asking the kernel once instead of once
// per component. Where it cannot be asked (an older kernel, a sandbox) the
// answer is no.
func (localDisk) straight(p string, folder bool) bool {
	name, err := syscall.BytePtrFromString(p)
	if err != nil {
		return false
	}
	how := [3]uint64{oPath | syscall.O_CLOEXEC, 0, resolveNoSymlinks} // flags, mode, resolve
	if folder {
		how[0] |= syscall.O_DIRECTORY
	}
	cwd := atCwd
	fd, _, errno := syscall.Syscall6(sysOpenat2, uintptr(cwd), uintptr(unsafe.Pointer(name)), uintptr(unsafe.Pointer(&how)), unsafe.Sizeof(how), 0, 0) //nolint:gosec // there is no other way to make the call
	if errno != 0 {
		return false
	}
	_ = syscall.Close(int(fd))
	return true
}
