package policy

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"
)

func mustGlob(t testing.TB, text string, sep byte) glob {
	t.Helper()
	g, err := compileGlob(text, sep, []string{"p"}, true)
	if err != nil {
		t.Fatalf("compile %q: %v", text, err)
	}
	return g
}

var testEnv = &env{
	vars: [varCount]string{"/w", "/w/shop", "/home/ada"}, set: [varCount]bool{true, true, true},
	params: []paramValue{{"v*l", true}},
}

func TestPathPatterns(t *testing.T) {
	tests := []struct {
		name, pattern, path string
		want                bool
	}{
		{"itself", "/a/b", "/a/b", true},
		{"a folder and all below", "/a/**", "/a/b/c", true},
		{"the folder itself", "/a/**", "/a", true},
		{"no sibling that begins the same", "/w/shop/**", "/w/shopping/x", false},
		{"a variable", "${repo}/**", "/w/shop/x", true},
		{"a variable has no siblings", "${repo}/**", "/w/shop2/x", false},
		{"a variable alone", "${home}", "/home/ada", true},
		{"star stays in its part", "/a/*", "/a/b/c", false},
		{"star takes nothing too", "/a/b*", "/a/b", true},
		{"star takes dots", "/a/*", "/a/.env", true},
		{"one byte", "/a/?", "/a/b", true},
		{"one byte is no slash", "/a?b", "/a/b", false},
		{"anywhere", "**/infra/**", "/w/shop/infra/main.tf", true},
		{"anywhere at the top", "**/infra/**", "/infra", true},
		{"anywhere is whole parts", "**/infra/**", "/w/infrastructure/x", false},
		{"any depth between", "/a/**/z", "/a/z", true},
		{"any depth between, deep", "/a/**/z", "/a/b/c/z", true},
		{"several", "/a/**/b/**/c", "/a/b/x/b/y/c", true},
		{"extension below", "${repo}/**/*.go", "/w/shop/a/b/c.go", true},
		{"extension at the top", "${repo}/**/*.go", "/w/shop/c.go", true},
		{"wrong extension", "${repo}/**/*.go", "/w/shop/c.goo", false},
		{"a parameter is literal", "/a/${param.p}", "/a/v*l", true},
		{"a parameter is no wildcard", "/a/${param.p}", "/a/val", false},
		{"everything", "**", "/etc/passwd", true},
		{"doubled stars collapse", "/a/**/**/b", "/a/b", true},
		{"trailing doubled stars collapse", "/a/**/**", "/a/b/c", true},
		{"the root", "/**", "/etc", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := mustGlob(t, tt.pattern, '/')
			if got := g.match(tt.path, testEnv, whole, false); got != tt.want {
				t.Errorf("%q on %q: %v", tt.pattern, tt.path, got)
			}
		})
	}
}

func TestPatternsThatMeanNothingAreErrors(t *testing.T) {
	for _, text := range []string{
		"", "a**b", "/a/**b", "/a**/b", "***", "${", "${nope}", "${param.nope}", "/x/${repo}", "${repo}x", "a\x00b", "a\nb",
		strings.Repeat("a", maxPattern+1),
	} {
		if _, err := compileGlob(text, '/', []string{"p"}, true); err == nil {
			t.Errorf("%q compiles", text)
		}
	}
	if _, err := compileGlob("${repo}/x", '/', nil, false); err == nil {
		t.Error("a variable where none belongs")
	}
}

// An unset variable or parameter matches nothing in a grant and anything in a
// prohibition.
func TestUnsetMatchesNothingForAGrantAndAnythingForARule(t *testing.T) {
	for _, text := range []string{"${repo}/infra/**", "/w/${param.p}/infra/**"} {
		g := mustGlob(t, text, '/')
		if g.match("/w/shop/infra/x", &env{}, whole, false) {
			t.Errorf("%q: a grant with something unset matches", text)
		}
		if !g.matchUnset("/w/shop/infra/x", &env{}, whole, false) {
			t.Errorf("%q: a rule with something unset does not match", text)
		}
		if g.matchUnset("/w/shop/other/x", &env{}, whole, false) {
			t.Errorf("%q: a rule with something unset matches what it cannot mean", text)
		}
	}
}

