package analyze

import (
	"slices"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
)

// Writing what something else will run, or what grants rights, is no mere write.
func TestWriting(t *testing.T) {
	for path, want := range map[string]effect.Access{
		"/repo/main.go":                                 effect.Write,
		"/repo/docs/makefile.md":                        effect.Write,
		"/repo/.gitignore":                              effect.Write,
		"/repo/bin/readme":                              effect.Write,
		"/repo/Makefile":                                effect.Exec,
		"/repo/tools/build.mk":                          effect.Exec,
		"/repo/package.json":                            effect.Exec,
		"/repo/web/.npmrc":                              effect.Exec,
		"/repo/.git/config":                             effect.Exec,
		"/repo/.git/hooks/pre-commit":                   effect.Exec,
		"/repo/.husky/pre-push":                         effect.Exec,
		"/repo/.github/workflows/ci.yml":                effect.Exec,
		"/repo/.gitlab-ci.yml":                          effect.Exec,
		"/repo/.mcp.json":                               effect.Exec,
		"/repo/.vscode/tasks.json":                      effect.Exec,
		"/repo/Dockerfile":                              effect.Exec,
		"/repo/.envrc":                                  effect.Exec,
		"/repo/.claude/settings.json":                   effect.Exec,
		"/repo/.cursor/mcp.json":                        effect.Exec,
		"/home/ada/.bashrc":                             effect.Exec,
		"/home/ada/.ssh/config":                         effect.Exec,
		"/home/ada/.config/fish/config.fish":            effect.Exec,
		"/home/ada/.config/systemd/user/x.service":      effect.Exec,
		"/home/ada/Library/LaunchAgents/com.x.plist":    effect.Exec,
		"/etc/cron.d/x":                                 effect.Exec,
		"/etc/profile.d/x.sh":                           effect.Exec,
		"/usr/local/bin/x":                              effect.Exec,
		"/home/ada/.ssh/authorized_keys":                effect.Grant,
		"/etc/sudoers.d/ada":                            effect.Grant,
		"/etc/passwd":                                   effect.Grant,
		"/repo/CODEOWNERS":                              effect.Grant,
		"/repo/" + strings.Repeat("x", 300) + "/go.mod": effect.Write,
	} {
		if got := writing(path); got != want {
			t.Errorf("writing %s is %v, want %v", path, got, want)
		}
	}
}

func TestGovernsAgent(t *testing.T) {
	for path, want := range map[string]bool{
		"/repo/.claude/settings.json":         true,
		"/repo/.Claude/Settings.JSON":         true,
		"/repo/.claude/hooks/guard.sh":        true,
		"/repo/.claude/hooks":                 true,
		"/repo/.claude/commands/plan.md":      false,
		"/home/ada/.claude.json":              true,
		"/etc/claude-code/managed.json":       true,
		"/repo/.codex/config.toml":            true,
		"/home/ada/.gemini/settings.json":     true,
		"/repo/.cursor/hooks.json":            true,
		"/repo/.github/hooks/x.json":          true,
		"/repo/.github/workflows/x.yml":       false,
		"/repo/src/claude/settings.go":        false,
		"/repo/opencode.json":                 true,
		"/home/ada/.config/opencode/x.json":   true,
		"/repo/xclaude/settings.json":         false,
		"/home/ada/.config/amp/settings.json": true,
		"/repo/.vscode/mcp.json":              true,
		"":                                    false,
	} {
		if got := GovernsAgent(path); got != want {
			t.Errorf("GovernsAgent(%q) = %v, want %v", path, got, want)
		}
	}
	list := AgentSettings()
	list[0] = "changed"
	if AgentSettings()[0] == "changed" {
		t.Error("the list can be changed from outside")
	}
}

// What is not given to the detector must be nothing to it.
func TestDullPathsHoldNoSecret(t *testing.T) {
	var names []string
	for name := range strings.FieldsSeq(`.env .envrc .netrc _netrc .npmrc .pypirc .git-credentials .dockercfg application_default_credentials.json .boto credentials.json rclone.conf kubeconfig .pgpass .vault-token .htpasswd shadow gshadow
		wp-config.php local.settings.json master.key key4.db logins.json id_rsa id_ed25519 id_rsa.pub deploy_rsa host_key my.pem a.key a.p12 a.jks a.kdbx terraform.tfstate a.tfvars a.kubeconfig client_secret.json service-account.json .bash_history
		secrets.yaml secrets.toml config config.json hosts.yml auth.json token environ mem credentials access_tokens.db sso main.go README.md Makefile data keys.ts secret.py .env.ts x.env prod.env cookies Cookies secring.gpg fish_history admin.conf`) {
		names = append(names, name)
	}
	dirs := []string{
		"/repo", "/repo/src", "/home/ada/.ssh", "/home/ada/.aws", "/home/ada/.kube", "/home/ada/.docker", "/home/ada/.config/gcloud", "/home/ada/.config/gh", "/home/ada/.azure", "/home/ada/.gnupg", "/proc/1", "/proc/self", "/run/secrets", "/var/run/secrets/kubernetes.io/serviceaccount",
		"/etc", "/etc/ssl/private", "/home/ada/.codex", "/home/ada/.claude", "/home/ada/keychains", "/etc/kubernetes", "/home/ada/chrome/Default", "/home/ada/.password-store/a", "/opt/serviceaccount", "/home/ada/github-copilot", "/mnt/secrets-store/x",
	}
	for _, dir := range dirs {
		for _, name := range names {
			p := dir + "/" + name
			found := slices.ContainsFunc(secret.Default().Detect(nil, []byte(p), secret.Path), func(f secret.Finding) bool { return f.Length == 0 })
			if found && dullPath(p) {
				t.Errorf("%s is a secret's place and taken for dull", p)
			}
		}
	}
}
