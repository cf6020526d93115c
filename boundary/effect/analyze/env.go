package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// What variables mean to programs that inherit them.

type envMeaning uint8

const (
	envIdentity envMeaning = iota + 1 // the value names an identity
	envKeyFile                        // the value is a file with a key
	envToken                          // the value is a credential itself
	envCommand                        // the value is a command that will be run
	envLoader                         // the value loads code
	envLibrary                        // the value is a list of folders code is loaded from
	envProxy                          // the value is a host that traffic goes through
	envSearch                         // PATH
)

// envVariable returns what a variable means and, of one that says who acts, how its
// identity is called.
func envVariable(name string) (means envMeaning, prefix string, ok bool) {
	switch name {
	case "AWS_PROFILE", "AWS_DEFAULT_PROFILE":
		return envIdentity, "aws-profile:", true
	case "AWS_ROLE_ARN":
		return envIdentity, "role:", true
	case "CLOUDSDK_CORE_ACCOUNT", "CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT":
		return envIdentity, "gcp-account:", true
	case "CLOUDSDK_ACTIVE_CONFIG_NAME":
		return envIdentity, "gcp-config:", true
	case "AZURE_CLIENT_ID":
		return envIdentity, "azure-client:", true
	case "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL":
		return envIdentity, "git-author:", true
	case "DOCKER_CONTEXT":
		return envIdentity, "docker-context:", true
	case "PGUSER":
		return envIdentity, "db-user:", true
	case "HELM_KUBECONTEXT":
		return envIdentity, "kube-context:", true
	case "KUBECONFIG":
		return envKeyFile, "kube-config:", true
	case "GOOGLE_APPLICATION_CREDENTIALS", "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE":
		return envKeyFile, "gcp-key:", true
	case "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE":
		return envKeyFile, "aws-config:", true
	case "AWS_WEB_IDENTITY_TOKEN_FILE":
		return envKeyFile, "aws-token:", true
	case "AWS_ACCESS_KEY_ID", "AWS_SESSION_TOKEN", "GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "VAULT_TOKEN", "NPM_TOKEN", "NODE_AUTH_TOKEN", "PGPASSWORD", "SSH_AUTH_SOCK":
		return envToken, "", true
	case "GIT_SSH_COMMAND", "GIT_SSH", "GIT_ASKPASS", "SSH_ASKPASS", "SUDO_ASKPASS", "GIT_EDITOR", "GIT_SEQUENCE_EDITOR", "GIT_PAGER", "GIT_EXTERNAL_DIFF", "GIT_PROXY_COMMAND", "EDITOR",
		"VISUAL", "PAGER", "MANPAGER", "GH_PAGER", "AWS_PAGER", "BROWSER", "LESSOPEN", "LESSCLOSE", "PROMPT_COMMAND", "RSYNC_RSH", "KUBE_EDITOR", "RUSTC_WRAPPER", "CC", "CXX",
		"PREPROCESSOR":
		return envCommand, "", true
	case "TAR_OPTIONS", "LD_PRELOAD", "LD_AUDIT", "DYLD_INSERT_LIBRARIES", "BASH_ENV", "ENV", "PYTHONSTARTUP", "NODE_OPTIONS", "BUN_OPTIONS", "RUBYOPT", "PERL5OPT", "PERL5DB",
		"JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JDK_JAVA_OPTIONS", "MAVEN_OPTS", "GRADLE_OPTS", "PYTEST_PLUGINS", "PYTEST_ADDOPTS", "GOFLAGS", "GIT_CONFIG", "GIT_CONFIG_GLOBAL",
		"GIT_CONFIG_COUNT", "GIT_TEMPLATE_DIR", "GIT_EXEC_PATH", "ZDOTDIR", "SHELLOPTS", "BASHOPTS", "GLIBC_TUNABLES", "GCONV_PATH", "OPENSSL_CONF", "OPENSSL_ENGINES", "TF_CLI_CONFIG_FILE",
		"TF_CLI_ARGS", "MAKEFLAGS":
		return envLoader, "", true
	case "IFS":
		return 0, "", true
	case "PYTHONPATH", "NODE_PATH", "PERL5LIB", "RUBYLIB", "CLASSPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PKG_CONFIG_PATH":
		return envLibrary, "", true
	case "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY", "GOPROXY", "NPM_CONFIG_REGISTRY", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "UV_INDEX_URL", "DOCKER_HOST",
		"AWS_ENDPOINT_URL", "VAULT_ADDR", "CONSUL_HTTP_ADDR", "NOMAD_ADDR", "GH_HOST", "GITLAB_HOST", "PGHOST", "MYSQL_HOST", "KUBERNETES_MASTER", "ETCDCTL_ENDPOINTS",
		"CLOUDSDK_PROXY_ADDRESS", "OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "GIT_PROXY", "CARGO_HTTP_PROXY":
		return envProxy, "", true
	case "PATH":
		return envSearch, "", true
	}
	return 0, "", false
}

