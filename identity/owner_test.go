package identity

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func write(t *testing.T, name, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestOwnerFromGit(t *testing.T) {
	const userConfig, repoConfig = "[user]\n\temail = ada@home.net\n\tname = Ada\n", "[core]\n\tbare = false\n[user]\n\temail = ada@work.net\n"
	for _, tt := range []struct {
		name  string
		files map[string]string // below the home folder; the repository is repo
		dir   string
		want  string
	}{
		{"repository before user", map[string]string{"repo/.git/config": repoConfig, ".gitconfig": userConfig}, "repo", "ada@work.net"},
		{"from a folder inside", map[string]string{"repo/.git/config": repoConfig, "repo/a/b/x": ""}, "repo/a/b", "ada@work.net"},
		{"user", map[string]string{"repo/.git/config": "[core]\n", ".gitconfig": userConfig}, "repo", "ada@home.net"},
		{"XDG", map[string]string{".config/git/config": userConfig, "repo/x": ""}, "repo", "ada@home.net"},
		{"name where there is no address", map[string]string{".gitconfig": "[user]\nname = Ada Lovelace # countess\n", "repo/x": ""}, "repo", "Ada Lovelace"},
		{"worktree", map[string]string{"main/.git/config": repoConfig, "main/.git/worktrees/w/commondir": "../..\n", "repo/.git": "gitdir: ../main/.git/worktrees/w\n"}, "repo", "ada@work.net"},
		{"submodule", map[string]string{"main/.git/modules/m/config": repoConfig, "repo/.git": "gitdir: ../main/.git/modules/m\n"}, "repo", "ada@work.net"},
		{"last value counts, in any case", map[string]string{"repo/.git/config": "[USER]\nEmail=one@work.net\n[user]\n  eMail=two@work.net\n"}, "repo", "two@work.net"},
		{"subsections and commented lines do not", map[string]string{"repo/.git/config": "[user \"x\"]\nemail=one@work.net\n[user]\n#email=two@work.net\n;email=3@work.net\nemail = three@work.net\n"}, "repo", "three@work.net"},
		{"quotes, escapes, continued", map[string]string{"repo/.git/config": "[user] email = \" a;da\"@wo\\\nrk.net ; x\n"}, "repo", " a;da@work.net"},
		{"include is passed over", map[string]string{"repo/.git/config": "[include]\npath = ../other\n", "repo/other": userConfig}, "repo", ""},
		{"too large is passed over", map[string]string{"repo/.git/config": repoConfig + strings.Repeat("#\n", maxGitConfig)}, "repo", ""},
		{"a folder for a file is passed over", map[string]string{"repo/.git/config/x": ""}, "repo", ""},
		{"a .git file that points nowhere", map[string]string{"repo/.git": "gitdir: /nowhere\n"}, "repo", ""},
		{"a .git file that points to itself", map[string]string{"repo/.git": "gitdir: .git\n"}, "repo", ""},
		{"nothing", map[string]string{"repo/x": ""}, "repo", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			home := t.TempDir()
			t.Setenv("HOME", home)
			t.Setenv("XDG_CONFIG_HOME", "")
			for name, content := range tt.files {
				write(t, filepath.Join(home, name), content)
			}
			want := Principal{Kind: Human, ID: tt.want, Issuer: "git", Assurance: Asserted}
			if tt.want == "" {
				want = Principal{}
			}
			if diff := cmp.Diff(want, OwnerFromGit(filepath.Join(home, tt.dir))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestOwnerFromEnv(t *testing.T) {
	for v, want := range map[string]string{
		"ada": "ada", " Ada Lovelace ": "Ada Lovelace", "ada@shop.com": "ada@shop.com", "": "", "  ": "",
		githubPAT: "", "me " + githubPAT: "", "https://ada:x@h": "", letters(30, 1): "", strings.Repeat("a", 300): "", "key=value": "",
	} {
		t.Setenv("AMBIT_TEST_OWNER", v)
		if got := OwnerFromEnv("AMBIT_TEST_OWNER"); got.ID != want || got.IsZero() != (want == "") {
			t.Errorf("%q: %+v", v, got)
		}
	}
	if got := OwnerFromEnv("AMBIT_TEST_NOT_SET"); !got.IsZero() {
		t.Errorf("%+v", got)
	}
}

func TestOwnerFromOS(t *testing.T) {
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("SUDO_USER", "")
	got := OwnerFromOS()
	if got.ID != u.Username || got.Issuer != "os" || got.Assurance != Asserted {
		t.Errorf("%+v, want the account %s", got, u.Username)
	}
	if want := Service; u.Uid == "0" && got.Kind != want {
		t.Errorf("root is a %v", got.Kind)
	}
	t.Setenv("SUDO_USER", "no-such-account")
	if got := OwnerFromOS(); got.ID != u.Username {
		t.Errorf("%+v", got)
	}
}
