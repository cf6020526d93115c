package policy_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

// sections splits a file at its "-- name --" lines.
func sections(data []byte) map[string]string {
	parts, name := map[string]string{}, ""
	for line := range strings.Lines(string(data)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "-- "); ok && strings.HasSuffix(rest, " --") {
			name = strings.TrimSuffix(rest, " --")
			continue
		}
		parts[name] += line
	}
	return parts
}

// TestStories runs the policies of testdata/stories: read those first.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no stories: %v", err)
	}
	o := policy.Options{Analyzer: analyze.Default(), Detector: findsMarker}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parts := sections(data)
			var policies []*policy.Policy
			for _, name := range []string{"org.yaml", "policy.yaml"} {
				if parts[name] == "" {
					continue
				}
				p, err := policy.Parse(name, []byte(parts[name]), o)
				if err != nil {
					t.Fatal(err)
				}
				policies = append(policies, p)
			}
			p, err := policy.Merge(policies...)
			if err != nil {
				t.Fatal(err)
			}
			if err := policy.Test(p, "story", []byte(parts["story"]), o); err != nil {
				t.Errorf("\n%v", err)
			}
		})
	}
}
