// Package duel compares what two functions cost, on a machine that others use
// too. It runs them in short slices in random order and adds up processor time,
// garbage collection and background work of the process included. Wall time on
// a shared machine swings by a factor of three; this ratio by a few hundredths.
package duel

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

const (
	shares   = 120
	duration = 4 * time.Millisecond
)

// Run reports, as metrics of b, what each function costs as a multiple of the
// first one: a ratio of means over many slices. names are those of the functions
// in order. A slice of many times the median is left out: a virtual machine that was
// stopped meanwhile has the stop on its account. A collection falls within one slice
// and costs less than the slice does.
func Run(b *testing.B, names []string, functions ...func()) {
	b.Helper()
	RunFor(b, shares, names, functions...)
}

// RunFor is Run with fewer slices, for functions that take longer than one.
func RunFor(b *testing.B, shares int, names []string, functions ...func()) {
	b.Helper()
	if processorTime() == 0 {
		b.Skip("this system does not say what a process takes of its processors")
	}
	rounds := make([]int, len(functions))
	for i, f := range functions {
		rounds[i] = calibrate(f)
	}
	costs := make([][]float64, len(functions)) // of one call, slice by slice
	for b.Loop() {
		for range shares {
			for _, i := range rand.Perm(len(functions)) {
				start := processorTime()
				for range rounds[i] {
					functions[i]()
				}
				costs[i] = append(costs[i], float64(processorTime()-start)/float64(rounds[i]))
			}
		}
	}
	mean := func(i int) float64 { return meanOf(costs[i]) }
	for i := 1; i < len(functions); i++ {
		b.ReportMetric(mean(i)/mean(0), names[i]+"/"+names[0])
	}
	b.ReportMetric(mean(0), "cpu-ns/"+names[0])
	b.ReportMetric(0, "ns/op")
}

// outlier is how many times the median a slice must cost to be left out.
const outlier = 5

func meanOf(costs []float64) float64 {
	slices.Sort(costs)
	limit := outlier * costs[len(costs)/2]
	sum, n := 0.0, 0
	for _, c := range costs {
		if c <= limit {
			sum += c
			n++
		}
	}
	return sum / float64(n)
}

// calibrate returns how often f fits into one slice. Its first call, which may make
// what later ones find made, does not count.
func calibrate(f func()) int {
	f()
	n := 1
	for {
		start := processorTime() // others on the machine do not count
		for range n {
			f()
		}
		took := processorTime() - start
		if took >= duration/4 {
			return max(1, int(float64(n)*float64(duration)/float64(took)))
		}
		n *= 4
	}
}