// oracle writes a pattern as a regular expression.
func oracle(pattern string, sep byte) *regexp.Regexp {
	s := regexp.QuoteMeta(string(sep))
	r := regexp.QuoteMeta(pattern)
	if sep == 0 {
		r = regexp.MustCompile(`(\\\*)+`).ReplaceAllString(r, `.*`)
		return regexp.MustCompile(`(?s)\A` + strings.ReplaceAll(r, `\?`, `.`) + `\z`)
	}
	for strings.Contains(r, s+`\*\*`+s+`\*\*`) {
		r = strings.ReplaceAll(r, s+`\*\*`+s+`\*\*`, s+`\*\*`)
	}
	for strings.HasPrefix(r, `\*\*`+s+`\*\*`) {
		r = strings.TrimPrefix(r, `\*\*`+s)
	}
	switch {
	case r == `\*\*`:
		r = `.*`
	case strings.HasPrefix(r, `\*\*`+s):
		r = `(?:.*` + s + `)?` + strings.TrimPrefix(r, `\*\*`+s)
	}
	if rest, ok := strings.CutSuffix(r, s+`\*\*`); ok {
		r = rest + `(?:` + s + `.*)?`
	}
	r = strings.ReplaceAll(r, s+`\*\*`+s, s+`(?:.*`+s+`)?`)
	r = strings.ReplaceAll(r, `\*`, `[^`+s+`]*`)
	return regexp.MustCompile(`(?s)\A` + strings.ReplaceAll(r, `\?`, `[^`+s+`]`) + `\z`)
}

func randomText(alphabet string, most int) string {
	b := make([]byte, rand.IntN(most+1))
	for i := range b {
		b[i] = alphabet[rand.IntN(len(alphabet))]
	}
	return string(b)
}

func TestPatternsAgreeWithRegularExpressions(t *testing.T) {
	for range 20000 {
		sep := []byte{'/', '/', '.', 0}[rand.IntN(4)]
		s := string(sep)
		if sep == 0 {
			s = "/"
		}
		pattern := randomText("ab*?"+s+s+"*", 9)
		g, err := compileGlob(pattern, sep, nil, false)
		if err != nil {
			continue
		}
		text := randomText("ab"+s+s, 9)
		if got, want := g.match(text, nil, whole, false), oracle(pattern, sep).MatchString(text); got != want {
			t.Fatalf("%q on %q (sep %q): %v, want %v", pattern, text, s, got, want)
		}
	}
}

// What matches every continuation matches each one, and what may match none
// matches no one.
func TestPartsOfTextsAreJudgedByTheirContinuations(t *testing.T) {
	counts := map[bool]int{}
	for range 50000 {
		g, err := compileGlob(randomText("ab*?//*", 8), '/', nil, false)
		if err != nil {
			continue
		}
		text := randomText("ab//", 6)
		all, some := g.match(text, nil, every, false), g.match(text, nil, possible, false)
		counts[all]++
		for range 8 {
			longer := text + randomText("ab/", 6)
			matches := g.match(longer, nil, whole, false)
			if all && !matches && len(longer) > len(text) {
				t.Fatalf("%q: every continuation of %q is said to match, %q does not", g.text, text, longer)
			}
			if !some && matches {
				t.Fatalf("%q: no continuation of %q is said to match, %q does", g.text, text, longer)
			}
		}
	}
	if counts[true] < 50 {
		t.Errorf("only %d patterns matched every continuation: the test tells nothing", counts[true])
	}
}

func TestPatternsAreBoundedOnHostileTexts(t *testing.T) {
	text := strings.Repeat("a/", 1<<16)
	start := time.Now()
	for _, p := range []string{strings.Repeat("**/a*/", 80) + "b", strings.Repeat("*a", 200), "**/" + strings.Repeat("a/", 200) + "b", strings.Repeat("?", 500)} {
		g := mustGlob(t, p, '/')
		if g.match(text, nil, whole, false) {
			t.Errorf("%.20q matches", p)
		}
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

func FuzzGlob(f *testing.F) {
	f.Add("**/a*/**", "/x/ab/c")
	f.Add("/a/**/b?", "/a/bb")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		if len(text) > 1<<12 {
			return
		}
		for _, sep := range []byte{'/', '.', 0} {
			g, err := compileGlob(pattern, sep, []string{"p"}, false)
			if err != nil {
				continue
			}
			for _, how := range []compare{whole, every, possible} {
				got := g.match(text, testEnv, how, false)
				if got && !g.match(text, testEnv, how, true) {
					t.Errorf("%q matches %q, and not when case does not matter", pattern, text)
				}
				if g.literal && how == whole && got != (pattern == text) {
					t.Errorf("literal %q on %q: %v", pattern, text, got)
				}
			}
		}
	})
}
