package policy

import (
	"strings"
	"testing"
)

func TestHostPatterns(t *testing.T) {
	tests := []struct {
		name, pattern, host string
		grant, rule         bool
	}{
		{"itself", "pkg.go.dev", "pkg.go.dev", true, true},
		{"in capitals", "PKG.go.dev", "pkg.go.dev", true, true},
		{"another", "pkg.go.dev", "go.dev", false, false},
		{"below", "*.golang.org", "go.googlesource.golang.org", true, true},
		{"below is not itself", "*.golang.org", "golang.org", false, false},
		{"a name that ends the same", "*.golang.org", "evilgolang.org", false, false},
		{"the name as somebody else's subdomain", "github.com", "github.com.evil.test", false, false},
		{"star crosses no dot", "api-*.example.com", "api-1.x.example.com", false, false},
		{"star in a label", "api-*.example.com", "api-1.example.com", true, true},
		{"the ports of the web", "example.com", "example.com:443", true, true},
		{"another port is only a rule's", "example.com", "example.com:22", false, true},
		{"a port", "example.com:8080", "example.com:8080", true, true},
		{"not another port", "example.com:8080", "example.com:9090", false, false},
		{"any port", "example.com:*", "example.com:22", true, true},
		{"an address", "10.0.0.1", "10.0.0.1", true, true},
		{"an address mapped into IPv6", "10.0.0.1", "[::ffff:10.0.0.1]", true, true},
		{"a network", "10.0.0.0/8", "10.1.2.3", true, true},
		{"outside the network", "10.0.0.0/8", "11.1.2.3", false, false},
		{"an IPv6 address with a port", "[::1]:8080", "[::1]:8080", true, true},
		{"a network mapped into IPv6", "::ffff:10.0.0.0/104", "10.1.2.3", true, true},
		{"a name with numbers", "*.3.example.com", "1.3.example.com", true, true},
		{"a server", "mcp:crm", "mcp:crm", true, true},
		{"a server is no host", "crm", "mcp:crm", false, false},
		{"a host is no server", "mcp:crm", "crm", false, false},
		{"an international name", "bücher.example", "xn--bcher-kva.example", true, true},
		{"a name that looks like it", "github.com", "xn--gthub-n4a.com", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, forbids := range []bool{false, true} {
				h, err := compileHost(tt.pattern, nil, forbids)
				if err != nil {
					t.Fatal(err)
				}
				want := tt.grant
				if forbids {
					want = tt.rule
				}
				if got := h.match(tt.host, nil, forbids); got != want {
					t.Errorf("%q on %q (rule: %v): %v", tt.pattern, tt.host, forbids, got)
				}
			}
		})
	}
}

func TestWildcardsThatAnybodyCanRegisterAreRefused(t *testing.T) {
	for _, wide := range []string{"*", "*.com", "*.co.uk", "*.github.io", "*.s3.amazonaws.com", "exam*.com", "github.*", "*.*.com", "*.exam*.com", "*com", "mcp:*"} {
		if _, err := compileHost(wide, nil, false); err == nil {
			t.Errorf("a grant takes %q", wide)
		}
		if _, err := compileHost(wide, nil, true); err != nil {
			t.Errorf("a rule does not take %q: %v", wide, err)
		}
	}
	for _, fine := range []string{"*.example.com", "*.svc.cluster.local", "*.internal", "*.acme.github.io", "api-*.example.com", "127.0.0.1", "localhost:*"} {
		if _, err := compileHost(fine, nil, false); err != nil {
			t.Errorf("a grant does not take %q: %v", fine, err)
		}
	}
}

