package intentmodel

import "strings"

// code reads the text of a program, a file or a message. run says that it runs
// now; if not, what it would do is only written.
func (x *scan) code(b []byte, run bool) {
	outer := x.bank
	if !run {
		x.bank = bankWritten
	}
	if x.shellScript && !run || shebang(b) {
		x.script(b)
	}
	x.listing(b)
	x.bank = outer
}

// listing reads the text of a program: its identifiers, words, paths, addresses,
// and the commands it starts.
func (x *scan) listing(b []byte) {
	to := x.to()
	var (
		full   = offset // of the word, folded
		ident  = offset // of the identifier, as it is written
		object uint64   // the identifier before a dot
		last   uint64   // the identifier before this one, on the same line
		begin  = -1     // of the word
		writes = writing(view(b))
	)
	x.notes(view(b))
	flush := func(i int) {
		if ident != offset {
			x.t.find(to, key(kindCode, ident, 0, 0))
			if object != 0 {
				x.t.find(to, key(kindMember, object, ident, 0))
			}
		}
		if begin >= 0 {
			x.find(kindAny, full)
			x.find(kindArg, full)
			if w := b[begin:i]; len(w) > 2 {
				if core := pattern(w); len(core) < len(w) {
					x.find(kindArg, hashFolded(view(core))) // awk '/sshd/ {print $2}'
				}
				if len(w) >= blobBytes {
					x.blobs(w)
				}
				x.parts(w)
				x.codeWord(w, to, writes)
			}
		}
	}
	for i := range len(b) {
		c := b[i]
		cl := chars[c]
		if cl&isIdent != 0 {
			if begin < 0 {
				begin = i
			}
			ident = (ident ^ uint64(c)) * prime
			if cl&isUpper != 0 {
				c |= 0x20
			}
			full = (full ^ uint64(c)) * prime
			continue
		}
		switch c {
		case '.', ':', '/', '-', '+', '~', '*', '@', '$', '[', ']', '|', '%':
			if ident != offset {
				x.t.find(to, key(kindCode, ident, 0, 0))
				if object != 0 {
					x.t.find(to, key(kindMember, object, ident, 0))
				}
			}
			object = 0
			if c == '.' || c == ':' && i+1 < len(b) && b[i+1] == ':' || c == ':' && i > 0 && b[i-1] == ':' {
				object = ident
			}
			ident = offset
			if begin < 0 {
				begin = i
			}
			full = (full ^ uint64(c)) * prime
			continue
		case '\\':
			if i+2 < len(b) && b[i+1] == 'x' && chars[b[i+2]]&isIdent != 0 {
				x.facts |= factEscapes
			}
		}
		flush(i)
		if cl&isQuote != 0 && i > 1 && !x.within {
			if last != 0 && roleOf(last)&roleCall != 0 {
				end := closing(b, i)
				if end-i > 6 {
					x.within = true
					x.script(b[i+1 : end])
					x.within = false
				}
			}
		}
		if ident != offset {
			last = ident
		}
		if c == '\n' || c == ';' || c == ')' {
			last = 0
		}
		full, ident, object, begin = offset, offset, 0, -1
	}
	flush(len(b))
}

// script reads a shell script that is written, or given in place: its programs are
// in no effect.
func (x *scan) script(b []byte) {
	known, paths := x.known, x.paths
	x.known, x.paths = 0, true
	x.shell(b)
	x.known, x.paths = known, paths
}

// shebang reports whether b begins as a shell script does.
func shebang(b []byte) bool {
	if !startsWith(b, "#!") {
		return false
	}
	line := b[:min(len(b), 40)]
	for i := range line {
		if line[i] == '\n' {
			line = line[:i]
			break
		}
	}
	for i := range line {
		if startsWith(line[i:], "sh") && (i+2 == len(line) || line[i+2] == ' ') {
			return true
		}
	}
	return false
}

// writing reports whether the text of a program has anything that could write a
// file: a word for it, or a mode to open one with.
func writing(text string) bool {
	for _, s := range [...]string{"rite", "'w", "\"w", "'a", "\"a", ">", "opy", "ump", "emove", "nlink", "rename", "move", "mod", "ppend", "save", "sh", "system"} {
		if strings.Contains(text, s) {
			return true
		}
	}
	return false
}

// codeWord looks a path or an address in a program's text up.
func (x *scan) codeWord(w []byte, to *signs, writes bool) {
	if i := indexScheme(w); i > 0 {
		x.hostName(w[i:], to)
		return
	}
	if (w[0] != '/' && w[0] != '~') || len(w) > maxPath {
		return
	}
	x.lies(view(w))
	x.t.path(to, kindRead, view(w))
	if writes && !startsWith(w, "/dev/null") && !startsWith(w, "/bin/") && !startsWith(w, "/usr/bin/") && !startsWith(w, "/dev/std") {
		x.t.path(to, kindWrite, view(w)) // "#!/bin/sh" writes nothing
	}
}
