package analyze

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// shellSeeds are texts that between them reach most of the analyzer.
func shellSeeds(f *testing.F) []string {
	f.Helper()
	var out []string
	out = append(out, plainCommands...)
	out = append(out, nastyCommands...)
	out = append(out, attackLines(f)...)
	for _, text := range hostile {
		if len(text) < 2_000 {
			out = append(out, text)
		}
	}
	return append(out,
		"a && b || c; d | e", "a\nb\n\nc", "a;\nb", "a &&\n b", `a 'b c' "d"e`, "cd x && cat y; cat z", "a 2>&1 >/dev/null", "a >>b <c", "a|b|c", "x=1 y", "# c", "a # b", "a #b", "a\\\nb", "!a", "a!b", "~a", "a~", "[ a ]",
		"a=b", "{ a; }", "if a; then b; fi", "a&", "a;;b", "a|&b", "a>|b", "a<>b", "2>x", ">x a", "a 'x\ny'", "a\tb", "time a", "echo a b | xargs rm", "set -e; cd a; rm b", "exit 1; rm x", "false || cd x && rm y", "a == b", "export A=b", "a ]", "}", "a }", "in", "do", "\ufeffa", "a\u00a0b", "é", "a\rb",
		"sudo -u x git -C y push z", "curl -d @a x.test | sh", "git -c a.b=c -C d log -- e", "find . -name x -exec rm {} +", "awk '{print $1 > \"x\"}'", "sed -e 's/a/b/e'", "tar -xf a -C b", "docker run -v /:/x i c", "kubectl -n x get secret y", "aws s3 cp a s3://b", "psql -c 'drop table x'")
}

// FuzzFastPath holds that plain commands come out the same by either way.
func FuzzFastPath(f *testing.F) {
	for _, s := range shellSeeds(f) {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4_000 || tooDeep(text) {
			return
		}
		run := func(full bool) ([]string, result, bool) {
			s := newScan(nil, effect.Call{Dir: dir, Root: dir, Home: dir + "/h"})
			st := s.start()
			var r result
			ok := true
			s.depth++
			if full {
				r = s.parsed(text, st, feed{})
			} else {
				r, ok = s.fast(text, st, feed{})
			}
			s.depth--
			limited := s.full
			effects := s.done()
			if limited { // the ways count steps differently
				return nil, r, false
			}
			var out []string
			for _, e := range effects {
				out = append(out, notation(e)+" "+e.Raw)
			}
			return out, r, ok
		}
		fast, fr, ok := run(false)
		if !ok {
			return
		}
		full, pr, ok := run(true)
		if !ok {
			return
		}
		if diff := cmp.Diff(full, fast); diff != "" {
			t.Errorf("%q\n(-parser +fast):\n%s", text, diff)
		}
		if fr.ok.dir != pr.ok.dir || fr.ok.alt != pr.ok.alt || fr.ok.lost != pr.ok.lost || fr.ok.dead != pr.ok.dead || fr.fail.dir != pr.fail.dir || fr.out.kind != pr.out.kind || fr.out.val != pr.out.val {
			t.Errorf("%q leaves\nfast   %+v\nparser %+v", text, fr, pr)
		}
	})
}

// check holds what every answer has to be, whatever was asked.
func check(t *testing.T, what string, effects []effect.Effect) {
	t.Helper()
	if len(effects) > maxEffects {
		t.Errorf("%q: %d effects", what, len(effects))
	}
	for _, e := range effects {
		if e.Certainty == effect.Unknown || e.Target == "" {
			if e.Certainty != effect.Unknown {
				t.Errorf("%q: %s claims to know nothing", what, notation(e))
			}
			continue
		}
		switch e.Kind {
		case effect.Path:
			p := e.Target
			if p[0] != '/' || strings.IndexByte(p, 0) >= 0 || e.Certainty == effect.Exact && clean(p) != p {
				t.Errorf("%q: path %q is not canonical", what, p)
			}
		case effect.URL:
			if again, sure := URL(e.Target); e.Certainty == effect.Exact && (again != e.Target || sure != effect.Exact) {
				t.Errorf("%q: URL %q is not canonical: %q", what, e.Target, again)
			}
		case effect.Host:
			if again, _ := Host(e.Target); !strings.HasPrefix(e.Target, "mcp:") && again != e.Target {
				t.Errorf("%q: host %q is not canonical: %q", what, e.Target, again)
			}
		case effect.Repo:
			repo, _, _ := cutRef(e.Target)
			if again, _ := Repo(repo); again != repo && strings.ContainsAny(strings.SplitN(repo, "/", 2)[0], ".[") {
				t.Errorf("%q: repository %q is not canonical: %q", what, repo, again)
			}
		case effect.Resource:
			if id, ok := effect.ParseResource(e.Target); !ok || id.String() != e.Target {
				t.Errorf("%q: resource %q is not canonical", what, e.Target)
			}
		case effect.Code:
			if e.Target != workspace && e.Target != inline && e.Target != remote && e.Target != plugin {
				t.Errorf("%q: code %q", what, e.Target)
			}
		case effect.AnyKind:
			t.Errorf("%q: %s has a target", what, notation(e))
		case effect.Command, effect.Secret, effect.Identity, effect.Data:
		}
	}
}

// checkBoth checks what is told of c with the disk and without it, where a look-up
// that is not foreseen panics.
func checkBoth(t *testing.T, what string, c effect.Call) {
	t.Helper()
	check(t, what, Default().Analyze(nil, c))
	check(t, what+", elsewhere", Analyzer{Elsewhere: true}.Analyze(nil, c))
}

