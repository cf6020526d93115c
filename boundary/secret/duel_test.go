package secret

import (
	"testing"

	"github.com/ambit-go/ambit/internal/duel"
)

// BenchmarkWholeBesideParts reports what a text of 10 MiB costs in multiples of its
// parts of 16 KiB, one after the other: 1 where the cost is linear.
func BenchmarkWholeBesideParts(b *testing.B) {
	const size, part = 10 << 20, 16 << 10
	for _, planted := range []bool{false, true} {
		for name, text := range benchTexts(b, size, planted) {
			b.Run("text="+name+"/secrets="+map[bool]string{false: "false", true: "true"}[planted], func(b *testing.B) {
				found := make([]Finding, 0, 1<<12)
				parts := func() {
					for at := 0; at < size; at += part {
						found = Default().Detect(found[:0], text[at:at+part], Result)
					}
				}
				duel.RunFor(b, 8, []string{"parts", "whole"}, parts, func() { found = Default().Detect(found[:0], text, Result) })
			})
		}
	}
}
