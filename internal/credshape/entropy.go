package credshape

import "math"

// Entropy returns the Shannon entropy of b in bits per byte. Of more than 256
// bytes only the first 256 are looked at: no token needs more to be random.
func Entropy(b []byte) float64 {
	b = b[:min(len(b), len(nlog2n)-1)]
	if len(b) == 0 {
		return 0
	}
	var count [256]uint16
	for _, c := range b {
		count[c]++
	}
	sum := 0.0
	for _, c := range b { // each byte value once: its count is cleared when seen
		sum += nlog2n[count[c]]
		count[c] = 0
	}
	n := float64(len(b))
	return math.Log2(n) - sum/n
}

// nlog2n[n] is n·log2(n): entropy needs no logarithm per byte.
var nlog2n = func() (t [257]float64) {
	for n := 2; n < len(t); n++ {
		t[n] = float64(n) * math.Log2(float64(n))
	}
	return t
}()
