package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// patchTool looks at apply_patch: Codex' own format, and unified diffs.
func (s *scan) patchTool(st state, args []field) {
	for i := range args {
		switch args[i].name {
		case "input", "patch", "diff", "patchtext", "content", "command", "patchcontent", "":
			s.strings(args[i], func(f field, text string) {
				s.at = f.at
				s.patch(&st, text)
			})
		case "path", "filepath", "file":
			s.at = args[i].at
			s.filePath(&st, args[i].text(), effect.Write, self)
		}
	}
}

// isPatch reports whether a text is a patch of Codex' format.
func isPatch(text string) bool { return strings.Contains(text, beginPatch) }

const beginPatch = "*** Begin Patch"

// patch adds the files that a patch changes.
func (s *scan) patch(st *state, text string) {
	inHunk := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "*** Add File: "):
			s.filePath(st, strings.TrimSpace(line[14:]), effect.Write, self)
		case strings.HasPrefix(line, "*** Update File: "):
			s.filePath(st, strings.TrimSpace(line[17:]), effect.Write, self)
		case strings.HasPrefix(line, "*** Delete File: "):
			s.filePath(st, strings.TrimSpace(line[17:]), effect.Delete, entry)
		case strings.HasPrefix(line, "*** Move to: "):
			s.filePath(st, strings.TrimSpace(line[13:]), effect.Write, self)
		case strings.HasPrefix(line, "@@ "):
			inHunk = true
		case strings.HasPrefix(line, "diff --git "):
			inHunk = false
		case !inHunk && strings.HasPrefix(line, "+++ "):
			s.diffFile(st, line[4:], effect.Write)
		case !inHunk && strings.HasPrefix(line, "--- "):
			s.diffFile(st, line[4:], effect.Write)
		case strings.HasPrefix(line, "rename to "):
			s.filePath(st, line[10:], effect.Write, self)
		case strings.HasPrefix(line, "rename from "):
			s.filePath(st, line[12:], effect.Delete, entry)
		}
		if s.full {
			return
		}
	}
}

// diffFile adds a file of a unified diff: a/ and b/ are not part of its name.
func (s *scan) diffFile(st *state, name string, access effect.Access) {
	name, _, _ = strings.Cut(name, "\t")
	name = strings.Trim(strings.TrimSpace(name), `"`)
	if name == "/dev/null" {
		return
	}
	if rest, ok := strings.CutPrefix(name, "a/"); ok {
		name = rest
	} else if rest, ok := strings.CutPrefix(name, "b/"); ok {
		name = rest
	}
	s.filePath(st, name, access, self)
}
