package analyze

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Files that decide what something else will run, or who may do what: writing
// one is not a mere write.

// runsByName reports whether some program executes from files of that name, in whatever
// folder they lie.
func runsByName(name string) bool {
	switch name {
	case "makefile", "gnumakefile", "justfile", ".justfile", "rakefile", "taskfile.yml", "taskfile.yaml", "jenkinsfile", "dockerfile", "containerfile", "vagrantfile", "procfile",
		"tiltfile", "gemfile", "podfile", "fastfile", "brewfile", "docker-compose.yml", "docker-compose.yaml", "compose.yml", "compose.yaml", "package.json", ".npmrc", ".yarnrc",
		".yarnrc.yml", ".pnpmfile.cjs", "bunfig.toml", "lerna.json", "nx.json", "turbo.json", "setup.py", "tox.ini", "noxfile.py", "sitecustomize.py", "usercustomize.py", "build.rs",
		"build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts", "pom.xml", "gradlew", "mvnw", ".mise.toml", "mise.toml", ".tool-versions", ".envrc",
		".pre-commit-config.yaml", "lefthook.yml", ".lefthook.yml", "lint-staged.config.js", ".lintstagedrc", ".gitattributes", ".gitmodules", ".gitconfig", ".mcp.json",
		"azure-pipelines.yml", ".gitlab-ci.yml", ".travis.yml", ".drone.yml", "bitbucket-pipelines.yml", "appveyor.yml", "cloudbuild.yaml", "buildspec.yml", ".bashrc", ".bash_profile",
		".bash_login", ".bash_logout", ".bash_aliases", ".profile", ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc", ".login", ".inputrc", ".vimrc",
		".exrc", ".emacs", ".tmux.conf", ".screenrc", ".xinitrc", ".xprofile", ".pythonrc", ".irbrc", ".pryrc", ".gdbinit", ".lldbinit", ".psqlrc", ".mailcap", ".wgetrc", ".curlrc",
		".pdbrc", "config.fish":
		return true
	}
	return false
}

// runsBelow holds folders whose content is run, each with its slashes.
var runsBelow = []string{
	"/.git/hooks/", "/.githooks/", "/.husky/", "/.github/workflows/", "/.github/actions/", "/.circleci/", "/.buildkite/", "/.gitlab/ci/", "/.devcontainer/",
	"/.config/fish/", "/.config/autostart/", "/.config/systemd/", "/library/launchagents/", "/library/launchdaemons/", "/library/startupitems/", "/library/scripts/", "/.config/direnv/",
	"/etc/profile.d/", "/etc/cron", "/var/spool/cron/", "/etc/systemd/", "/lib/systemd/", "/etc/init.d/", "/etc/rc", "/usr/local/etc/rc.d/", "/etc/emond.d/", "/etc/periodic/", "/etc/xdg/autostart/", "/etc/update-motd.d/",
	"/etc/apt/", "/etc/ld.so", "/etc/udev/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/", "/.local/bin/", "/bin/", "/sbin/", "/usr/lib/", "/lib/",
	"/.config/nvim/", "/.vim/", "/.emacs.d/", "/.oh-my-zsh/", "/node_modules/.bin/",
}

// runsByEnd holds ends of paths that are run or decide what is.
var runsByEnd = []string{
	"/.git/config", "/.git/config.worktree", "/.git/info/attributes", "/.config/git/config", "/.config/git/attributes", "/.cargo/config", "/.cargo/config.toml",
	"/.ssh/config", "/.ssh/rc", "/.ssh/environment", "/.vscode/tasks.json", "/.vscode/launch.json", "/.vscode/settings.json", "/.aws/config", "/.kube/config", "/.docker/config.json",
	"/.config/gh/config.yml", "/.config/pip/pip.conf", "/.pip/pip.conf", "/etc/pip.conf", "/.config/go/env", "/.gradle/init.gradle", "/.m2/settings.xml",
	"/etc/bash.bashrc", "/etc/environment", "/etc/profile", "/etc/zshrc", "/etc/zshenv", "/etc/zsh/zshrc", "/etc/crontab", "/etc/inittab", "/etc/hosts",
	"/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gitconfig", "/etc/ssh/ssh_config", "/.config/mise/config.toml", "/.config/pre-commit",
}

// grantsByEnd holds ends of paths that decide who may do what.
var grantsByEnd = []string{
	"/.ssh/authorized_keys", "/.ssh/authorized_keys2", "/etc/sudoers", "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/gshadow", "/etc/ssh/sshd_config",
	"/etc/security/access.conf", "/etc/doas.conf", "/.rhosts", "/etc/hosts.allow", "/etc/hosts.equiv", "/codeowners",
}

var grantsBelow = []string{"/etc/sudoers.d/", "/etc/pam.d/", "/etc/polkit-1/", "/etc/ssh/sshd_config.d/"}

