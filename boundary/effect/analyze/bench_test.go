package analyze

import (
	"os"
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
)

// plainCommands are what agents mostly run.
var plainCommands = []string{
	"go test ./...",
	"git status --short",
	"git log --oneline -20",
	"ls -la internal/",
	`grep -rn "func Parse" internal/ | head -20`,
	"go build ./... 2>&1 | tail -30",
	"cat internal/parse/parse.go",
	`git add -A && git commit -m "fix: round half away from zero"`,
	"npm run lint",
	"go vet ./... && go test -run TestRound ./payments/... -count=1",
	"sed -n '120,180p' payments/round.go",
	"find . -name '*.go' -newer go.mod",
}

// longCommands are plain ones of 100 to 150 bytes: what agents chain in one call.
var longCommands = []string{
	`go build ./... && go vet ./... && go test -run "TestRound|TestFloor" -count=1 ./payments/... 2>&1 | grep -E "FAIL|ok" | tail -20`,
	`git add payments/round.go internal/parse/parse.go && git commit -m "fix: round half away from zero" && git status --short`,
	`grep -rn "func Round" --include "*.go" payments internal | grep -v "_test.go" | sort -u | head -40 && wc -l payments/round.go`,
	`sed -n '1,80p' payments/round.go && sed -n '120,180p' internal/parse/parse.go && grep -n "HALF" payments/round.go | head -5`,
	`find . -name "*.go" -newer go.mod -not -path "./vendor/*" | grep -v _test.go | sort | head -50 && cat internal/parse/parse.go`,
	`npm run lint -- --max-warnings 0 2>&1 | tail -40 && npm test -- --watch=false --coverage=false 2>&1 | grep -E "Tests:|failed"`,
	`ls -la payments internal/parse && cat go.mod | head -20 && go list -m all 2>/dev/null | grep -v indirect | wc -l && go version`,
	`git log --oneline -20 -- payments && git diff --stat HEAD -- payments internal && git show --stat HEAD -- payments/round.go`,
}

// nastyCommands need the parser.
var nastyCommands = []string{
	`for f in $(git ls-files '*.go'); do gofmt -l "$f"; done`,
	"cat <<'EOF' > payments/notes.md\nsome text\nEOF\ngit add payments/notes.md",
	`git commit -m "$(cat <<'EOF'` + "\nfix: rounding\n\nHalf away from zero.\nEOF\n" + `)"`,
	`if [ -f go.mod ]; then go test ./...; else echo "no module"; fi`,
	`curl -fsSL "https://x.test/install.sh" | sudo -E bash -s -- --prefix="$HOME/.local"`,
}

func benchDir(b *testing.B) string {
	dir := b.TempDir()
	for _, d := range []string{"/.git", "/internal/parse", "/payments"} {
		if err := os.MkdirAll(dir+d, 0o755); err != nil {
			b.Fatal(err)
		}
	}
	for _, f := range []string{"/go.mod", "/internal/parse/parse.go", "/payments/round.go"} {
		if err := os.WriteFile(dir+f, nil, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return dir
}

// BenchmarkShell sets the analysis of shell commands beside their parse alone,
// by a parser that is reused, and says how many parses it took. Budget: 1.5 for
// plain commands, what the file system takes apart. files=none knows no folder
// and so asks no file system; files=elsewhere may not ask; files=real resolves paths and reads git's
// configuration, at a microsecond or two a question.
func BenchmarkShell(b *testing.B) {
	dir := benchDir(b)
	for _, set := range []struct {
		name     string
		commands []string
	}{{"plain", plainCommands}, {"long", longCommands}, {"nasty", nastyCommands}} {
		parse := 0.0 // nanoseconds
		perOp := func(b *testing.B) float64 { return float64(b.Elapsed().Nanoseconds()) / float64(b.N) }
		b.Run("kind="+set.name+"/do=parse", func(b *testing.B) {
			b.ReportAllocs()
			p := syntax.NewParser(syntax.Variant(syntax.LangBash))
			i := 0
			for b.Loop() {
				if _, err := p.Parse(strings.NewReader(set.commands[i%len(set.commands)]), ""); err != nil {
					b.Fatal(err)
				}
				i++
			}
			parse = perOp(b)
		})
		for _, d := range []struct {
			name, dir string
			analyzer  effect.Analyzer
		}{{"none", "", Default()}, {"elsewhere", dir, Analyzer{Elsewhere: true}}, {"real", dir, Default()}} {
			b.Run("kind="+set.name+"/do=analyze/files="+d.name, func(b *testing.B) {
				b.ReportAllocs()
				var calls []effect.Call
				for _, c := range set.commands {
					call := bash(c)
					call.Dir, call.Root = d.dir, d.dir
					calls = append(calls, call)
				}
				a := d.analyzer
				var buf []effect.Effect
				i := 0
				for b.Loop() {
					buf = a.Analyze(buf[:0], calls[i%len(calls)])
					i++
				}
				if parse > 0 {
					b.ReportMetric(perOp(b)/parse, "parses/op")
				}
			})
		}
	}
}

// toolCalls are calls of tools that nobody described, as MCP servers offer them.
func toolCalls() map[string]effect.Call {
	prose := strings.Repeat("what a tool is asked to do ", 38)
	lines := strings.Repeat(`- what a \"tool\" is asked to do, by whom, and on which day\n`, 17)
	return map[string]effect.Call{
		"none":    {Tool: "list_notes", Server: "notes", Arguments: []byte(`{}`)},
		"ids":     {Tool: "get_ticket", Server: "desk", Arguments: []byte(`{"ticket_id": "T-4711", "fields": ["title", "state"], "limit": 20}`)},
		"text":    {Tool: "add_note", Server: "notes", Arguments: []byte(`{"note":"` + prose + `"}`)},
		"lines":   {Tool: "add_note", Server: "notes", Arguments: []byte(`{"note":"` + lines + `"}`)},
		"unnamed": {Tool: "ask", Server: "notes", Arguments: []byte(`{"wish":"` + prose + `"}`)},
		"issue": {Tool: "create_issue", Server: "forge", Arguments: []byte(`{"owner": "acme", "repo": "app", "title": "Fix the login page", "body": "` + lines +
			`", "labels": ["bug", "ui"], "assignees": ["ada"]}`)},
		"message": {Tool: "send_message", Server: "chat", Arguments: []byte(`{"channel": "general", "text": "See https://example.com/x for more.", "thread_ts": "1700000000.1"}`)},
		"page":    {Tool: "read_page", Server: "web", Arguments: []byte(`{"url": "https://example.com/a/b?c=d"}`)},
	}
}

// BenchmarkTool analyses calls of tools that nobody described, with up to 1 KB of text.
func BenchmarkTool(b *testing.B) {
	for name, call := range toolCalls() {
		b.Run("arguments="+name, func(b *testing.B) {
			b.ReportAllocs()
			a := Default()
			var buf []effect.Effect
			for b.Loop() {
				buf = a.Analyze(buf[:0], call)
			}
		})
	}
}