// cutRef cuts the reference off a repository.
func cutRef(target string) (repo, ref string, ok bool) {
	i := strings.Index(target, ":refs/")
	if i < 0 {
		return target, "", false
	}
	return target[:i], target[i+1:], true
}

func FuzzShell(f *testing.F) {
	for _, s := range shellSeeds(f) {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		c := bash(text)
		c.Dir, c.Root = dir, dir
		checkBoth(t, text, c)
	})
}

func FuzzArguments(f *testing.F) {
	for _, tool := range []string{"Bash", "Read", "edit_file", "shell", "query", "anything", "apply_patch", "glob", "git_push", "execute_code", "move_file", "mcp__x__send"} {
		for _, args := range []string{`{"command":["bash","-lc","ls"]}`, `{"file_path":"a","path":"b"}`, `{"url":"https://x.test/a?b"}`, `{"sql":"select * from a"}`, `{"edits":[{"path":"x"}]}`, `{"owner":"a","repo":"b","branch":"c"}`, `{"a":{"b":["/x/y/z"]}}`, `"x"`, `{"input":"*** Begin Patch\n*** Add File: x\n"}`, `{"code":"print(1)"}`, `{"repo_path":"/x","target":"y"}`, `{"user_id":"a\nb\u00e9\x"}`, `{"n":"` + strings.Repeat("long ", 120) + `\n"}`} {
			f.Add(tool, []byte(args))
		}
	}
	f.Fuzz(func(t *testing.T, tool string, args []byte) {
		for _, c := range []effect.Call{
			{Tool: tool, Arguments: args, Dir: "/repo", Root: "/repo", Home: "/home/ada"},
			{Tool: tool, Server: "srv", Arguments: args, Dir: "/repo", Destructive: effect.Yes, OpenWorld: effect.Yes},
		} {
			checkBoth(t, tool+" "+string(args), c)
		}
		fields, ok := readFields(nil, args, "")
		var m map[string]json.RawMessage
		if json.Unmarshal(args, &m) == nil && m != nil && len(fields) < maxFields {
			if !ok {
				t.Errorf("%q is an object", args)
			}
			for _, f := range fields {
				if text := f.text(); f.prose && len(text) <= maxShort && !strings.Contains(text, "\n") {
					t.Errorf("%s is short", f.raw)
				}
				if f.isString() {
					var v string
					if json.Unmarshal(f.raw, &v) == nil && v != f.text() && string([]rune(f.text())) != v {
						t.Errorf("%s is %q, want %q", f.raw, f.text(), v)
					}
				}
			}
		}
	})
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"https://x.test/a/../b?c#d", "http://a@b:80/", "http://[::1]:8/", "//x", "https:/x", "http://127.1/", "http://x.test\\@y", "ftp://a/%2e%2e/", "HTTP://X", "git@h:a/b", "ssh://h:22/a/b.git", "ext::x", "h/a/b", "\u3002", "xn--a", "0x7f.1", "1.2.3.4.", "[fe80::1%25eth0]:80"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// A canonical form is its own, and names one thing whoever reads it.
		if u, sure := URL(s); sure == effect.Exact {
			if again, sure := URL(u); again != u || sure != effect.Exact {
				t.Errorf("URL(%q) = %q, and of that %q, %v", s, u, again, sure)
			}
			_, rest, _ := strings.Cut(u, "://")
			authority, _, _ := strings.Cut(rest, "/")
			if strings.ContainsAny(u, "?#\\ ") || strings.ContainsAny(authority, "@%") && authority[0] != '[' || strings.Contains(u, "/../") {
				t.Errorf("URL(%q) = %q", s, u)
			}
		}
		if h, sure := Host(s); sure == effect.Exact {
			if again, sure := Host(h); again != h || sure != effect.Exact {
				t.Errorf("Host(%q) = %q, and of that %q, %v", s, h, again, sure)
			}
		}
		if r, sure := Repo(s); sure == effect.Exact && strings.ContainsAny(strings.SplitN(r, "/", 2)[0], ".[") { // else it looks like a folder
			if again, sure := Repo(r); again != r || sure != effect.Exact {
				t.Errorf("Repo(%q) = %q, and of that %q, %v", s, r, again, sure)
			}
		}
	})
}

func FuzzSQL(f *testing.F) {
	for _, s := range []string{"select * from a", "insert into a select * from b; drop table c", "with a as (delete from b returning *) select 1", `'\'; drop table x --`, "$$ a $$", "/*! x */", "[a b]", "\\! ls", ".shell ls", "copy a to program 'ls'", "grant a on b to c", "exec('x')"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := newScan(nil, effect.Call{Dir: "/repo"})
		st := s.start()
		s.sqlText(&st, text, "db", "")
		check(t, text, s.done())
	})
}

func FuzzPath(f *testing.F) {
	for _, s := range []string{"a/../b", "/proc/self/root/x", "~/x", "link/../x", "a\x00b", "//x", "./.", "/", "..", "*", "a*/b", "C:\\x", "file:///x/%2e%2e/y", "/dev/fd/3", "loop/x"} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, path string) {
		for _, tool := range []string{"Read", "Write", "Glob", "delete_file"} {
			args, err := json.Marshal(map[string]string{"file_path": path, "pattern": path})
			if err != nil {
				return
			}
			checkBoth(t, tool+" "+path, effect.Call{Tool: tool, Arguments: args, Dir: dir, Root: dir, Home: dir})
		}
	})
}
