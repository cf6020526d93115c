// Command trainintent trains the model of the default intent classifier and
// measures it on rows that took no part in training:
//
//	GOWORK=off go -C internal/tools run ./trainintent -data DIR -out ../intentmodel/model.txt
//	GOWORK=off go -C internal/tools run ./trainintent -data DIR -report
//
// After -out, go test ./internal/intentmodel -run TestTables -update rewrites the form
// in which programs take the model up. Train again when the analyzer of effects changed: it
// is what the features are made of.
//
// Training is a descent over all rows at once: it draws no random numbers, so the
// same rows give the same weights. -report leaves out, in turn, each repository,
// each source of attacks and each fold of techniques, trains on what is left with
// thresholds chosen there, and scores what was left out; trivial rules stand beside.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/ambit-go/ambit/internal/intentmodel"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "trainintent:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	fs := flag.NewFlagSet("trainintent", flag.ContinueOnError)
	data := fs.String("data", "", "the `folder` of the rows, one file a source")
	out := fs.String("out", "", "the `file` to write the model to")
	report := fs.Bool("report", false, "measure on rows left out of training")
	errs := fs.Bool("errors", false, "with -report, list the rows that were judged wrongly")
	lean := fs.Bool("lean", false, "list what the model leans on")
	version := fs.String("version", "1", "the model's version")
	if err := fs.Parse(args); err != nil {
		return err
	}
	if *data == "" || *out == "" && !*report && !*lean {
		return errors.New("want -data and one of -out, -report and -lean")
	}
	runtime.GOMAXPROCS(1) // sums must not depend on how work was shared out
	set, err := load(*data)
	if err != nil {
		return err
	}
	if *report {
		if err := measure(w, set, *errs); err != nil {
			return err
		}
	}
	if *out == "" && !*lean {
		return nil
	}
	m := train(set, everything)
	m.Version = *version
	if *lean {
		leans(w, m)
	}
	if *out == "" {
		return nil
	}
	return writeModel(*out, m)
}

func writeModel(name string, m *intentmodel.Model) error {
	f, err := os.CreateTemp(filepath.Dir(name), "model")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := errors.Join(m.Write(f), f.Close()); err != nil {
		return err
	}
	if err := os.Chmod(f.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}
