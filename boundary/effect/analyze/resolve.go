package analyze

import (
	"slices"
	"strings"
)

// A resolver follows symbolic links the way the kernel does, one component
// after the other, and remembers for the length of one call what it saw.
// [path/filepath.EvalSymlinks] cannot be used: it fails on a file that does not
// exist yet, and does not say that there was a link.
type resolver struct {
	disk    disk      // nil if it is not here that p leads anywhere
	own     [3]string // without a disk: folders of the call, which are no links
	links   []link
	plain   string // a folder that exists, with no link on the way to it
	gone    string // a path that does not exist, and so nothing below it
	answers []told
	fold    bool   // the file system ignores case; set for the systems that do by [resolver.walk]
	known   bool   // fold was decided
	buf     []byte // of readlink
}

// readlink reads the symbolic link at path.
func (r *resolver) readlink(path string) (string, state8) {
	if r.buf == nil {
		r.buf = make([]byte, 1024)
	}
	return r.disk.readlink(path, r.buf)
}

// A link is what the file system said about one path.
type link struct {
	path   string
	target string // of a symbolic link
	state  state8
}

// A told is what the file system answered about one path without links.
type told struct {
	path string
	what answer
}

type state8 uint8

const (
	missing state8 = iota // or nobody may look
	exists
	symlink
	hidden // not ours to look at
)

// How much following is allowed. Linux gives up after 40 links; paths longer
// than 4,096 bytes are refused by every system we know.
const (
	maxHops      = 40
	maxPath      = 4096
	maxRemember  = 96
	maxNamesFold = 2048
)

// A place is where a path leads.
type place struct {
	path  string // physical: no links, no dots
	name  string // where the last link that is not the system's own lies, with what followed it; "" if none was followed
	state state8
	bad   bool // cannot be known: a cycle, a NUL byte, too long, not readable

	what answer // is at path, if that is known
}

// walk resolves the absolute path p. Links that end within the first trusted
// bytes of p are not remarked upon: the folder the session works in may well
// lie behind one. The same holds for the first component (/tmp, /var, /bin).
func (r *resolver) walk(p string, trusted int) place {
	if r.disk == nil {
		return r.written(p)
	}
	if !r.known {
		r.fold, r.known = foldsCase, true
	}
	if !r.fold && p != "" && p[0] == '/' && len(p) < maxPath && !strings.HasPrefix(p, "/proc/") {
		q := p
		if len(p) > 1 && p[len(p)-1] == '/' {
			q = p[:len(p)-1]
		}
		if clean(q) == q {
			if at, ok := r.direct(q); ok {
				return at
			}
		}
	}
	hops := 0
	return r.step(p, trusted, &hops)
}

// direct is walk for a path without links, which is most of them, in one question
// to the kernel, or in none about what is known.
func (r *resolver) direct(p string) (place, bool) {
	if r.plain != "" && within(r.plain, p) {
		return place{path: p, state: exists, what: folder}, true
	}
	if within(p, r.gone) {
		return place{path: p, state: missing, what: nothing}, true
	}
	what := r.told(p)
	if what == twisted {
		what = r.disk.straight(p)
		if what != twisted && len(r.answers) < maxRemember {
			r.answers = append(r.answers, told{p, what})
		}
	}
	switch what {
	case folder:
		r.plain = p
		return place{path: p, state: exists, what: folder}, true
	case file:
		return place{path: p, state: exists, what: file}, true
	case nothing:
		r.gone = p
		return place{path: p, state: missing, what: nothing}, true
	case twisted:
	}
	return place{}, false
}

// told is what was answered about p in this call.
func (r *resolver) told(p string) answer {
	for i := range r.answers {
		if r.answers[i].path == p {
			return r.answers[i].what
		}
	}
	return twisted
}