// The value of a parameter is an address, or has a port, if it is one and has one.
func TestAParameterForAHost(t *testing.T) {
	for _, tt := range []struct {
		pattern, value string
		yes, no        []string
	}{
		{"${param.h}", "db.example:5432", []string{"db.example:5432"}, []string{"db.example", "db.example:5433", "x.example:5432"}},
		{"${param.h}", "DB.example", []string{"db.example", "db.example:443"}, []string{"db.example:5432"}},
		{"${param.h}:5432", "db.example", []string{"db.example:5432"}, []string{"db.example", "evil.example:5432"}},
		{"${param.h}", "10.0.0.1", []string{"10.0.0.1"}, []string{"10.0.0.2"}},
		{"${param.h}:5432", "10.0.0.1", []string{"10.0.0.1:5432"}, []string{"10.0.0.1:22"}},
		{"${param.h}", "[::1]:80", []string{"[::1]:80"}, []string{"[::1]:81"}},
		{"API.${param.h}", "DB.example", []string{"api.db.example"}, []string{"db.example"}},
		{"${param.h}", "*.example", nil, []string{"evil.example", "a.example:443"}},
		{"${param.h}", "0.0.0.0/0", nil, []string{"1.2.3.4"}},
		{"${param.h}.internal", "db", []string{"db.internal"}, []string{"db.internal.evil.example"}},
		{"*.${param.h}", "A.Example", []string{"x.a.example"}, []string{"x.b.example"}},
		{"*.${param.h}", "a.example", []string{"x.a.example"}, []string{"x.b.example"}},
	} {
		h, err := compileHost(tt.pattern, []string{"h"}, false)
		if err != nil {
			t.Fatal(err)
		}
		e := &env{params: []paramValue{{tt.value, true}}}
		for _, s := range tt.yes {
			if !h.match(s, e, false) {
				t.Errorf("%s with %s: not %s", tt.pattern, tt.value, s)
			}
		}
		for _, s := range tt.no {
			if h.match(s, e, false) {
				t.Errorf("%s with %s: %s", tt.pattern, tt.value, s)
			}
		}
	}
}

func TestWhatIsNoHostIsAnError(t *testing.T) {
	for _, text := range []string{
		"", "https://example.com", "example.com/path", "a b", "user@example.com", "example.com:http", "a..b", ".com", "[::1", "mcp:", "example.com:65536", "10.*", "10.0.0.*",
		"*.0.0.1", "192.168.?.1", "010.1.1.1", "300.1.1.1", "example.10", "*.${h}.1", "${param", strings.Repeat("a", maxPattern+1),
	} {
		if _, err := compileHost(text, []string{"h"}, true); err == nil {
			t.Errorf("%q compiles", text)
		}
	}
}

