package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Variables that move what programs read their settings from, or where they write.

// envConfig reports whether a variable names settings, or is some: what these say a program
// does, code of somebody's included, and nobody sees it here.
func envConfig(name string) bool {
	switch name {
	case "HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "XDG_DATA_DIRS", "CURL_HOME", "WGETRC", "SYSTEM_WGETRC", "NETRC", "GNUPGHOME", "DOCKER_CONFIG", "COMPOSE_FILE", "COMPOSE_ENV_FILES",
		"HELM_PLUGINS", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "ANSIBLE_CONFIG", "ANSIBLE_LIBRARY", "PIP_CONFIG_FILE", "UV_CONFIG_FILE", "POETRY_CONFIG_DIR", "CONDARC", "PSQLRC",
		"PGSERVICEFILE", "PGSYSCONFDIR", "MYSQL_HOME", "SQLITE_HISTORY", "RIPGREP_CONFIG_PATH", "ACKRC", "BAT_CONFIG_PATH", "FZF_DEFAULT_COMMAND", "FZF_DEFAULT_OPTS", "BAT_PAGER",
		"DELTA_PAGER", "SYSTEMD_PAGER", "SYSTEMD_EDITOR", "NPM_CONFIG_SCRIPT_SHELL", "NPM_CONFIG_SHELL", "NPM_CONFIG_NODE_OPTIONS", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_GLOBALCONFIG",
		"NPM_CONFIG_PREFIX", "NPM_CONFIG_NODE_GYP", "NPM_CONFIG_GIT", "YARN_RC_FILENAME", "YARN_YARN_PATH", "YARN_PLUGINS", "GRADLE_USER_HOME", "GRADLE_HOME", "M2_HOME", "MAVEN_HOME",
		"MAVEN_ARGS", "ANT_OPTS", "ANT_ARGS", "SBT_OPTS", "JAVA_OPTS", "JAVA_HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "RUSTC", "RUSTDOC", "RUSTC_WORKSPACE_WRAPPER", "GOROOT",
		"GOENV", "AR", "AS", "LD", "NM", "STRIP", "RANLIB", "OBJCOPY", "FC", "PKG_CONFIG", "CMAKE_TOOLCHAIN_FILE", "CMAKE_PREFIX_PATH", "MAKEFILES", "INPUTRC", "VIMINIT", "EXINIT",
		"VIMRUNTIME", "VIM", "MYVIMRC", "NVIM_APPNAME", "EMACSLOADPATH", "SCREENRC", "TMUX", "TERMINFO", "TERMINFO_DIRS", "LESSKEY", "LESSKEYIN", "GTK_MODULES", "GTK_PATH", "QT_PLUGIN_PATH",
		"GIO_MODULE_DIR", "PYTHONHOME", "PYTHONUSERBASE", "PYTHONBREAKPOINT", "PYTHONEXECUTABLE", "PERLLIB", "PERL5SHELL", "PHPRC", "PHP_INI_SCAN_DIR", "LUA_INIT", "LUA_PATH", "LUA_CPATH",
		"R_PROFILE", "R_PROFILE_USER", "R_ENVIRON", "R_ENVIRON_USER", "R_LIBS", "JULIA_LOAD_PATH", "JULIA_DEPOT_PATH", "GEM_HOME", "GEM_PATH", "BUNDLE_GEMFILE", "BUNDLE_PATH", "RUBYSHELL",
		"DENO_DIR", "BUN_CONFIG", "ESLINT_USE_FLAT_CONFIG", "FPATH", "LOCALDOMAIN", "RESOLV_HOST_CONF", "HOSTALIASES", "SSH_CONFIG", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_PARAMETERS",
		"GIT_SSH_VARIANT", "GIT_ATTR_SOURCE", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_CEILING_DIRECTORIES", "BASH_LOADABLES_PATH", "POSIXLY_CORRECT_RC", "KUBECTL_EXTERNAL_DIFF",
		"AWS_DATA_PATH", "CLOUDSDK_CONFIG", "CLOUDSDK_PYTHON", "TF_DATA_DIR", "TF_PLUGIN_CACHE_DIR", "TERRAFORM_CONFIG", "PACKER_CONFIG", "VAGRANT_HOME", "VAGRANT_VAGRANTFILE",
		"OPENSSL_MODULES":
		return true
	}
	return false
}

