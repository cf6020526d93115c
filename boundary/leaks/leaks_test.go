package leaks_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/leaks"
	"github.com/ambit-go/ambit/boundary/secret"
)

// A made-up token, put together here so that no scanner takes this file for a leak.
var pat = "ghp_" + strings.Repeat("aB3dE6gH9k", 4)[:36]

func newDetector(t testing.TB, opts ...leaks.Option) secret.Detector {
	t.Helper()
	d, err := leaks.New(append(opts, leaks.WithBudget(time.Minute))...)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDetect(t *testing.T) {
	d := newDetector(t)
	type hit struct{ Kind, Value string }
	tests := []struct {
		name, text string
		place      secret.Place
		want       []hit
	}{
		{"nothing", "", secret.Result, nil},
		{"clean", "go test ./...", secret.Result, nil},
		{"one", "a " + pat + " b", secret.Result, []hit{{"github-pat", pat}}},
		{"the same twice", pat + "\n\n" + pat, secret.Result, []hit{{"github-pat", pat}, {"github-pat", pat}}},
		{"behind other lines", "one\ntwo\nkey é " + pat, secret.Result, []hit{{"github-pat", pat}}},
		{"a comment cannot allow it", pat + " // gitleaks:allow", secret.Result, []hit{{"github-pat", pat}}},
		{"path", "certs/client.p12", secret.Path, []hit{{"pkcs12-file", ""}}},
		{"name of a variable", "GITHUB_TOKEN", secret.EnvName, nil},
		{"host", "169.254.169.254", secret.Host, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []hit
			for _, f := range d.Detect(nil, []byte(tt.text), tt.place) {
				got = append(got, hit{f.Kind, tt.text[f.Offset : f.Offset+f.Length]})
				if f.Place != tt.place {
					t.Errorf("place %v, want %v", f.Place, tt.place)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("in %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestFindingsAreAppended(t *testing.T) {
	before := []secret.Finding{{Kind: "other"}}
	got := newDetector(t).Detect(before, []byte(pat+" "+pat), secret.Result)
	if len(got) != 3 || got[0] != before[0] {
		t.Errorf("got %v", got)
	}
}

func TestTooLongIsUnscanned(t *testing.T) {
	text := strings.Repeat("a b ", 100) + pat
	got := newDetector(t, leaks.WithMaxBytes(200)).Detect(nil, []byte(text), secret.Result)
	if len(got) != 1 || got[0].Kind != secret.Unscanned || got[0].Offset+got[0].Length != len(text) {
		t.Errorf("got %v", got)
	}
}

// A text the time was over for is as good as not looked at, whatever was found in it.
func TestOutOfTimeIsUnscanned(t *testing.T) {
	d, err := leaks.New(leaks.WithBudget(0))
	if err != nil {
		t.Fatal(err)
	}
	want := []secret.Finding{{Kind: secret.Unscanned, Place: secret.Result, Length: len(pat)}}
	if diff := cmp.Diff(want, d.Detect(nil, []byte(pat), secret.Result)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestWithConfig(t *testing.T) {
	own := "[[rules]]\nid = \"acme-token\"\nregex = '''acme-[0-9a-f]{8}'''\nkeywords = [\"acme-\"]\n"
	text := []byte("acme-00c0ffee " + pat)
	tests := []struct {
		name, config string
		want         []secret.Finding
	}{
		{"alone", own, []secret.Finding{{Kind: "acme-token", Length: 13}}},
		{"with the default rules", "[extend]\nuseDefault = true\n" + own, []secret.Finding{{Kind: "acme-token", Length: 13}, {Kind: "github-pat", Offset: 14, Length: 40}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := newDetector(t, leaks.WithConfig(tt.config)).Detect(nil, text, secret.Anywhere)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	for name, config := range map[string]string{
		"no TOML":                       "[[rules",
		"expression that won't compile": "[[rules]]\nid = \"x\"\nregex = '''('''\n",
		"file to extend":                "[extend]\npath = \"/etc/passwd\"\n",
	} {
		t.Run(name, func(t *testing.T) {
			if d, err := leaks.New(leaks.WithConfig(config)); err == nil {
				t.Errorf("got %v and no error", d)
			}
		})
	}
}

func TestDetectConcurrentSafe(t *testing.T) {
	d := newDetector(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if got := d.Detect(nil, []byte("x "+pat), secret.Result); len(got) != 1 {
				t.Errorf("got %v", got)
			}
		})
	}
	wg.Wait()
}