// writing returns what writing the canonical path p amounts to: Exec if
// something will run it or from it, Grant if it changes rights, else Write.
// Case never counts, since some file systems ignore it.
func writing(p string) effect.Access {
	name := base(p)
	if len(name) > 64 {
		return effect.Write
	}
	var buf [256]byte
	low := lower(buf[:0], p)
	name = low[len(low)-len(name):]
	if runsByName(name) {
		return effect.Exec
	}
	switch {
	case strings.HasPrefix(name, "makefile.") && !strings.HasSuffix(name, ".md"), strings.HasSuffix(name, ".mk"), strings.HasPrefix(name, "dockerfile."),
		strings.HasPrefix(name, ".huskyrc"):
		return effect.Exec
	}
	// Most paths of a repository have neither a hidden folder nor a system one.
	if strings.Contains(low, "/.") || strings.Contains(low, "bin/") || strings.HasPrefix(low, "/etc/") || strings.HasPrefix(low, "/lib") ||
		strings.HasPrefix(low, "/var/") || strings.HasPrefix(low, "/usr/") || strings.Contains(low, "/library/") || name == "codeowners" {
		if endsIn(low, grantsByEnd) || startsIn(low, grantsBelow) {
			return effect.Grant
		}
		if endsIn(low, runsByEnd) || startsIn(low, runsBelow) {
			return effect.Exec
		}
	}
	if governs(low) {
		return effect.Exec
	}
	return effect.Write
}

func endsIn(p string, ends []string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(p, e) })
}

// startsIn reports whether p lies in one of dirs: system folders from the root,
// others anywhere.
func startsIn(p string, dirs []string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool {
		if strings.HasPrefix(d, "/.") || strings.HasPrefix(d, "/library/") || strings.HasPrefix(d, "/node_modules/") {
			return strings.Contains(p, d)
		}
		return strings.HasPrefix(p, d)
	})
}

// lower returns s with ASCII letters in lower case; buf may hold the result.
func lower(buf []byte, s string) string {
	for i := range len(s) {
		if 'A' <= s[i] && s[i] <= 'Z' {
			b := append(buf, s...)
			for j := range b {
				if 'A' <= b[j] && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// agentSettings are patterns of the files that say what a coding agent may do,
// which programs watch it, and which servers it talks to. "**/" stands for any
// folder, "~/" for the home folder; a final "/**" for everything below.
var agentSettings = []string{
	"**/.claude/settings.json", "**/.claude/settings.local.json", "**/.claude/hooks/**", "**/.claude/plugins/**", "~/.claude.json", "~/.claude/.credentials.json",
	"/etc/claude-code/**", "/library/application support/claudecode/**", "**/.claude-plugin/**", "**/.mcp.json",
	"**/.codex/config.toml", "**/.codex/hooks.json", "**/.codex/hooks/**", "**/.codex/rules/**", "**/.codex/auth.json", "**/.codex/requirements.toml", "/etc/codex/**",
	"**/.gemini/settings.json", "**/.gemini/policies/**", "**/.gemini/hooks/**", "**/.gemini/extensions/**", "**/.gemini/trustedfolders.json", "**/.gemini/oauth_creds.json", "/etc/gemini-cli/**",
	"**/.cursor/hooks.json", "**/.cursor/hooks/**", "**/.cursor/mcp.json", "**/.cursor/permissions.json", "**/.cursor/cli.json", "**/.cursor/sandbox.json", "**/.cursorignore", "/etc/cursor/**",
	"**/.github/hooks/**", "**/.copilot/config.json", "**/.copilot/mcp-config.json", "**/.copilot/hooks/**", "**/.vscode/mcp.json", "**/.vscode/settings.json",
	"**/.windsurf/hooks.json", "**/.codeium/windsurf/**", "/etc/windsurf/**", "**/.grok/settings.json", "**/.grok/hooks/**", "**/.grok/config.toml",
	"**/opencode.json", "**/.opencode/plugin/**", "**/.opencode/plugins/**", "**/.config/opencode/**", "**/.amp/settings.json", "**/.config/amp/**", "**/.aider.conf.yml",
	"**/.continue/config.yaml", "**/.continue/config.json", "**/.roo/mcp.json", "**/.kiro/settings/**", "**/.kiro/hooks/**", "**/claude_desktop_config.json",
}

// AgentSettings returns the patterns of the files that govern coding agents:
// permissions, hooks, plug-ins, MCP servers, credentials. Patterns are in lower
// case; "**/" at the start stands for any folder, "~/" for the home folder and
// "/**" at the end for everything below. [GovernsAgent] compares with them.
func AgentSettings() []string { return slices.Clone(agentSettings) }

// GovernsAgent reports whether the file at the absolute, slash-separated path
// p governs a coding agent: see [AgentSettings]. Case does not count.
func GovernsAgent(p string) bool {
	var buf [256]byte
	return governs(lower(buf[:0], p))
}

func governs(low string) bool {
	if !strings.Contains(low, "/.") && !strings.Contains(low, "opencode") && !strings.Contains(low, "claude") && !strings.HasPrefix(low, "/etc/") {
		return false
	}
	for _, pattern := range agentSettings {
		if governedBy(low, pattern) {
			return true
		}
	}
	return false
}

func governedBy(low, pattern string) bool {
	below := strings.HasSuffix(pattern, "/**")
	pattern = strings.TrimSuffix(pattern, "**")
	switch {
	case strings.HasPrefix(pattern, "**/"):
		pattern = pattern[2:]
		if below {
			return strings.Contains(low, pattern) || strings.HasSuffix(low, pattern[:len(pattern)-1])
		}
		return strings.HasSuffix(low, pattern)
	case strings.HasPrefix(pattern, "~/"):
		return strings.HasSuffix(low, pattern[1:])
	case below:
		return strings.HasPrefix(low, pattern) || low == pattern[:len(pattern)-1]
	}
	return low == pattern
}