func (r *resolver) step(p string, trusted int, hops *int) place {
	if len(p) > maxPath || strings.IndexByte(p, 0) >= 0 || p == "" || p[0] != '/' {
		return place{path: "", bad: true}
	}
	out := place{path: "/", state: exists}
	start := 1
	if len(r.plain) > 1 && within(p, r.plain) {
		out.path, start = p[:len(r.plain)], len(r.plain)+1
	}
	for start <= len(p) {
		end := strings.IndexByte(p[start:], '/')
		if end < 0 {
			end = len(p)
		} else {
			end += start
		}
		name := p[start:end]
		start = end + 1
		switch name {
		case "", ".":
			continue
		case "..":
			out.path = parent(out.path)
			continue
		}
		next := child(out.path, name, p, end)
		if out.state == missing { // nothing below what does not exist
			out.path = next
			continue
		}
		if out.path == "/proc" && (name == "self" || name == "thread-self") { // ours, not the command's
			out.path = next
			continue
		}
		l := r.look(next, out.path, name)
		switch l.state {
		case symlink:
			if *hops++; *hops > maxHops {
				return place{path: next, bad: true}
			}
			if end > trusted && out.path != "/" {
				out.name = clean(next + p[end:])
			}
			to := l.target
			if !strings.HasPrefix(to, "/") {
				to = out.path + "/" + to
			}
			in := r.step(to, 0, hops)
			if in.bad {
				return place{path: next, bad: true, name: out.name}
			}
			out.path, out.state = in.path, in.state
		case hidden:
			return place{path: clean(next + p[end:]), name: out.name, bad: true}
		default:
			out.path, out.state = l.path, l.state
			if l.state == missing && !r.fold {
				r.gone = l.path
			}
		}
	}
	return out
}

// child returns dir/name, without a copy while p is what was walked so far.
func child(dir, name, p string, end int) string {
	n := len(dir) + 1 + len(name)
	if dir == "/" {
		n = 1 + len(name)
	}
	if n == end && strings.HasPrefix(p, dir) {
		return p[:end]
	}
	if dir == "/" {
		return "/" + name
	}
	return dir + "/" + name
}

// parent returns the folder that p lies in; p is clean and absolute.
func parent(p string) string {
	if i := strings.LastIndexByte(p, '/'); i > 0 {
		return p[:i]
	}
	return "/"
}

// base returns the last component of p.
func base(p string) string { return p[strings.LastIndexByte(p, '/')+1:] }

// look asks the file system about path, once per call.
func (r *resolver) look(path, dir, name string) link {
	for i := range r.links {
		if r.links[i].path == path {
			return r.links[i]
		}
	}
	l := link{path: path}
	l.target, l.state = r.readlink(path)
	if r.fold && l.state != symlink && l.state != hidden {
		l = r.spelled(l, dir, name)
	}
	if len(r.links) < maxRemember {
		r.links = append(r.links, l)
	}
	return l
}

// spelled finds how a file system that ignores case spells name in dir, since
// two spellings are one file there. A name that is not ASCII and not found as
// written may be stored in another Unicode form: that cannot be told.
func (r *resolver) spelled(l link, dir, name string) link {
	f, err := r.disk.open(dir)
	if err != nil {
		return l
	}
	defer f.Close()
	names, _ := f.Readdirnames(maxNamesFold)
	if slices.Contains(names, name) {
		return l
	}
	for _, n := range names {
		if strings.EqualFold(n, name) {
			path := child(dir, n, "", -1)
			l.path, l.state = path, exists
			if to, state := r.readlink(path); state == symlink {
				l.state, l.target = symlink, to
			}
			return l
		}
	}
	for i := range len(name) {
		if name[i] >= 0x80 {
			l.state = hidden
			break
		}
	}
	return l
}

// clean is [path.Clean] without its copy for the common case.
func clean(p string) string {
	for i := 0; i < len(p); i++ {
		if p[i] != '/' {
			continue
		}
		rest := p[i+1:]
		if rest == "" && i > 0 || strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, "./") || strings.HasPrefix(rest, "../") ||
			rest == "." || rest == ".." {
			return cleanSlow(p)
		}
	}
	return p
}

// written is where p leads by its text, without asking anybody: all that can be
// told of another machine. A name may be a link there, as it may become one after
// any look; what it is called, the call says itself. Not so behind "..": a link
// before it decides which folder is meant.
func (r *resolver) written(p string) place {
	if len(p) > maxPath || strings.IndexByte(p, 0) >= 0 || p == "" || p[0] != '/' {
		return place{bad: true}
	}
	return place{path: clean(p), state: missing, bad: r.climbs(p)}
}

// climbs reports whether p has a ".." behind a name that is not part of a folder
// which the call names as its own.
func (r *resolver) climbs(p string) bool {
	for at := 0; ; {
		i := strings.Index(p[at:], "/..")
		if i < 0 {
			return false
		}
		before := p[:at+i]
		if at += i + len("/.."); at < len(p) && p[at] != '/' {
			continue // a name that begins so
		}
		if before = clean(before); before != "" && before != "/" && !within(r.own[0], before) && !within(r.own[1], before) && !within(r.own[2], before) {
			return true
		}
	}
}
