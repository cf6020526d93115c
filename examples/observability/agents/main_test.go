package main

import (
	"strings"
	"testing"
)

func TestEveryAgentTellsItsStory(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out, ""); err != nil {
		t.Fatal(err)
	}
	refused := map[string]bool{"leaker": true, "curious": true, "guesser": true, "meddler": true, "insistent": true, "climber": true}
	calls := 0
	for _, s := range stories("") {
		calls += len(s.calls)
		if !strings.Contains(out.String(), "\n"+s.agent+" ") && !strings.HasPrefix(out.String(), s.agent+" ") {
			t.Errorf("%s does nothing", s.agent)
		}
		was := false
		for line := range strings.Lines(out.String()) {
			was = was || strings.HasPrefix(line, s.agent+" ") && strings.Contains(line, "denied by policy")
		}
		if was != refused[s.agent] {
			t.Errorf("%s was refused: %v, want %v", s.agent, was, refused[s.agent])
		}
	}
	if lines := strings.Count(out.String(), "\n"); lines != calls {
		t.Errorf("%d lines for %d calls:\n%s", lines, calls, out.String())
	}
}
