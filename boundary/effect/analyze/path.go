package analyze

import (
	"maps"
	"net/url"
	pathpkg "path"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

func cleanSlow(p string) string { return pathpkg.Clean(p) }

// How a path is used, beyond the access.
type usage uint8

const (
	self  usage = iota // the thing itself, links followed
	entry              // the name in its folder: what rm, mv and ln act on
	tree               // the thing and everything below it
)

// A machine is where a command runs when that is not here: its files are not ours.
type machine struct {
	provider string
	fields   map[string]string
	sure     effect.Certainty
}

// path adds what access to the path w in st touches.
func (s *scan) path(st *state, w value, raw string, access effect.Access, use usage) {
	if s.full || w.exact && w.text == "" {
		return
	}
	if st.away != nil {
		s.awayPath(st, w, raw, access)
		return
	}
	if w.glob {
		s.globPath(st, w, raw, access, use)
		return
	}
	if !w.exact {
		s.prefixPath(st, w, raw, access)
		return
	}
	text := w.text
	if rest, ok := strings.CutPrefix(text, "file://"); ok {
		u, err := url.Parse(text)
		if err != nil || u.Host != "" && u.Host != "localhost" {
			s.unknown(effect.Path, access, rest)
			return
		}
		text = u.Path
	}
	sure := effect.Unknown
	if text != "" {
		text, sure = s.special(st, text)
	}
	if text == "" {
		if sure != effect.Exact {
			s.unknown(effect.Path, access, raw)
		}
		return
	}
	if text[0] == '/' {
		s.exactPath(text, raw, access, use, sure)
		return
	}
	if st.lost {
		s.unknown(effect.Path, access, raw)
		return
	}
	s.exactPath(join(st.dir, text), raw, access, use, sure)
	if st.alt != "" {
		s.exactPath(join(st.alt, text), raw, access, use, sure)
	}
}

// join appends rel to the folder dir; it leaves dots alone, since a link before
// them decides what they mean.
func join(dir, rel string) string {
	if dir == "/" {
		return "/" + rel
	}
	if rel == "." {
		return dir
	}
	return dir + "/" + rel
}

// special looks at texts that are not what they seem: devices, descriptors,
// /proc, other systems' paths. It returns the path that is meant, or "" with
// Exact for what touches nothing, and "" with Unknown for what cannot be told.
func (s *scan) special(st *state, text string) (string, effect.Certainty) {
	switch {
	case strings.IndexByte(text, 0) >= 0:
		return "", effect.Unknown
	case text[0] == '\\', len(text) > 2 && text[1] == ':' && (text[2] == '\\' || text[2] == '/') && letter(text[0]):
		return "", effect.Unknown // C:\x, \\server\share, \\?\
	case len(text) < 6 || text[0] != '/':
		return text, effect.Exact
	case strings.HasPrefix(text, "/dev/"):
		switch name := text[5:]; name {
		case "null", "zero", "full", "tty", "stdin", "stdout", "stderr", "random", "urandom", "fd/0", "fd/1", "fd/2":
			return "", effect.Exact
		default:
			if strings.HasPrefix(name, "fd/") {
				return "", effect.Unknown
			}
		}
	case strings.HasPrefix(text, "/proc/"):
		who, rest, _ := strings.Cut(text[6:], "/")
		what, tail, deeper := strings.Cut(rest, "/")
		own := who == "self" || who == "thread-self" || who == "$$"
		if !own && !digits(who) {
			return text, effect.Exact
		}
		switch what {
		case "root", "cwd":
			from := "/"
			if what == "cwd" {
				from = st.dir + "/"
			}
			if !deeper {
				tail = ""
			}
			to, sure := from+tail, effect.Exact
			if !own || what == "cwd" && (st.lost || st.alt != "") {
				sure = effect.Unknown
			}
			if tail != "" { // which may lead into /proc again
				t, ok := s.special(st, to)
				return t, min(sure, ok)
			}
			return to, sure
		case "fd", "task", "map_files", "exe":
			if own && (rest == "fd/0" || rest == "fd/1" || rest == "fd/2") {
				return "", effect.Exact
			}
			return "", effect.Unknown
		}
	}
	return text, effect.Exact
}

func letter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// trusted is how much of p is the folder the call works in, the repository or
// the home folder: links up to there are how this machine is set up.
func (s *scan) trusted(p string) int {
	n := 0
	for _, d := range [...]string{s.call.Dir, s.call.Root, s.call.Home} {
		if len(d) > n && within(p, d) {
			n = len(d)
		}
	}
	return n
}

// within reports whether p is dir or lies below it, both as written.
func within(p, dir string) bool {
	if dir == "" || !strings.HasPrefix(p, dir) {
		return false
	}
	return len(p) == len(dir) || dir[len(dir)-1] == '/' || p[len(dir)] == '/'
}

// exactPath adds the absolute path p.
func (s *scan) exactPath(p, raw string, access effect.Access, use usage, sure effect.Certainty) {
	trusted := s.trusted(p)
	if use == entry && !strings.HasSuffix(p, "/") {
		name := base(p)
		if name != "." && name != ".." {
			at := s.paths.walk(p[:len(p)-len(name)], trusted)
			s.placed(at, child(at.path, name, "", -1), raw, access, use, sure)
			return
		}
	}
	at := s.paths.walk(p, trusted)
	s.placed(at, at.path, raw, access, use, sure)
	if at.name != "" && strings.Contains(p, "/..") {
		// The kernel and a program that cleans the text first do not agree.
		if other := s.paths.walk(clean(p), trusted); other.path != at.path {
			s.placed(other, other.path, raw, access, use, sure)
		}
	}
}

// placed adds a path that was resolved, and the name of the link that led to
// it: an allowance must cover both, and a prohibition either.
func (s *scan) placed(at place, p, raw string, access effect.Access, use usage, sure effect.Certainty) {
	if at.bad {
		sure = effect.Unknown
	}
	switch {
	case use != tree || sure != effect.Exact:
		s.touch(p, raw, access, sure)
	case at.what == folder && at.path == p || strings.HasSuffix(raw, "/") || s.ours(p): // what is below begins with its slash
		s.touch(under(p), raw, access, effect.Prefix)
	case at.state == missing, at.what == file && !s.exists(p): // what is below a file is missing too
		s.touch(p, raw, access, effect.Prefix)
	case s.plainFile(at, p):
		s.touch(p, raw, access, sure)
	default:
		s.touch(under(p), raw, access, effect.Prefix)
	}
	if at.name != "" && at.name != p {
		s.touch(at.name, raw, access, sure)
	}
}

// ours reports whether p is a folder by what the call says: where it works, or
// above.
func (s *scan) ours(p string) bool {
	return within(s.call.Dir, p) || within(s.call.Root, p) || within(s.call.Home, p) || p == s.tempDir()
}

// under returns how everything below the folder p begins.
func under(p string) string {
	if strings.HasSuffix(p, "/") {
		return p
	}
	return p + "/"
}

// plainFile reports whether p is known to be no folder.
func (s *scan) plainFile(at place, p string) bool {
	if s.disk == nil || at.state != exists && at.state != symlink || at.path != p {
		return false
	}
	fi, err := s.disk.lstat(p)
	return err == nil && !fi.IsDir()
}

// touch adds one canonical path, with what it means beyond being a path.
func (s *scan) touch(p, raw string, access effect.Access, sure effect.Certainty) {
	if access == effect.Write {
		access = writing(p)
	}
	s.add(effect.Effect{Kind: effect.Path, Access: access, Target: p, Raw: raw, Certainty: sure})
	if s.secretPath(p, sure) {
		s.secret(access, "file:"+p, sure, raw)
	}
}

// prefixPath adds a path of which only the beginning is known, or nothing.
func (s *scan) prefixPath(st *state, w value, raw string, access effect.Access) {
	text := w.text
	if st.lost && !strings.HasPrefix(text, "/") || !w.tame {
		s.guess(text, raw, access)
		return
	}
	dir, name := "", text
	if i := strings.LastIndexByte(text, '/'); i >= 0 {
		dir, name = text[:i+1], text[i+1:]
	}
	if strings.HasPrefix(dir, "/") {
		s.prefixAt(st, dir, name, raw, access)
		return
	}
	s.prefixAt(st, join(st.dir, dir), name, raw, access)
	if st.alt != "" {
		s.prefixAt(st, join(st.alt, dir), name, raw, access)
	}
}

func (s *scan) prefixAt(st *state, dir, name, raw string, access effect.Access) {
	if t, sure := s.special(st, dir+name); sure != effect.Exact || t == "" {
		s.guess(dir+name, raw, access)
		return
	}
	at := s.paths.walk(dir, s.trusted(dir))
	if at.bad || name == ".." || strings.HasPrefix(name, "..") {
		s.guess(dir+name, raw, access)
		return
	}
	s.touch(under(at.path)+name, raw, access, effect.Prefix)
	if at.name != "" {
		s.touch(under(at.name)+name, raw, access, effect.Prefix)
	}
}

// guess adds a path that is not known, with what its text lets one suspect.
func (s *scan) guess(text, raw string, access effect.Access) {
	e := effect.Effect{Kind: effect.Path, Access: access, Raw: raw}
	if strings.HasPrefix(text, "/") {
		e.Target = clean(text)
	}
	s.add(e)
	if e.Target != "" && s.secretPath(e.Target, effect.Prefix) {
		s.secret(access, "file:"+e.Target, effect.Unknown, raw)
	}
}

// awayPath adds a path on another machine.
func (s *scan) awayPath(st *state, w value, raw string, access effect.Access) {
	sure := min(st.away.sure, effect.Prefix)
	id := effect.ResourceID{Provider: st.away.provider, Fields: map[string]string{}}
	maps.Copy(id.Fields, st.away.fields)
	if w.exact && strings.HasPrefix(w.text, "/") && !w.glob {
		id.Fields["path"] = clean(w.text)
		sure = st.away.sure
	}
	s.add(effect.Effect{Kind: effect.Resource, Access: access, Target: id.String(), Raw: raw, Certainty: sure})
	if w.exact && s.secretPath(w.text, effect.Exact) {
		s.secret(access, "file:"+w.text, effect.Unknown, raw)
	}
}
