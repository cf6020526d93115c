package identity

// gitconfig.go reads who the user is out of git's configuration files: the syntax
// of git-config(1), "Configuration file", and the layout of gitrepository-layout(5).

import (
	"bufio"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
)

const (
	maxGitConfig = 256 << 10
	maxGitValue  = 1 << 10 // a name that goes on over more lines than that is none
	maxParents   = 64      // folders above dir that are tried
)

// gitConfigs returns the configuration files that count in dir, the strongest first.
func gitConfigs(dir string) []string {
	var files []string
	if git := gitFolder(dir); git != "" {
		files = append(files, filepath.Join(git, "config"))
	}
	home, err := os.UserHomeDir()
	if err == nil {
		files = append(files, filepath.Join(home, ".gitconfig"))
	}
	if xdg := os.Getenv("XDG_CONFIG_HOME"); xdg != "" {
		files = append(files, filepath.Join(xdg, "git", "config"))
	} else if err == nil {
		files = append(files, filepath.Join(home, ".config", "git", "config"))
	}
	return files
}

// gitFolder returns the folder with the configuration of the repository that dir
// is in: .git, or where a .git file of a worktree or submodule points to.
func gitFolder(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	for range maxParents {
		git := filepath.Join(dir, ".git")
		if info, err := os.Stat(git); err == nil {
			if info.IsDir() {
				return git
			}
			return linkedFolder(dir, git)
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			break
		}
		dir = parent
	}
	return ""
}

// linkedFolder follows "gitdir: …" in a .git file, and from a worktree's folder
// to the one it has in common with the others.
func linkedFolder(dir, file string) string {
	line, ok := strings.CutPrefix(firstLine(file), "gitdir:")
	if !ok {
		return ""
	}
	git := resolve(dir, strings.TrimSpace(line))
	if common := firstLine(filepath.Join(git, "commondir")); common != "" {
		return resolve(git, common)
	}
	return git
}

func resolve(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

func firstLine(file string) string {
	b := readSmall(file, 4096)
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return strings.TrimSpace(string(line))
}

// readSmall returns the content of a regular file of at most limit bytes, nil
// for any other.
func readSmall(name string, limit int64) []byte {
	info, err := os.Stat(name)
	if err != nil || !info.Mode().IsRegular() || info.Size() > limit {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit))
	if err != nil {
		return nil
	}
	return b
}

// gitUser returns user.email, else user.name, of a configuration file.
func gitUser(file string) string {
	name, email := parseGitUser(readSmall(file, maxGitConfig))
	if email != "" {
		return email
	}
	return name
}

// parseGitUser reads the [user] sections of a configuration; the last value counts.
func parseGitUser(b []byte) (name, email string) {
	section := ""
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(b, []byte("\uFEFF"))))
	lines.Buffer(nil, maxGitConfig+1)
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		if strings.HasPrefix(line, "[") {
			head, rest, ok := strings.Cut(line[1:], "]")
			if !ok {
				section = ""
				continue
			}
			// A subsection ([user "work"]) is another section.
			section, line = strings.ToLower(strings.TrimSpace(head)), strings.TrimSpace(rest)
		}
		if section != "user" || line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		key, v, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		for len(v) < maxGitValue && continued(v) && lines.Scan() {
			v = v[:len(v)-1] + lines.Text()
		}
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "name":
			name = gitValue(v)
		case "email":
			email = gitValue(v)
		}
	}
	return name, email
}

// continued reports whether a value goes on in the next line.
func continued(v string) bool {
	n := 0
	for n < len(v) && v[len(v)-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// gitValue decodes a value: quotes, backslashes, and a comment behind it.
func gitValue(v string) string {
	var b strings.Builder
	quoted, spaces := false, 0
	v = strings.TrimSpace(v)
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case c == '"':
			quoted = !quoted
			continue
		case (c == '#' || c == ';') && !quoted:
			return b.String()
		case (c == ' ' || c == '\t') && !quoted: // spaces count only before something
			spaces++
			continue
		case c == '\\':
			if i++; i == len(v) {
				return b.String()
			}
			switch c = v[i]; c {
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			case 'b':
				c = '\b'
			}
		}
		for ; spaces > 0; spaces-- {
			b.WriteByte(' ')
		}
		b.WriteByte(c)
	}
	return b.String()
}
