package duel

import (
	"crypto/sha256"
	"testing"
)

func TestQuantile(t *testing.T) {
	for _, c := range []struct {
		name  string
		all   []float64
		share float64
		want  float64
	}{
		{"of one", []float64{7}, 0.75, 7},
		{"in the middle", []float64{3, 1, 2}, 0.5, 2},
		{"between two", []float64{4, 1, 3, 2}, 0.5, 2.5},
		{"lower", []float64{5, 4, 3, 2, 1}, 0.25, 2},
		{"upper", []float64{5, 4, 3, 2, 1}, 0.75, 4},
	} {
		if got := quantile(c.all, c.share); got != c.want {
			t.Errorf("%s: %v of %v is %v, want %v", c.name, c.share, c.all, got, c.want)
		}
	}
}

// BenchmarkApart measures the measure: twice the work is 2.
func BenchmarkApart(b *testing.B) {
	text := make([]byte, 1<<14)
	work := map[string]int{"once": 1, "twice": 2}
	Apart(b, []string{"once", "twice"}, func(name string) func() {
		return func() {
			for range work[name] {
				sha256.Sum256(text)
			}
		}
	})
}
