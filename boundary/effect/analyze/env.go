package analyze

import (
	"strings"
	"sync"

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

var envTable = sync.OnceValue(func() map[string]struct {
	means  envMeaning
	prefix string // of the identity
} {
	return map[string]struct {
		means  envMeaning
		prefix string // of the identity
	}{
		"AWS_PROFILE": {envIdentity, "aws-profile:"}, "AWS_DEFAULT_PROFILE": {envIdentity, "aws-profile:"}, "AWS_ROLE_ARN": {envIdentity, "role:"},
		"CLOUDSDK_CORE_ACCOUNT": {envIdentity, "gcp-account:"}, "CLOUDSDK_ACTIVE_CONFIG_NAME": {envIdentity, "gcp-config:"},
		"CLOUDSDK_AUTH_IMPERSONATE_SERVICE_ACCOUNT": {envIdentity, "gcp-account:"}, "AZURE_CLIENT_ID": {envIdentity, "azure-client:"},
		"GIT_AUTHOR_EMAIL": {envIdentity, "git-author:"}, "GIT_COMMITTER_EMAIL": {envIdentity, "git-author:"}, "EMAIL": {envIdentity, "git-author:"},
		"DOCKER_CONTEXT": {envIdentity, "docker-context:"}, "PGUSER": {envIdentity, "db-user:"}, "HELM_KUBECONTEXT": {envIdentity, "kube-context:"},
		"KUBECONFIG": {envKeyFile, "kube-config:"}, "GOOGLE_APPLICATION_CREDENTIALS": {envKeyFile, "gcp-key:"}, "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE": {envKeyFile, "gcp-key:"},
		"AWS_SHARED_CREDENTIALS_FILE": {envKeyFile, "aws-config:"}, "AWS_CONFIG_FILE": {envKeyFile, "aws-config:"}, "AWS_WEB_IDENTITY_TOKEN_FILE": {envKeyFile, "aws-token:"},
		"AWS_ACCESS_KEY_ID": {envToken, ""}, "AWS_SESSION_TOKEN": {envToken, ""}, "GH_TOKEN": {envToken, ""}, "GITHUB_TOKEN": {envToken, ""}, "GITLAB_TOKEN": {envToken, ""},
		"VAULT_TOKEN": {envToken, ""}, "NPM_TOKEN": {envToken, ""}, "NODE_AUTH_TOKEN": {envToken, ""}, "PGPASSWORD": {envToken, ""}, "SSH_AUTH_SOCK": {envToken, ""},
		"GIT_SSH_COMMAND": {envCommand, ""}, "GIT_SSH": {envCommand, ""}, "GIT_ASKPASS": {envCommand, ""}, "SSH_ASKPASS": {envCommand, ""}, "SUDO_ASKPASS": {envCommand, ""},
		"GIT_EDITOR": {envCommand, ""}, "GIT_SEQUENCE_EDITOR": {envCommand, ""}, "GIT_PAGER": {envCommand, ""}, "GIT_EXTERNAL_DIFF": {envCommand, ""},
		"GIT_PROXY_COMMAND": {envCommand, ""}, "EDITOR": {envCommand, ""}, "VISUAL": {envCommand, ""}, "PAGER": {envCommand, ""}, "MANPAGER": {envCommand, ""},
		"GH_PAGER": {envCommand, ""}, "AWS_PAGER": {envCommand, ""}, "BROWSER": {envCommand, ""}, "LESSOPEN": {envCommand, ""}, "LESSCLOSE": {envCommand, ""}, "PROMPT_COMMAND": {envCommand, ""}, "RSYNC_RSH": {envCommand, ""},
		"KUBE_EDITOR": {envCommand, ""}, "TAR_OPTIONS": {envLoader, ""}, "RUSTC_WRAPPER": {envCommand, ""}, "CC": {envCommand, ""}, "CXX": {envCommand, ""}, "PREPROCESSOR": {envCommand, ""},
		"LD_PRELOAD": {envLoader, ""}, "LD_AUDIT": {envLoader, ""}, "DYLD_INSERT_LIBRARIES": {envLoader, ""}, "BASH_ENV": {envLoader, ""}, "ENV": {envLoader, ""}, "PYTHONSTARTUP": {envLoader, ""},
		"NODE_OPTIONS": {envLoader, ""}, "BUN_OPTIONS": {envLoader, ""}, "RUBYOPT": {envLoader, ""}, "PERL5OPT": {envLoader, ""}, "PERL5DB": {envLoader, ""}, "JAVA_TOOL_OPTIONS": {envLoader, ""},
		"_JAVA_OPTIONS": {envLoader, ""}, "JDK_JAVA_OPTIONS": {envLoader, ""}, "MAVEN_OPTS": {envLoader, ""}, "GRADLE_OPTS": {envLoader, ""}, "PYTEST_PLUGINS": {envLoader, ""}, "PYTEST_ADDOPTS": {envLoader, ""},
		"GOFLAGS": {envLoader, ""}, "GIT_CONFIG": {envLoader, ""}, "GIT_CONFIG_GLOBAL": {envLoader, ""}, "GIT_CONFIG_COUNT": {envLoader, ""}, "GIT_TEMPLATE_DIR": {envLoader, ""}, "GIT_EXEC_PATH": {envLoader, ""},
		"ZDOTDIR": {envLoader, ""}, "SHELLOPTS": {envLoader, ""}, "BASHOPTS": {envLoader, ""}, "IFS": {0, ""}, "GLIBC_TUNABLES": {envLoader, ""}, "GCONV_PATH": {envLoader, ""},
		"OPENSSL_CONF": {envLoader, ""}, "OPENSSL_ENGINES": {envLoader, ""}, "TF_CLI_CONFIG_FILE": {envLoader, ""}, "TF_CLI_ARGS": {envLoader, ""}, "MAKEFLAGS": {envLoader, ""},
		"PYTHONPATH": {envLibrary, ""}, "NODE_PATH": {envLibrary, ""}, "PERL5LIB": {envLibrary, ""}, "RUBYLIB": {envLibrary, ""}, "CLASSPATH": {envLibrary, ""}, "LD_LIBRARY_PATH": {envLibrary, ""},
		"DYLD_LIBRARY_PATH": {envLibrary, ""}, "PKG_CONFIG_PATH": {envLibrary, ""},
		"HTTP_PROXY": {envProxy, ""}, "HTTPS_PROXY": {envProxy, ""}, "ALL_PROXY": {envProxy, ""}, "FTP_PROXY": {envProxy, ""}, "GOPROXY": {envProxy, ""}, "NPM_CONFIG_REGISTRY": {envProxy, ""},
		"PIP_INDEX_URL": {envProxy, ""}, "PIP_EXTRA_INDEX_URL": {envProxy, ""}, "UV_INDEX_URL": {envProxy, ""}, "DOCKER_HOST": {envProxy, ""}, "AWS_ENDPOINT_URL": {envProxy, ""}, "VAULT_ADDR": {envProxy, ""}, "CONSUL_HTTP_ADDR": {envProxy, ""}, "NOMAD_ADDR": {envProxy, ""}, "GH_HOST": {envProxy, ""}, "GITLAB_HOST": {envProxy, ""}, "PGHOST": {envProxy, ""}, "MYSQL_HOST": {envProxy, ""}, "KUBERNETES_MASTER": {envProxy, ""}, "ETCDCTL_ENDPOINTS": {envProxy, ""}, "CLOUDSDK_PROXY_ADDRESS": {envProxy, ""}, "OPENAI_BASE_URL": {envProxy, ""}, "ANTHROPIC_BASE_URL": {envProxy, ""}, "GIT_PROXY": {envProxy, ""}, "CARGO_HTTP_PROXY": {envProxy, ""},
		"PATH": {envSearch, ""},
	}
})

// setenv adds what it means that name is set to v for programs that run then.
func (s *scan) setenv(st *state, name string, v value, raw string) {
	e, ok := envTable()[name]
	if !ok {
		if strings.HasSuffix(name, "_proxy") || strings.HasPrefix(name, "npm_config_") {
			e, ok = envTable()[strings.ToUpper(name)]
		}
		if strings.HasPrefix(name, "AWS_ENDPOINT_URL_") || strings.HasPrefix(name, "CLOUDSDK_API_ENDPOINT_OVERRIDES_") {
			e.means, ok = envProxy, true
		}
		if strings.HasPrefix(name, "GIT_CONFIG_KEY") || strings.HasPrefix(name, "GIT_CONFIG_VALUE") {
			e.means, ok = envLoader, true
		}
		if !ok {
			if st.away == nil && !v.is("") {
				s.setting(st, name, v, raw)
			}
			return
		}
	}
	if st.away != nil && e.means != envIdentity || v.is("") {
		return
	}
	switch e.means {
	case envIdentity:
		s.identity(e.prefix+v.text, v.sure(), raw)
	case envKeyFile:
		s.identityFile(st, e.prefix, v, raw)
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
