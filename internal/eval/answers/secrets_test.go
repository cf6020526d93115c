package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSecrets(t *testing.T) {
	rows := filepath.Join(t.TempDir(), "rows")
	text := `{"id":"1","text":"password: 'tr4ub4dor-3'","is_secret":false}
{"id":"2","text":"go test ./...","is_secret":true}
{"id":"3","text":"","path":"certs/client.p12"}
`
	if err := os.WriteFile(rows, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := `{"id":"1","found":true,"values":["tr4ub4dor-3"]}
{"id":"2","found":false,"values":[]}
{"id":"3","found":true,"values":[""]}
`
	var got strings.Builder
	if err := run(&got, []string{"secrets", rows}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestUsage(t *testing.T) {
	for name, args := range map[string][]string{
		"nothing":      nil,
		"unknown mode": {"guesses", "x"},
		"no file":      {"secrets"},
		"policy from":  {"secrets", "-policy-from", "nowhere", "x"},
		"missing file": {"secrets", filepath.Join(t.TempDir(), "none")},
	} {
		t.Run(name, func(t *testing.T) {
			if err := run(&strings.Builder{}, args); err == nil {
				t.Error("no error")
			}
		})
	}
}