// envWritten says of a variable that names what programs write whether it is a file or a folder.
func envWritten(name string) (use usage, ok bool) {
	switch name {
	case "GIT_TRACE", "GIT_TRACE2", "GIT_TRACE2_EVENT", "GIT_TRACE2_PERF", "GIT_TRACE_PACKET", "GIT_TRACE_CURL", "GIT_TRACE_SETUP", "GIT_TRACE_PERFORMANCE", "GIT_TRACE_PACK_ACCESS",
		"GIT_INDEX_FILE", "SSLKEYLOGFILE", "HISTFILE", "LESSHISTFILE", "PSQL_HISTORY", "NODE_REPL_HISTORY", "LLVM_PROFILE_FILE", "COVERAGE_FILE", "PYTHON_HISTORY", "MYSQL_HISTFILE",
		"STRACE_LOG", "VALGRIND_LOG", "JAVA_LOG":
		return self, true
	case "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "TMPDIR", "GOCOVERDIR", "GOCACHE", "GOMODCACHE", "GOPATH", "GOBIN", "GOTMPDIR", "CARGO_TARGET_DIR", "CARGO_INSTALL_ROOT", "PIP_TARGET",
		"PIP_PREFIX", "PIP_CACHE_DIR", "PYTHONPYCACHEPREFIX", "NPM_CONFIG_CACHE", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "DESTDIR", "NODE_V8_COVERAGE":
		return tree, true
	}
	return 0, false
}

// envFlags reports whether a variable holds options for compilers and linkers.
func envFlags(name string) bool {
	switch name {
	case "CFLAGS", "CXXFLAGS", "CPPFLAGS", "LDFLAGS", "CGO_CFLAGS", "CGO_CXXFLAGS", "CGO_CPPFLAGS", "CGO_LDFLAGS", "RUSTFLAGS", "RUSTDOCFLAGS", "CARGO_ENCODED_RUSTFLAGS",
		"CARGO_BUILD_RUSTFLAGS", "LDLIBS", "LIBS", "MFLAGS", "GNUMAKEFLAGS", "LESS", "GREP_OPTIONS", "GOTOOLCHAIN":
		return true
	}
	return false
}

// setting looks at a variable that the table of meanings does not have.
func (s *scan) setting(st *state, name string, v value, raw string) {
	upper := name
	if strings.HasPrefix(name, "npm_config_") {
		upper = strings.ToUpper(name)
	}
	if envConfig(upper) {
		if name == "HOME" && v.exact && v.text == s.call.Home || name == "TMUX" && v.is("") || strings.HasPrefix(v.text, "/dev/null") {
			return
		}
		s.code(plugin, effect.Unknown, raw)
		return
	}
	if use, ok := envWritten(upper); ok {
		if v.exact && (digits(v.text) || v.is("true") || v.is("false") || v.is("/dev/null") || v.is("off")) { // GIT_TRACE=1: to the terminal
			return
		}
		s.path(st, v, raw, effect.Write, use)
		return
	}
	flags := envFlags(upper)
	switch {
	case flags && name == "GOTOOLCHAIN":
		if !v.exact || v.text != "local" && v.text != "auto" && !strings.HasPrefix(v.text, "go1") {
			s.code(plugin, effect.Unknown, raw)
		}
	case flags && (!v.exact || name == "LESS" && strings.ContainsAny(v.text, "+!") || containsAny(v.text, "plugin", "fuse-ld", "-specs", "wrapper", "linker", "-B", "@", "--eval", "-f/", "--file", "load")):
		s.code(plugin, effect.Unknown, raw)
	case name == "SHELL" && !(v.exact && systemShell(v.text)), strings.HasPrefix(name, "CARGO_TARGET_") && (strings.HasSuffix(name, "_RUNNER") || strings.HasSuffix(name, "_LINKER")), strings.HasPrefix(name, "CARGO_BUILD_RUST"),
		strings.HasPrefix(name, "LUA_INIT"), strings.HasPrefix(name, "TF_CLI_ARGS"), strings.HasPrefix(name, "BASH_FUNC_"), strings.HasPrefix(name, "GIT_CONFIG_"):
		s.code(plugin, effect.Unknown, raw)
	case name == "PS4" || name == "PS0" || name == "PS1" || name == "PS2":
		s.asPrompt(v, raw)
	case strings.HasSuffix(name, "_CA_BUNDLE") || name == "SSL_CERT_FILE" || name == "SSL_CERT_DIR" || name == "NODE_EXTRA_CA_CERTS" || name == "GIT_SSL_CAINFO":
		s.path(st, v, raw, effect.Read, self)
	}
}

func systemShell(t string) bool {
	if strings.IndexByte(t, '/') < 0 {
		return true
	}
	_, ok := systemProgram(t)
	return ok
}

func containsAny(t string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(t, w) {
			return true
		}
	}
	return false
}
