package secret

import (
	"slices"
	"strings"
	"testing"
)

func TestPaths(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"env file", ".env", "env-file"},
		{"deep down", strings.Repeat("a/", 60) + ".aws/sso/cache/x.json", "aws-credentials"},
		{"long", strings.Repeat("a-long-name/", 60) + ".AWS/credentials", "aws-credentials"},
		{"env file of a stage", "/srv/app/.env.production", "env-file"},
		{"env file by its ending", "deploy/prod.env", "env-file"},
		{"example of an env file", ".env.example", ""},
		{"netrc", "/home/ada/.netrc", "netrc"},
		{"npmrc", "/home/ada/.npmrc", "registry-credentials"},
		{"pypirc", "~/.pypirc", "registry-credentials"},
		{"git credentials", "~/.git-credentials", "git-credentials"},
		{"docker", "/root/.docker/config.json", "docker-config"},
		{"aws credentials", "~/.aws/credentials", "aws-credentials"},
		{"aws config", "~/.aws/config", "aws-credentials"},
		{"aws single sign-on", "~/.aws/sso/cache/0a1b2c.json", "aws-credentials"},
		{"gcloud", "~/.config/gcloud/legacy_credentials/ada@x.test/adc.json", "gcloud-credentials"},
		{"gcloud database", "~/.config/gcloud/credentials.db", "gcloud-credentials"},
		{"application default credentials", "~/.config/gcloud/application_default_credentials.json", "gcloud-credentials"},
		{"azure", "~/.azure/msal_token_cache.json", "azure-credentials"},
		{"kube config", "~/.kube/config", "kube-config"},
		{"service account of a pod", "/var/run/secrets/kubernetes.io/serviceaccount/token", "k8s-service-account"},
		{"certificate of the service account", "/var/run/secrets/kubernetes.io/serviceaccount/ca.crt", "secret-mount"},
		{"projected token", "/var/run/secrets/tokens/vault", "secret-mount"},
		{"docker secret", "/run/secrets/db", "secret-mount"},
		{"CSI mount", "/mnt/secrets-store/db-password", "secret-mount"},
		{"ssh key", "~/.ssh/id_ed25519", "ssh-private-key"},
		{"ssh public key", "~/.ssh/id_ed25519.pub", ""},
		{"ssh known hosts", "~/.ssh/known_hosts", ""},
		{"host key", "/etc/ssh/ssh_host_rsa_key", "ssh-private-key"},
		{"pem", "certs/server.pem", "private-key-file"},
		{"pem of a certificate", "certs/fullchain.pem", ""},
		{"key", "certs/server.key", "private-key-file"},
		{"p12", "client.p12", "keystore"},
		{"jks", "trust.jks", "keystore"},
		{"gnupg", "~/.gnupg/private-keys-v1.d/AB12.key", "gnupg"},
		{"terraform state", "infra/terraform.tfstate.backup", "terraform-state"},
		{"terraform variables", "infra/prod.auto.tfvars", "terraform-variables"},
		{"gh", "~/.config/gh/hosts.yml", "forge-credentials"},
		{"Claude Code", "~/.claude/.credentials.json", "agent-credentials"},
		{"Codex", "~/.codex/auth.json", "agent-credentials"},
		{"browser profile", "~/.config/google-chrome/Default/Login Data", "browser-store"},
		{"Firefox logins", "~/.mozilla/firefox/x1.default/logins.json", "browser-store"},
		{"environment of a process", "/proc/4711/environ", "process-environment"},
		{"environment of itself", "/proc/self/environ", "process-environment"},
		{"environment of a thread", "/proc/4711/task/12/environ", "process-environment"},
		{"status of a process", "/proc/4711/status", ""},
		{"shell history", "~/.bash_history", "shell-history"},
		{"zsh history", "~/.zsh_history", "shell-history"},
		{"shadow", "/etc/shadow", "password-file"},

		{"case of the file system", "/srv/APP/.ENV", "env-file"},
		{"Windows", `C:\Users\ada\.aws\credentials`, "aws-credentials"},
		{"stream of Windows", `C:\srv\.env::$DATA`, "env-file"},
		{"stream of a folder", "/home/ada/.aws::$INDEX_ALLOCATION/credentials", "aws-credentials"},
		{"blank at the end", "certs/server.pem ", "private-key-file"},
		{"dot and double slash", "/home/ada//.aws/./credentials", "aws-credentials"},
		{"parent", "/home/ada/.aws/cli/../credentials", "aws-credentials"},
		{"root of a process", "/proc/self/root/home/ada/.aws/credentials", "aws-credentials"},
		{"deep", strings.Repeat("a/", 200) + ".env", "env-file"},
		{"folder alone", "/home/ada/.aws", ""},
		{"the same name elsewhere", "docs/credentials", ""},
		{"source", "internal/secret/secret.go", ""},
		{"too long to be opened", strings.Repeat("a", 5000) + "/.env", ""},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			if f := Default().Detect(nil, []byte(tt.path), Path); len(f) > 0 {
				got = f[0].Kind
			}
			if got != tt.want {
				t.Errorf("%q is %q, want %q", tt.path, got, tt.want)
			}
		})
	}
}

