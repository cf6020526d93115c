package analyze

import (
	"strings"
	"testing"

	"mvdan.cc/sh/v3/syntax"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/internal/duel"
)

// BenchmarkShellBesideParse reports the analysis of shell commands in multiples of
// their parse. Budget: 1.5 for plain commands, what the file system takes apart.
func BenchmarkShellBesideParse(b *testing.B) {
	dir := benchDir(b)
	for _, set := range []struct {
		name     string
		commands []string
	}{{"plain", plainCommands}, {"long", longCommands}, {"nasty", nastyCommands}} {
		b.Run("kind="+set.name, func(b *testing.B) {
			p := syntax.NewParser(syntax.Variant(syntax.LangBash))
			i := 0
			parse := func() {
				if _, err := p.Parse(strings.NewReader(set.commands[i%len(set.commands)]), ""); err != nil {
					b.Fatal(err)
				}
				i++
			}
			analyze := func(a Analyzer, dir string) func() {
				var calls []effect.Call
				for _, c := range set.commands {
					call := bash(c)
					call.Dir, call.Root = dir, dir
					calls = append(calls, call)
				}
				i := 0
				var buf []effect.Effect
				return func() {
					buf = a.Analyze(buf[:0], calls[i%len(calls)])
					i++
				}
			}
			duel.Run(b, []string{"parse", "analyze", "elsewhere", "with-files"}, parse, analyze(Analyzer{}, ""), analyze(Analyzer{Elsewhere: true}, dir), analyze(Analyzer{}, dir))
		})
	}
}
