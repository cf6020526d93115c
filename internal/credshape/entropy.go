package credshape

import (
	"math"
	"sync"
)

// maxEntropy bounds how many bytes are looked at: no token needs more to be random.
const maxEntropy = 256

// Entropy returns the Shannon entropy of b in bits per byte. Of more than 256
// bytes only the first 256 are looked at.
func Entropy(b []byte) float64 {
	b = b[:min(len(b), maxEntropy)]
	if len(b) == 0 {
		return 0
	}
	var count [256]uint16
	for _, c := range b {
		count[c]++
	}
	sum, of := 0.0, nlog2n()
	for _, c := range b { // each byte value once: its count is cleared when seen
		sum += of[count[c]]
		count[c] = 0
	}
	n := float64(len(b))
	return math.Log2(n) - sum/n
}

// nlog2n returns a table of n·log2(n): entropy needs no logarithm per byte.
var nlog2n = sync.OnceValue(func() *[maxEntropy + 1]float64 {
	t := new([maxEntropy + 1]float64)
	for n := 2; n < len(t); n++ {
		t[n] = float64(n) * math.Log2(float64(n))
	}
	return t
})
