package boundary_test

import (
	"errors"
	oldrand "math/rand" //nolint:depguard // testing/quick hands this one to Generate
	"reflect"

	"github.com/ambit-go/ambit/boundary"
)

type rand0 = oldrand.Rand

// Generate makes up to five checkers.
func (group) Generate(r *oldrand.Rand, _ int) reflect.Value {
	g := make(group, r.Intn(6))
	for i := range g {
		g[i] = randomSays(r)
	}
	return reflect.ValueOf(g)
}

func randomSays(r *oldrand.Rand) says {
	switch r.Intn(8) {
	case 0:
		return says{err: errors.New("down")}
	case 1:
		return says{panics: true}
	case 2:
		return says{decision: boundary.Decision{Verdict: boundary.NotEvaluated}}
	}
	s := verdict(boundary.Verdict(r.Intn(3)), string(rune('a'+r.Intn(4))))
	s.decision.Observed = r.Intn(3) == 0
	return s
}