func TestURLPatterns(t *testing.T) {
	tests := []struct {
		name, pattern, url string
		want               bool
	}{
		{"below a path", "https://api.example.com/v1/**", "https://api.example.com/v1/users/7", true},
		{"another path", "https://api.example.com/v1/**", "https://api.example.com/v2/users", false},
		{"another scheme", "https://api.example.com/**", "http://api.example.com/", false},
		{"another host", "https://api.example.com/**", "https://api.example.com.evil.test/", false},
		{"a path that climbs", "https://api.example.com/v1/**", "https://api.example.com/v1/../admin", false},
		{"a path that climbs in disguise", "https://api.example.com/v1/**", "https://api.example.com/v1/%2e%2e/admin", false},
		{"a path that climbs behind a slash in disguise", "https://api.example.com/v1/**", "https://api.example.com/v1/x%2F..%2fadmin", false},
		{"dots in a name", "https://api.example.com/v1/**", "https://api.example.com/v1/a..b/c.html", true},
		{"without a path", "https://example.com/**", "https://example.com", true},
		{"with a port", "https://example.com:8443/**", "https://example.com:8443/x", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			u, err := compileURL(tt.pattern, nil, false)
			if err != nil {
				t.Fatal(err)
			}
			if got := u.match(tt.url, nil, whole, false); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
	for _, bad := range []string{"example.com/x", "*://example.com/**", "https://example.com", "https://a@example.com/", "https://*.com/**"} {
		if _, err := compileURL(bad, nil, false); err == nil {
			t.Errorf("%q compiles", bad)
		}
	}
}

func TestCommandPatterns(t *testing.T) {
	tests := []struct {
		name, pattern, target, raw string
		grant, rule                bool
	}{
		{"any arguments", "go test *", "go test", "go test ./... -run X", true, true},
		{"no arguments are any", "go test *", "go test", "go test", true, true},
		{"another subcommand", "go test *", "go vet", "go vet ./...", false, false},
		{"a longer name", "go test *", "go testing", "go testing", false, false},
		{"exactly", "git status", "git status", "git status", true, true},
		{"exactly has no arguments", "git status", "git status", "git status -s", false, false},
		{"a program and all of it", "go *", "go test", "go test ./...", true, true},
		{"a program alone", "make", "make", "make", true, true},
		{"a program with its folder", "make test", "make", "/usr/bin/make test", true, true},
		{"one argument", "npm run test", "npm run", "npm run test", true, true},
		{"another argument", "npm run test", "npm run", "npm run deploy", false, false},
		{"an argument and any more", "npm run test *", "npm run", "npm run test -- -u", true, true},
		{"a quoted argument", "npm run test", "npm run", "npm run 'test'", true, true},
		{"an argument with a pattern", "make test-*", "make", "make test-unit", true, true},
		{"an argument that is computed", "npm run test", "npm run", "npm run $X", false, true},
		{"an argument in pieces", "npm run test", "npm run", "npm run te''st", false, true},
		{"what is behind a wrapper", "npm run test", "npm run", "sudo npm run test", false, true},
		{"options before the subcommand", "git push origin *", "git push", "git -C /x push origin main", false, true},
		{"nothing is known of the text", "npm run test", "npm run", "", false, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := compileCommand(tt.pattern, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := c.match(tt.target, tt.raw, nil, false); got != tt.grant {
				t.Errorf("grant: %v", got)
			}
			if got := c.match(tt.target, tt.raw, nil, true); got != tt.rule {
				t.Errorf("rule: %v", got)
			}
		})
	}
	for _, bad := range []string{"", "   ", "a | sh", "a && b", "a; b", "echo `x`", "a > b"} {
		if _, err := compileCommand(bad, nil); err == nil {
			t.Errorf("%q compiles", bad)
		}
	}
}

func TestRepositoriesAndReferences(t *testing.T) {
	tests := []struct{ target, repo, ref string }{
		{"github.com/acme/shop", "github.com/acme/shop", ""},
		{"github.com/acme/shop:refs/heads/main", "github.com/acme/shop", "refs/heads/main"},
		{"git.acme.example:2222/acme/shop:refs/tags/v1", "git.acme.example:2222/acme/shop", "refs/tags/v1"},
		{"git.acme.example:2222/acme/shop", "git.acme.example:2222/acme/shop", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		if repo, ref := splitRepo(tt.target); repo != tt.repo || ref != tt.ref {
			t.Errorf("%q: %q, %q", tt.target, repo, ref)
		}
	}
}

func FuzzHost(f *testing.F) {
	f.Add("*.example.com", "a.example.com:443")
	f.Add("[::1]:*", "[::1]")
	f.Fuzz(func(t *testing.T, pattern, host string) {
		for _, wide := range []bool{false, true} {
			h, err := compileHost(pattern, nil, wide)
			if err != nil {
				continue
			}
			if h.match(host, testEnv, false) && !h.match(host, testEnv, true) {
				t.Errorf("%q means %q for a grant and not for a rule", pattern, host)
			}
		}
		if u, err := compileURL(pattern, nil, true); err == nil {
			u.match(host, testEnv, whole, false)
			u.match(host, testEnv, possible, true)
		}
		if c, err := compileCommand(pattern, nil); err == nil && c.match(host, host, nil, false) && !c.match(host, host, nil, true) {
			t.Errorf("%q means %q for a grant and not for a rule", pattern, host)
		}
	})
}
