package duel

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"
)

// alone names, in the environment of a process that [Apart] started, the function
// that it is there for.
const alone = "AMBIT_DUEL_ALONE"

const (
	turns   = 50                     // of each process, in one iteration of the benchmark
	turn    = 40 * time.Millisecond  // short beside what else a machine does
	warming = 500 * time.Millisecond // a process that has just begun has yet to make its tables, and to grow its heap
)

// Apart is [Run] with each function in a process of its own. Functions of one process
// share its heap: what one of them keeps, each collection walks for all the others. Who
// wants to know what a program pays that did without one has to run it without.
//
// The binary is started again for each function, to run the benchmark b and no other;
// there prepare makes the function of that name. The processes take turns in random
// order. Reported are what a call costs as a multiple of the first one, and what it
// allocates. The multiple is that of the medians over the turns; "q1" and "q3" are
// quartiles of the ratios of each round, and "quiet" compares the tenth of the turns of
// each that was disturbed least.
func Apart(b *testing.B, names []string, prepare func(name string) func()) {
	b.Helper()
	if processorTime() == 0 {
		b.Skip("this system does not say what a process takes of its processors")
	}
	if name := os.Getenv(alone); name != "" {
		serve(b, prepare(name))
		return
	}
	processes := make([]*process, len(names))
	for i, name := range names {
		processes[i] = start(b, name)
	}
	for b.Loop() {
		for range turns {
			for _, i := range rand.Perm(len(processes)) {
				processes[i].take(b)
			}
		}
	}
	first := processes[0].times
	for i, p := range processes {
		b.ReportMetric(p.allocations, "allocs/"+names[i])
		b.ReportMetric(p.bytes, "B/"+names[i])
		if i == 0 {
			b.ReportMetric(quantile(first, 0.5), "cpu-ns/"+names[0])
			continue
		}
		ratio := names[i] + "/" + names[0]
		b.ReportMetric(quantile(p.times, 0.5)/quantile(first, 0.5), ratio)
		b.ReportMetric(quantile(p.times, 0.1)/quantile(first, 0.1), ratio+"-quiet")
		rounds := slices.Clone(p.times)
		for round := range rounds {
			rounds[round] /= first[round]
		}
		b.ReportMetric(quantile(rounds, 0.25), ratio+"-q1")
		b.ReportMetric(quantile(rounds, 0.75), ratio+"-q3")
	}
	b.ReportMetric(0, "ns/op")
}

// A process measures one of the functions, when it is its turn.
type process struct {
	name string
	turn io.Writer
	said *bufio.Scanner

	times              []float64 // of a call, turn by turn, in nanoseconds
	allocations, bytes float64   // of a call, in the last turn
}

// mark begins the line in which a process says what a call cost in its turn.
const mark = "alone:"

// start starts the process of the function of that name. It ends with the benchmark.
func start(b *testing.B, name string) *process {
	b.Helper()
	ctx := context.WithoutCancel(b.Context()) // which ends before the process is told to
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^$", "-test.bench=^"+b.Name()+"$", "-test.benchtime=1x",
		"-test.cpu="+strconv.Itoa(runtime.GOMAXPROCS(0)))
	cmd.Env, cmd.Stderr = append(os.Environ(), alone+"="+name), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_, _ = io.Copy(io.Discard, out)
		if err := cmd.Wait(); err != nil {
			b.Errorf("%s: %v", name, err)
		}
	})
	return &process{name: name, turn: in, said: bufio.NewScanner(out)}
}

// take gives p its turn.
func (p *process) take(b *testing.B) {
	b.Helper()
	if _, err := io.WriteString(p.turn, "\n"); err != nil {
		b.Fatalf("%s: %v", p.name, err)
	}
	for p.said.Scan() {
		var took float64
		if n, _ := fmt.Sscanf(p.said.Text(), mark+"%g %g %g", &took, &p.allocations, &p.bytes); n == 3 {
			p.times = append(p.times, took)
			return
		}
	}
	b.Fatalf("%s: ended before its turn did", p.name)
}

// serve measures f once for each line that comes.
func serve(b *testing.B, f func()) {
	b.Helper()
	repeat(f, warming)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		repeat(f, turn/4) // another process had the caches
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		n, took := repeat(f, turn)
		runtime.ReadMemStats(&after)
		per := 1 / float64(n)
		fmt.Printf("\n%s%g %g %g\n", mark, float64(took)*per, float64(after.Mallocs-before.Mallocs)*per, float64(after.TotalAlloc-before.TotalAlloc)*per)
	}
}

// repeat calls f until that has taken enough processor time.
func repeat(f func(), enough time.Duration) (n int, took time.Duration) {
	const between = 8 // calls, from one look at the clock to the next
	for start := processorTime(); took < enough; took = processorTime() - start {
		for range between {
			f()
		}
		n += between
	}
	return n, took
}

// quantile returns the value that so large a share of all is below.
func quantile(all []float64, share float64) float64 {
	all = slices.Sorted(slices.Values(all))
	at := share * float64(len(all)-1)
	low := int(at)
	high := min(low+1, len(all)-1)
	return all[low] + (all[high]-all[low])*(at-float64(low))
}
