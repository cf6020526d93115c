package policy_test

import (
	"testing"

	"github.com/ambit-go/ambit/internal/duel"
)

// BenchmarkAmongOthers reports a decision among 1,000 further grants and rules, and
// one among 10,000, in multiples of the same among ten. Budget: 1.2.
func BenchmarkAmongOthers(b *testing.B) {
	for _, name := range []string{"read", "test", "args", "refuse"} {
		b.Run("call="+name, func(b *testing.B) {
			decide := func(n int) func() {
				c, req := load(b, speedPolicy(n)).Bind(shop), speedRequests()[name]
				return func() {
					if _, err := c.Check(b.Context(), req); err != nil {
						b.Fatal(err)
					}
				}
			}
			duel.Run(b, []string{"10", "1000", "10000"}, decide(10), decide(1000), decide(10000))
		})
	}
}
