package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"text/tabwriter"

	"github.com/ambit-go/ambit/boundary/secret"
)

// speed prints M10 for the default detector: how long it takes for texts cut out of the
// files, repeated where one is too short. Beside gitleaks it is measured in boundary/leaks.
func speed(w io.Writer, _ options, files []string) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "file\tbytes\tMB/s\tµs\tallocations\tfindings\t")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if len(text) == 0 {
			return fmt.Errorf("%s: empty", name)
		}
		for _, n := range []int{20, 100, 300, 1 << 10, 16 << 10, 1 << 20, 10 << 20} {
			t := bytes.Repeat(text, n/len(text)+1)[:n]
			found := secret.Default().Detect(nil, t, secret.Result)
			r := testing.Benchmark(func(b *testing.B) {
				for b.Loop() {
					found = secret.Default().Detect(found[:0], t, secret.Result)
				}
			})
			us := float64(r.T.Nanoseconds()) / float64(r.N) / 1e3
			fmt.Fprintf(tw, "%s\t%d\t%.0f\t%.2f\t%d\t%d\t\n", filepath.Base(name), n, float64(n)/us, us, r.AllocsPerOp(), len(found))
		}
	}
	return tw.Flush()
}
