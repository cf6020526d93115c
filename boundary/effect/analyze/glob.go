package analyze

import (
	"errors"
	"io/fs"
	pathpkg "path"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A pattern stands for names that only the file system knows. What it can match
// begins with its literal part, except where a match is a symbolic link, or a
// name that begins with a dash and so becomes an option: for those the folder is
// read. Folders with more entries than this are not.
const maxEntries = 1024

// meta reports the index of the first pattern character of s, or -1.
func meta(s string) int {
	for i := range len(s) {
		switch s[i] {
		case '*', '?', '[':
			return i
		}
	}
	return -1
}

// globPath adds what the pattern w can match.
func (s *scan) globPath(st *state, w value, raw string, access effect.Access, use usage) {
	i := meta(w.text)
	if i < 0 || climbingPattern(w.text[strings.LastIndexByte(w.text[:i], '/')+1:]) {
		s.guess("", raw, access)
		return
	}
	if st.lost && w.text[0] != '/' {
		s.guess("", raw, access)
		return
	}
	cut := strings.LastIndexByte(w.text[:i], '/') + 1
	dir, pattern := w.text[:cut], w.text[cut:]
	if strings.HasPrefix(dir, "/") {
		s.globAt(st, dir, pattern, raw, access, use)
		return
	}
	s.globAt(st, join(st.dir, dir), pattern, raw, access, use)
	if st.alt != "" {
		s.globAt(st, join(st.alt, dir), pattern, raw, access, use)
	}
}

// climbingPattern reports whether a component of the pattern p is or matches
// "..": ".*" does, in shells older than bash 5.2. A leading dot is only matched
// by a dot.
func climbingPattern(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if up, err := pathpkg.Match(part, ".."); err != nil || up && strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

func (s *scan) globAt(st *state, dir, pattern, raw string, access effect.Access, use usage) {
	literal := pattern[:max(meta(pattern), 0)]
	if pattern == "**" || strings.HasPrefix(pattern, "**/") {
		literal = ""
	}
	if t, sure := s.special(st, under(dir)+literal); sure != effect.Exact || t == "" {
		s.guess(dir+pattern, raw, access)
		return
	}
	at := s.paths.walk(dir, s.trusted(dir))
	if at.bad {
		s.guess(dir+pattern, raw, access)
		return
	}
	prefix := under(at.path) + literal
	does := access
	if does == effect.Write {
		does = writing(prefix)
	}
	s.add(effect.Effect{Kind: effect.Path, Access: does, Target: prefix, Raw: raw, Certainty: effect.Prefix})
	if at.name != "" {
		s.touch(under(at.name)+literal, raw, access, effect.Prefix)
	}
	if s.secretPath(under(at.path)+pattern, effect.Exact) || !strings.HasSuffix(pattern, ".pub") && s.secretPath(prefix, effect.Prefix) {
		s.secret(does, "file:"+prefix, effect.Prefix, raw)
	}
	if at.state == missing || use == entry { // what removes a link removes the name, which the prefix covers
		return
	}
	budget := maxEntries
	if !s.globLinks(at.path, pattern, raw, access, &budget) {
		s.guess(under(at.path)+pattern, raw, access)
	}
}

// globLinks adds the links that pattern matches below dir. It reports false if
// it could not look at everything.
func (s *scan) globLinks(dir, pattern, raw string, access effect.Access, budget *int) bool {
	first, rest, deeper := strings.Cut(pattern, "/")
	entries, ok := s.entries(dir, budget)
	if !ok {
		return false
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") && !strings.HasPrefix(first, ".") {
			continue
		}
		match, err := pathpkg.Match(first, e.Name())
		if err != nil {
			return false
		}
		if first == "**" && e.IsDir() && !s.globLinks(dir+"/"+e.Name(), pattern, raw, access, budget) {
			return false
		}
		if !match && first != "**" {
			continue
		}
		p := under(dir) + e.Name()
		switch {
		case e.Type()&fs.ModeSymlink != 0:
			at := s.paths.walk(p, 0)
			target, sure := at.path, effect.Exact
			if deeper {
				target, sure = under(at.path), effect.Prefix
			}
			if at.bad {
				sure = effect.Unknown
			}
			s.touch(target, raw, access, sure)
		case deeper && first != "**" && e.IsDir():
			if !s.globLinks(p, rest, raw, access, budget) {
				return false
			}
		case !deeper && s.secretPath(p, effect.Exact):
			s.secret(access, "file:"+p, effect.Exact, raw)
		}
	}
	return true
}

// entries reads dir, within what is left of the budget and of the call's files.
func (s *scan) entries(dir string, budget *int) ([]fs.DirEntry, bool) {
	if s.files++; s.files > maxFiles || *budget <= 0 {
		return nil, false
	}
	f, err := s.disk.open(dir)
	if err != nil {
		return nil, errors.Is(err, fs.ErrNotExist)
	}
	defer f.Close()
	entries, _ := f.ReadDir(*budget + 1)
	*budget -= len(entries)
	return entries, *budget >= 0
}

// globDash reports whether the pattern may match a name that begins with a
// dash in a folder of st, or whether that cannot be told.
func (s *scan) globDash(st *state, pattern string) bool {
	if strings.IndexByte(pattern, '/') >= 0 || pattern[0] != '*' && pattern[0] != '?' && pattern[0] != '[' {
		return false
	}
	if s.disk == nil || st.lost || st.away != nil {
		return true
	}
	for _, dir := range [...]string{st.dir, st.alt} {
		if dir == "" {
			continue
		}
		budget := maxEntries
		entries, ok := s.entries(s.paths.walk(dir, 0).path, &budget)
		if !ok {
			return true
		}
		for _, e := range entries {
			if e.Name()[0] == '-' {
				if match, err := pathpkg.Match(pattern, e.Name()); match || err != nil {
					return true
				}
			}
		}
	}
	return false
}

// undash settles whether v, a name from the working folder, may be an option.
func (s *scan) undash(st *state, v value) value {
	if !v.exact && v.tame && v.text == "" && !v.plain {
		v.plain = !s.globDash(st, "*")
	}
	return v
}
