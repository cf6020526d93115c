package credshape

import "math/rand/v2"

// Example makes up a token of the shape, for tests: random where the shape leaves it
// open, with a right checksum where there is one. It opens nothing.
func (s *Shape) Example(r *rand.Rand) []byte {
	qs := s.sequences()
	for {
		var token []byte
		for _, st := range qs[r.IntN(len(qs))] {
			n := st.min
			if more := min(st.max-st.min, 12); more > 0 {
				n += r.IntN(more + 1)
			}
			for range n {
				token = append(token, st.set.pick(r))
			}
		}
		if c := s.checksum; c != nil && len(token) >= c.n {
			var sum [8]byte
			if c.sum(sum[:c.n], token) {
				copy(token[len(token)-c.n:], sum[:c.n])
			}
		}
		if s.Match(token) && s.Plausible(token) {
			return token
		}
	}
}

// pick returns a byte of s.
func (s *set) pick(r *rand.Rand) byte {
	var all [256]byte
	n := 0
	for c := range 256 {
		if s.has(byte(c)) {
			all[n] = byte(c)
			n++
		}
	}
	return all[r.IntN(n)]
}