// setenv adds what it means that name is set to v for programs that run then.
func (s *scan) setenv(st *state, name string, v value, raw string) {
	means, prefix, ok := envVariable(name)
	if !ok {
		if strings.HasSuffix(name, "_proxy") || strings.HasPrefix(name, "npm_config_") {
			means, prefix, ok = envVariable(strings.ToUpper(name))
		}
		if strings.HasPrefix(name, "AWS_ENDPOINT_URL_") || strings.HasPrefix(name, "CLOUDSDK_API_ENDPOINT_OVERRIDES_") {
			means, ok = envProxy, true
		}
		if strings.HasPrefix(name, "GIT_CONFIG_KEY") || strings.HasPrefix(name, "GIT_CONFIG_VALUE") {
			means, ok = envLoader, true
		}
		if !ok {
			if st.away == nil && !v.is("") {
				s.setting(st, name, v, raw)
			}
			return
		}
	}
	if st.away != nil && means != envIdentity || v.is("") {
		return
	}
	switch means {
	case envIdentity:
		s.identity(prefix+v.text, v.sure(), raw)
	case envKeyFile:
		s.identityFile(st, prefix, v, raw)
	case envToken:
		s.identity("env:"+name, effect.Exact, name)
	case envCommand:
		if t, ok := v.lit(); ok {
			if t == "cat" || t == "true" || t == ":" || t == "/bin/true" || t == "echo" {
				return
			}
			c := &cmd{scan: s, st: *st, in: feed{kind: feedAny}}
			c.text(v, raw)
			return
		}
		s.code(plugin, effect.Unknown, raw)
	case envLoader:
		if name == "NODE_OPTIONS" && v.exact && !strings.ContainsAny(v.text, "/.") && !strings.Contains(v.text, "require") && !strings.Contains(v.text, "import") && !strings.Contains(v.text, "loader") ||
			name == "GOFLAGS" && v.exact && !strings.Contains(v.text, "exec") && !strings.Contains(v.text, "tool") && !strings.Contains(v.text, "overlay") ||
			(strings.Contains(name, "JAVA_") || name == "MAVEN_OPTS" || name == "GRADLE_OPTS" || name == "MAKEFLAGS") && v.exact && !strings.Contains(v.text, "agent") && !strings.Contains(v.text, "eval") ||
			(name == "GIT_CONFIG_GLOBAL" || name == "GIT_CONFIG") && v.is("/dev/null") {
			return
		}
		s.code(plugin, effect.Unknown, raw)
	case envLibrary:
		s.libraries(st, v, raw)
	case envProxy:
		s.proxies(v, raw)
	case envSearch:
		s.searchPath(st, v, raw)
	}
}

