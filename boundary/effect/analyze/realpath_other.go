//go:build !linux || !(amd64 || arm64)

package analyze

// straight reports whether p is known to have no symbolic link in it.
func (r *resolver) straight(string) bool { return false }
