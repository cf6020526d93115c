package analyze

import (
	"slices"
	"strings"
)

// A gitConfig is what git would read about remotes, branches and programs, from
// the repository's own configuration and the person's. It is read at most once
// per call; a file longer than [maxConfig] counts as not readable.
type gitConfig struct {
	dir      string // the folder git runs in
	top      string // top of the working tree
	gitDir   string // common folder: configuration, hooks
	own      string // this working tree's own folder in gitDir: HEAD
	headRef  string // see [scan.gitHead]
	headRead bool
	entries  []gitEntry
	readable bool
}

// A gitEntry is one setting: "remote.origin.url" in canonical case, and its value.
type gitEntry struct{ key, value string }

const (
	maxConfig        = 256 << 10
	maxConfigEntries = 2048
	maxIncludes      = 8
)

// gitAt reads the configuration that git run in st's folder would see.
func (s *scan) gitAt(st *state) *gitConfig {
	if s.disk == nil || st.lost || st.alt != "" || st.away != nil || st.dir == "" {
		return &gitConfig{}
	}
	if s.git != nil && s.git.dir == st.dir {
		return s.git
	}
	g := &gitConfig{dir: st.dir}
	s.git = g
	for dir := s.paths.walk(st.dir, len(st.dir)).path; dir != ""; dir = parent(dir) {
		g.gitDir = s.gitDir(dir)
		if g.gitDir != "" {
			g.top = dir
			break
		}
		if dir == "/" {
			break
		}
	}
	if g.gitDir == "" {
		return g
	}
	g.own = g.gitDir
	if g.gitDir != under(g.top)+".git" { // a linked working tree
		if common := s.readLine(g.own + "/commondir"); common != "" {
			if common[0] != '/' {
				common = clean(g.own + "/" + common)
			}
			g.gitDir = common
		}
	}
	g.readable = true
	includes := 0
	if s.call.Home != "" {
		for _, f := range [...]string{"/.gitconfig", "/.config/git/config"} {
			s.readGitConfig(g, s.call.Home+f, &includes)
		}
	}
	s.readGitConfig(g, g.gitDir+"/config", &includes) // last, since the last value of a setting counts
	return g
}

// gitHead is the full reference that HEAD stands for; "" if detached or not known.
func (s *scan) gitHead(g *gitConfig) string {
	if !g.headRead && g.own != "" {
		g.headRead = true
		if head := s.readLine(g.own + "/HEAD"); strings.HasPrefix(head, "ref: ") {
			g.headRef = strings.TrimSpace(head[5:])
		}
	}
	return g.headRef
}

// gitDir returns the git folder of the working tree dir, following the ".git"
// files of worktrees and submodules.
func (s *scan) gitDir(dir string) string {
	p := under(dir) + ".git"
	fi, err := s.disk.stat(p)
	switch {
	case err != nil:
		return ""
	case fi.IsDir():
		return p
	}
	to, ok := strings.CutPrefix(s.readLine(p), "gitdir: ")
	if !ok {
		return ""
	}
	if to = strings.TrimSpace(to); to != "" && to[0] != '/' {
		to = clean(dir + "/" + to)
	}
	return to
}

func (s *scan) readFile(name string) (string, bool) {
	text, state := s.read(name)
	return text, state == exists
}

// read is [disk.read] for as many files as one call may read.
func (s *scan) read(name string) (string, state8) {
	if s.files++; s.files > maxFiles {
		return "", hidden
	}
	return s.disk.read(name, maxConfig)
}

func (s *scan) readLine(name string) string {
	t, _ := s.readFile(name)
	t, _, _ = strings.Cut(t, "\n")
	return t
}

// readGitConfig appends the settings of one file and of those it includes.
// Conditions of includes are not looked at: what may hold is taken to hold.
func (s *scan) readGitConfig(g *gitConfig, name string, includes *int) {
	text, state := s.read(name)
	if state != exists {
		if state != missing || *includes == 0 && name == g.gitDir+"/config" {
			g.readable = false
		}
		return
	}
	section := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		if line[0] == '[' {
			end := strings.LastIndexByte(line, ']')
			if end < 0 {
				g.readable = false
				return
			}
			section = gitSection(line[1:end])
			if line = strings.TrimSpace(line[end+1:]); line == "" {
				continue
			}
		}
		key, val, _ := strings.Cut(line, "=")
		val = gitValue(val)
		key = section + "." + strings.ToLower(strings.TrimSpace(key))
		if (section == "include" || strings.HasPrefix(section, "includeif.")) && strings.HasSuffix(key, ".path") {
			if *includes++; *includes > maxIncludes {
				g.readable = false
				continue
			}
			if rest, ok := strings.CutPrefix(val, "~/"); ok {
				val = s.call.Home + "/" + rest
			} else if val != "" && val[0] != '/' {
				val = parent(name) + "/" + val
			}
			s.readGitConfig(g, val, includes) // git ignores those that are not there
			continue
		}
		if len(g.entries) >= maxConfigEntries {
			g.readable = false
			return
		}
		g.entries = append(g.entries, gitEntry{key, val})
	}
}

// gitSection is a section's name: the first part without case, the quoted one with it.
func gitSection(head string) string {
	name, sub, ok := strings.Cut(head, " ")
	if !ok {
		return strings.ToLower(head)
	}
	sub = strings.Trim(strings.TrimSpace(sub), `"`)
	return strings.ToLower(name) + "." + strings.ReplaceAll(sub, `\`, "")
}

// gitValue is a setting's value without quotes and comment.
func gitValue(v string) string {
	v = strings.TrimSpace(v)
	if !strings.ContainsAny(v, `"#;\`) {
		return v
	}
	var b strings.Builder
	quoted := false
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && i+1 < len(v):
			i++
			b.WriteByte(v[i])
		case !quoted && (c == '#' || c == ';'):
			return strings.TrimSpace(b.String())
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

// get returns the last value of a setting.
func (g *gitConfig) get(key string) (string, bool) {
	for _, v := range slices.Backward(g.entries) {
		if v.key == key {
			return v.value, true
		}
	}
	return "", false
}

// urls returns where the remote name leads, after rewriting by insteadOf.
func (g *gitConfig) urls(name string, push bool) []string {
	var out []string
	for _, suffix := range [...]string{".pushurl", ".url"} {
		if suffix == ".pushurl" && !push {
			continue
		}
		for _, e := range g.entries {
			if e.key == "remote."+name+suffix {
				out = append(out, g.rewrite(e.value, push))
			}
		}
		if len(out) > 0 {
			break
		}
	}
	return out
}

// rewrite applies url.<base>.insteadOf, and pushInsteadOf: the longest match wins.
func (g *gitConfig) rewrite(u string, push bool) string {
	best, to := "", ""
	for _, e := range g.entries {
		rest, ok := strings.CutPrefix(e.key, "url.")
		if !ok || e.value == "" || !strings.HasPrefix(u, e.value) || len(e.value) < len(best) {
			continue
		}
		if b, ok := strings.CutSuffix(rest, ".insteadof"); ok {
			best, to = e.value, b
		} else if b, ok := strings.CutSuffix(rest, ".pushinsteadof"); ok && push {
			best, to = e.value, b
		}
	}
	return to + u[len(best):]
}
