package policy_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect/analyze"
	"github.com/ambit-go/ambit/boundary/policy"
)

// FuzzStory runs texts as stories: whatever stands there is told line by line, and
// what cannot be read is an error with its line.
func FuzzStory(f *testing.F) {
	files, err := filepath.Glob("testdata/stories/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(sections(data)["story"])
	}
	f.Add("session dir=\"/w/a b owner=:@\nin x\nwait -5m\nuse subject=x ttl=1 switch=\nseen\n=> \nA => => :")
	o := policy.Options{Analyzer: analyze.Default(), Detector: findsMarker}
	f.Fuzz(func(t *testing.T, story string) {
		if len(story) > 4_000 {
			return
		}
		p, err := policy.Parse("x", []byte(fixPolicy), o)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Count(story, "\n") + 1
		check := func(err error) {
			var wrong policy.Errors
			if err != nil && !errors.As(err, &wrong) {
				t.Errorf("no list of errors: %v", err)
			}
			for _, e := range wrong {
				if e.Line < 1 || e.Line > lines {
					t.Errorf("an error in line %d of %d: %v", e.Line, lines, e)
				}
			}
		}
		check(policy.Test(p, "story", []byte(story), o))
		list, err := policy.Explain(p, "story", []byte(story), o)
		check(err)
		for _, e := range list {
			for _, part := range e.Parts {
				if part.Grant != "" && part.Missed != "" {
					t.Errorf("line %d: %+v is covered and is not", e.Line, part)
				}
				if e.Decision.Verdict.String() == "allow" && part.Missed != "" {
					t.Errorf("line %d is allowed, and misses %q", e.Line, part.Missed)
				}
			}
		}
	})
}

// FuzzRecords reads recordings as they may come, and reviews what can be read.
func FuzzRecords(f *testing.F) {
	f.Add(`{"session":"s","tool":"Read","ran":true,"outcome":"allow","effects":[{"kind":"path","access":"read","target":"/w/shop/a","certainty":"exact"}]}`)
	f.Add("{\"tool\":\"x\",\"effects\":[{\"kind\":\"\",\"access\":\"grant\",\"direction\":\"out\"}]}\nnull\n[]\n{\"summary\":{}}")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := policy.ReadRecords(strings.NewReader(text))
		if err != nil && len(records) > strings.Count(text, "\n") {
			t.Errorf("%d records beside an error in %q", len(records), text)
		}
		p, err := policy.Parse("x", []byte(fixPolicy), policy.Options{Analyzer: analyze.Default()})
		if err != nil {
			t.Fatal(err)
		}
		if proposed := policy.Review(p, records, shop).Proposed; proposed != nil {
			if _, err := policy.Parse("proposed", proposed, policy.Options{}); err != nil {
				t.Errorf("what is proposed does not load: %v\n%s", err, proposed)
			}
		}
		if len(records) == 0 {
			return
		}
		if _, err := policy.Parse("suggested", policy.Suggest("x", records, shop), policy.Options{}); err != nil {
			t.Errorf("what is suggested does not load: %v\n%s", err, policy.Suggest("x", records, shop))
		}
	})
}
