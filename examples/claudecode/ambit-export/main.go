// Command ambit-export is the part of ambit-hook that no agent waits for.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/ambit-go/ambit/examples/claudecode/internal/export"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if len(os.Args) < 2 {
		usage()
		os.Exit(2)
	}
	var err error
	switch os.Args[1] {
	case "export":
		err = exportCommand(ctx, os.Args[2:])
	default:
		usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ambit-hook:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop was called
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: ambit-hook hook | export")
}

// exportCommand sends what is due.
func exportCommand(ctx context.Context, args []string) error {
	var flags settings.Settings
	set := flag.NewFlagSet("ambit-hook export", flag.ExitOnError)
	set.StringVar(&flags.State, "state", "", "state `folder`")
	set.StringVar(&flags.Endpoint, "endpoint", "", "`URL` of a collector that takes OTLP over gRPC")
	_ = set.Parse(args)
	s, err := settings.Load(flags)
	if err != nil {
		return err
	}
	_, err = export.Run(ctx, s)
	return err
}
