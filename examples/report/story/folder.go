package story

import (
	"path"
	"slices"
	"strings"
)

// folder finds the folder that the session worked in: the deepest that holds four of
// five paths. Said once, it need not be said on every line.
func (b *builder) folder() {
	counts, total := map[string]int{}, 0
	for _, c := range b.Calls {
		for _, t := range c.Targets {
			if t.Kind != "path" || !strings.HasPrefix(t.Name, "/") {
				continue
			}
			total++
			dir := t.Name
			if !strings.HasSuffix(dir, "/") {
				dir = path.Dir(dir)
			}
			for dir = path.Clean(dir); strings.Count(dir, "/") > 1; dir = path.Dir(dir) {
				counts[dir]++
			}
		}
	}
	if total < 3 {
		return
	}
	for dir, n := range counts {
		if 5*n < 4*total {
			continue
		}
		if len(dir) > len(b.Folder) || len(dir) == len(b.Folder) && dir < b.Folder {
			b.Folder = dir
		}
	}
}

// Short returns what is to be said of a target where the session's folder is known.
func (s *Story) Short(t Target) string {
	if t.Kind != "path" || s.Folder == "" {
		return t.Name
	}
	if name := strings.TrimSuffix(t.Name, "/"); name == s.Folder {
		return "."
	}
	return strings.TrimPrefix(t.Name, s.Folder+"/")
}

// Named returns the targets of one kind.
func (c *Call) Named(kind string) string {
	if i := slices.IndexFunc(c.Targets, func(t Target) bool { return t.Kind == kind }); i >= 0 {
		return c.Targets[i].Name
	}
	return ""
}