// identityFile adds an identity that is kept in a file.
func (s *scan) identityFile(st *state, prefix string, v value, raw string) {
	for t := range strings.SplitSeq(v.text, ":") {
		if t == "" {
			continue
		}
		sure := v.sure()
		if t[0] != '/' && !st.lost {
			t = clean(join(st.dir, t))
		}
		s.identity(prefix+t, sure, raw)
	}
	if v.text == "" {
		s.identity(prefix, effect.Unknown, raw)
	}
}

// libraries looks at folders that code is loaded from: those of the repository
// are its own code, of others nobody knows.
func (s *scan) libraries(st *state, v value, raw string) {
	if !v.exact {
		s.code(plugin, effect.Unknown, raw)
		return
	}
	for t := range strings.SplitSeq(v.text, ":") {
		if t != "" {
			s.loadsFrom(st, t, raw)
		}
	}
}

func (s *scan) loadsFrom(st *state, dir, raw string) {
	if rest, ok := strings.CutPrefix(dir, "~/"); ok && s.call.Home != "" {
		dir = s.call.Home + "/" + rest
	}
	if dir[0] != '/' {
		if st.lost {
			s.code(plugin, effect.Unknown, raw)
			return
		}
		dir = join(st.dir, dir)
	}
	at := s.paths.walk(dir, s.trusted(dir))
	root := s.call.Root
	if root == "" {
		root = s.call.Dir
	}
	if !at.bad && (s.relativeTo(root, at.path) != "" || at.path == root) {
		s.code(workspace, effect.Exact, raw)
		return
	}
	sure := effect.Exact
	if s.disk == nil && at.bad {
		sure = effect.Unknown
	}
	s.touch(at.path, raw, effect.Exec, sure)
}

// searchPath looks at a new PATH: folders before the old one come first, and
// what lies in them runs instead of what is meant.
func (s *scan) searchPath(st *state, v value, raw string) {
	text := v.text
	if !v.exact {
		// PATH=x:$PATH: the known part; PATH=$PATH:x only appends.
		if text == "" {
			if !strings.HasPrefix(rightSide(raw), "$PATH") && !strings.HasPrefix(rightSide(raw), "${PATH") {
				s.code(plugin, effect.Unknown, raw)
			}
			return
		}
		if i := strings.LastIndexByte(text, ':'); i >= 0 && onlyPath(rightSide(raw)) {
			text = text[:i]
		} else {
			s.code(plugin, effect.Unknown, raw)
			return
		}
	}
	for t := range strings.SplitSeq(text, ":") {
		switch {
		case t == "" || t == ".":
			s.code(workspace, effect.Exact, raw)
		case systemDir(t):
		default:
			s.loadsFrom(st, t, raw)
		}
	}
}

// rightSide is what stands behind the "=" of an assignment, without its quote.
func rightSide(raw string) string {
	_, t, _ := strings.Cut(raw, "=")
	return strings.TrimPrefix(t, "\"")
}

// onlyPath reports whether the one variable of text beside HOME and PWD is PATH, at its end.
func onlyPath(text string) bool {
	text = strings.TrimSuffix(text, "\"")
	rest, ok := strings.CutSuffix(text, ":$PATH")
	if !ok {
		rest, ok = strings.CutSuffix(text, ":${PATH}")
	}
	rest = strings.NewReplacer("$HOME", "", "${HOME}", "", "$PWD", "", "${PWD}", "").Replace(rest)
	return ok && !strings.ContainsAny(rest, "$`")
}

func systemDir(t string) bool {
	_, ok := systemProgram(strings.TrimSuffix(t, "/") + "/x")
	return ok
}

// proxies looks at addresses that traffic will go through.
func (s *scan) proxies(v value, raw string) {
	for t := range strings.FieldsFuncSeq(v.text, func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
		if t == "off" || t == "direct" || strings.HasPrefix(t, "unix:") {
			continue
		}
		w := v
		w.text = t
		s.url(w, raw, effect.NoDirection)
	}
	if v.text == "" {
		s.unknown(effect.Host, effect.Connect, raw)
	}
}
