package reach

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/identity"
)

func TestTarget(t *testing.T) {
	for _, test := range []struct {
		name string
		of   []effect.Effect
		want identity.Target
	}{
		{"nothing", nil, identity.Target{}},
		{"a file", []effect.Effect{{Kind: effect.Path, Target: "/a"}}, identity.Target{}},
		{"an address", []effect.Effect{{Kind: effect.URL, Target: "https://api.github.com/repos"}}, identity.Target{Service: "github", Host: "api.github.com"}},
		{"a host", []effect.Effect{{Kind: effect.Host, Target: "db.example.com:5432"}}, identity.Target{Host: "db.example.com:5432"}},
		{"a server that is told, and shown nothing", []effect.Effect{{Kind: effect.Host, Target: "mcp:crm"}}, identity.Target{}},
		{
			"a repository",
			[]effect.Effect{{Kind: effect.Repo, Target: "github.com/acme/shop:refs/heads/main"}},
			identity.Target{Service: "github", Host: "github.com", Repository: "github.com/acme/shop"},
		},
		{"the first that has a name", []effect.Effect{{Kind: effect.Path, Target: "/a"}, {Kind: effect.Host, Target: "a.example"}, {Kind: effect.Host, Target: "b.example"}}, identity.Target{Host: "a.example"}},
	} {
		got, ok := Target(test.of)
		if diff := cmp.Diff(test.want, got); diff != "" || ok != (test.want != identity.Target{}) {
			t.Errorf("%s: %v (-want +got)\n%s", test.name, ok, diff)
		}
	}
}

func TestHost(t *testing.T) {
	for url, want := range map[string]string{"https://a.example:8443/x": "a.example:8443", "http://a": "a", "a.example": "", "": ""} {
		if got := Host(url); got != want {
			t.Errorf("%q: %q, want %q", url, got, want)
		}
	}
}
