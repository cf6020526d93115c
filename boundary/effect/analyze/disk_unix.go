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

// read returns the whole of the regular file name, of at most most bytes. It waits for
// nobody: where somebody put a named pipe, nobody is at its other end. The state is
// exists for what was read, missing where there is nothing of that name, and hidden for
// all else. Package os asks half a dozen questions more.
func (localDisk) read(name string, most int) (string, state8) {
	const how = syscall.O_RDONLY | syscall.O_NONBLOCK | syscall.O_CLOEXEC
	fd, err := syscall.Open(name, how|syscall.O_NOFOLLOW, 0)
	if err == syscall.ENOENT {
		return "", missing
	}
	if err != nil { // a link, which may lead nowhere
		if fd, err = syscall.Open(name, how, 0); err != nil {
			return "", hidden
		}
	}
	defer func() { _ = syscall.Close(fd) }()
	var st syscall.Stat_t
	if err := syscall.Fstat(fd, &st); err != nil || st.Mode&syscall.S_IFMT != syscall.S_IFREG || st.Size > int64(most) {
		return "", hidden
	}
	b := make([]byte, 0, st.Size+1)
	for {
		n, err := syscall.Read(fd, b[len(b):cap(b)])
		switch {
		case err == syscall.EINTR:
			continue
		case err != nil || len(b)+n > most:
			return "", hidden
		}
		b = b[:len(b)+n]
		if n == 0 || int64(len(b)) == st.Size {
			return string(b), exists
		}
		if len(b) == cap(b) { // longer than it said, as files of /proc are
			b = append(b, make([]byte, 4096)...)[:len(b)]
		}
	}
}