func TestEnvironmentNames(t *testing.T) {
	for _, name := range []string{
		"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "GITHUB_TOKEN", "GH_TOKEN", "NPM_TOKEN", "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DB_PASSWORD", "PGPASSWORD",
		"MYSQL_ROOT_PASSWORD", "REDIS_PASS", "JWT_SECRET", "SECRET_KEY_BASE_SECRET", "VAULT_TOKEN", "PRIVATE_KEY", "ENCRYPTION_KEY", "GOOGLE_APPLICATION_CREDENTIALS",
		"DATABASE_URL", "SENTRY_DSN", "AZURE_STORAGE_CONNECTION_STRING", "npm_config_authToken",
	} {
		if f := Default().Detect(nil, []byte(name), EnvName); len(f) != 1 {
			t.Errorf("%s: %v", name, f)
		}
	}
	for _, name := range []string{
		"", "PATH", "HOME", "PWD", "OLDPWD", "SSH_AUTH_SOCK", "GIT_ASKPASS", "SSH_ASKPASS", "TOKEN_URL", "MAX_TOKENS", "KEY_LENGTH", "SECRET_NAME", "AUTHOR",
		"CACHE_KEY", "PUBLIC_KEY", "KEYBOARD", "COMPASS", "AUTH_TYPE", "pass", "not a name",
	} {
		if f := Default().Detect(nil, []byte(name), EnvName); len(f) != 0 {
			t.Errorf("%s: %v", name, f)
		}
	}
}

func TestMetadataHosts(t *testing.T) {
	tests := []struct {
		name, host string
		want       bool
	}{
		{"AWS and others", "169.254.169.254", true},
		{"with a port", "169.254.169.254:80", true},
		{"AWS over IPv6", "fd00:ec2::254", true},
		{"AWS over IPv6 in brackets", "[fd00:ec2::254]", true},
		{"AWS over IPv6 in brackets with a port", "[fd00:ec2::254]:80", true},
		{"AWS over IPv6 written out", "fd00:0ec2:0000:0000:0000:0000:0000:0254", true},
		{"GCP by name", "metadata.google.internal", true},
		{"with a dot at the end", "metadata.google.internal.", true},
		{"in capitals", "METADATA.google.internal", true},
		{"Alibaba", "100.100.100.200", true},
		{"containers of ECS", "169.254.170.2", true},
		{"as one number", "2852039166", true},
		{"in hexadecimal", "0xa9fea9fe", true},
		{"in octal", "0251.0376.0251.0376", true},
		{"three parts", "169.254.43518", true},
		{"mapped into IPv6", "::ffff:169.254.169.254", true},
		{"mapped into IPv6, hexadecimal", "::ffff:a9fe:a9fe", true},
		{"with a zone", "fd00:ec2::254%eth0", true},
		{"another link-local address", "169.254.1.1", false},
		{"a number too large", "99999999999", false},
		{"a name with the address in it", "169.254.169.254.example.com", false},
		{"a host", "example.com", false},
		{"five parts", "1.2.3.4.5", false},
		{"nothing", "", false},
		{"a bracket", "[", false},
		{"a colon", ":", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Has(tt.host, Host); got != tt.want {
				t.Errorf("Has(%q) = %v, want %v", tt.host, got, tt.want)
			}
		})
	}
}

func TestRowsAreSorted(t *testing.T) {
	sorted := func(names []string) {
		t.Helper()
		if !slices.IsSorted(names) {
			t.Errorf("not sorted, so some are never found: %q", names)
		}
	}
	var names []string
	for _, r := range baseNames {
		names = append(names, r.name)
	}
	sorted(names)
	names = nil
	for _, r := range inFolders {
		names = append(names, r.name)
	}
	sorted(names)
	for _, s := range []string{"", "a", ".en", ".env2", "zzz", strings.Repeat("x", 5000)} {
		if kind := lookup(baseNames, []byte(s)); kind != "" {
			t.Errorf("%q is %s", s, kind)
		}
	}
}

func TestPlaceAllocatesNothing(t *testing.T) {
	path := []byte("/home/ada/src/a-project-with-a-rather-long-name/internal/a_file_with_a_rather_long_name_too.go")
	if n := testing.AllocsPerRun(20, func() { pathKind(path) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
