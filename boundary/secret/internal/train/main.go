// Command train makes the tables of the assign package:
//
//	go run ./boundary/secret/internal/train bigrams "$(go env GOROOT)/src" > …/bigrams_gen.go
//	go run ./boundary/secret/internal/train weights creddata.jsonl.gz agent_context.jsonl.gz > …/weights_gen.go
//	go run ./boundary/secret/internal/train folds creddata.jsonl.gz …
//	go run ./boundary/secret/internal/train across agent_context.jsonl.gz creddata.jsonl.gz …
//
// Weights are those of a logistic regression with a penalty on large ones. folds
// trains once for each group of the first file's rows that is left out, and reports
// on those alone; across trains on the other files only, and reports on the first.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

func main() {
	if err := run(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, args []string) error {
	if len(args) < 2 {
		return fmt.Errorf("usage: train bigrams DIR | weights FILE… | folds FILE… | across FILE FILE…")
	}
	var out bytes.Buffer
	var err error
	switch args[0] {
	case "bigrams":
		err = bigrams(&out, args[1])
	case "weights":
		err = weights(&out, args[1:])
	case "folds":
		err = folds(&out, args[1:])
	case "across":
		err = across(&out, args[1:])
	default:
		err = fmt.Errorf("unknown table %q", args[0])
	}
	if err == nil {
		_, err = out.WriteTo(w)
	}
	return err
}
