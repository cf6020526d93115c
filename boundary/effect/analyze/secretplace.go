package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
)

// What holds a secret is for package secret to say. Its detector also reads a
// text for values, which costs microseconds: names that by their shape cannot
// be a place of secrets are not given to it.

// secretDirs are folders whose content, or some of it, is secret; for paths of
// which only the beginning is known.
var secretDirs = []string{"/.ssh/", "/.aws/", "/.gnupg/", "/.kube/", "/.azure/", "/.docker/", "/.config/gcloud/", "/.password-store/", "/secrets/kubernetes.io/serviceaccount/"}

// secretPath reports whether the canonical path p is a place of secrets; with a
// certainty less than Exact, whether one begins so.
func (s *scan) secretPath(p string, sure effect.Certainty) bool {
	if sure != effect.Exact {
		for _, dir := range secretDirs {
			i := strings.Index(p, dir)
			if strings.HasSuffix(p, dir[:len(dir)-1]) || i >= 0 && (len(p) == i+len(dir) || strings.HasPrefix("id_", p[i+len(dir):])) {
				return true
			}
		}
		switch p { // everything below these, the secrets of people and machine included
		case "/", "/home/", "/root/", "/Users/", "/etc/", "/proc/":
			return true
		}
		if s.call.Home != "" && len(p) == len(s.call.Home)+1 && strings.HasPrefix(p, s.call.Home) {
			return true
		}
		if strings.HasSuffix(p, "/") {
			return false
		}
	}
	return !dullPath(p) && s.namesSecret(p, secret.Path)
}

// namesSecret reports whether the name of a place alone makes it a finding.
func (s *scan) namesSecret(name string, place secret.Place) bool {
	s.name = append(s.name[:0], name...)
	s.findings = secret.Default().Detect(s.findings[:0], s.name, place)
	for i := range s.findings {
		if s.findings[i].Length == 0 {
			return true
		}
	}
	return false
}

// secretEnv reports whether a variable by its name holds a secret.
func (s *scan) secretEnv(name string) bool {
	if len(name) < 3 || len(name) > 128 {
		return false
	}
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s.namesSecret(name, secret.EnvName)
}

// secretHost reports whether a host hands out credentials to whoever asks.
func (s *scan) secretHost(host string) bool { return s.namesSecret(host, secret.Host) }

// dullEnding reports whether no rule about names cares for files with that ending.
func dullEnding(ending string) bool {
	switch ending {
	case "go", "mod", "sum", "ts", "tsx", "js", "jsx", "mjs", "cjs", "py", "rs", "java", "kt", "c", "h", "cc", "cpp", "hpp", "cs", "rb", "swift", "scala", "md", "mdx", "rst", "txt",
		"html", "css", "scss", "svg", "png", "jpg", "gif", "sh", "sql", "proto", "vue", "svelte", "lock", "log", "diff", "patch", "csv", "tsv", "ipynb", "lua", "ex", "exs", "hs", "ml",
		"zig", "dart", "tmpl", "golden", "snap", "jsonl":
		return true
	}
	return false
}

// watched reports whether files and folders of that name look ordinary and are not.
func watched(name string) bool {
	switch name {
	case "proc", "run", "gcloud", "gh", "glab-cli", "github-copilot", "keychains", "keyrings", "serviceaccount", "secrets-store", "doctl", "kubernetes", "chrome", "google-chrome",
		"chromium", "kubeconfig", "shadow", "gshadow", "cookies", "secrets", "secret", "credentials", "certs", "private", "ssl", "etc":
		return true
	}
	return false
}

// dullPath reports whether nothing in p could be of interest to a detector: plain
// names all the way, and an ending of source code, or none.
func dullPath(p string) bool {
	start := 1
	for start < len(p) {
		end := strings.IndexByte(p[start:], '/')
		last := end < 0
		if last {
			end = len(p)
		} else {
			end += start
		}
		name := p[start:end]
		start = end + 1
		if name == "" {
			continue
		}
		if name[0] == '_' {
			return false
		}
		dot := -1
		for i := range len(name) {
			switch c := name[i]; {
			case 'a' <= c && c <= 'z', '0' <= c && c <= '9', 'A' <= c && c <= 'Z', c == '-', c == '_':
			case c == '.' && i > 0:
				dot = i
			default:
				return false
			}
		}
		if len(name) <= 15 {
			var buf [16]byte
			low := buf[:0]
			for i := range len(name) {
				c := name[i]
				if 'A' <= c && c <= 'Z' {
					c += 'a' - 'A'
				}
				low = append(low, c)
			}
			if watched(string(low)) {
				return false
			}
		}
		if !last {
			continue
		}
		if dot >= 0 {
			ok := dullEnding(name[dot+1:])
			return ok
		}
		return len(name) < 3 || name[2] != '_' && !strings.HasSuffix(name, "_rsa") && !strings.HasSuffix(name, "_history") && !strings.HasSuffix(name, "_key")
	}
	return true
}
