package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/ambit-go/ambit/examples/claudecode/internal/export"
	"github.com/ambit-go/ambit/examples/claudecode/internal/serve"
)

// serveHooks answers HTTP hooks until it is told to end.
func serveHooks(ctx context.Context, c *call) error {
	address := ""
	s, err := c.parse(func(set *flag.FlagSet) {
		set.StringVar(&address, "listen", "127.0.0.1:4319", "`address` of this machine")
	})
	if err != nil {
		return err
	}
	g, err := s.Gate()
	if err != nil {
		return fmt.Errorf("sessions cannot be kept: %w", err)
	}
	token, err := serve.Token(s.State)
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the path
	}
	l, err := serve.Listen(ctx, address)
	if err != nil {
		return err //nolint:wrapcheck // names the operation and the address
	}
	server := serve.Server{Gate: serve.Gate(*g), Token: token}
	if s.Endpoint != "" {
		server.Due = func() bool {
			if _, err := export.Run(ctx, s); err != nil {
				fmt.Fprintln(c.stderr, "ambit-hook serve: export:", err)
			}
			return ctx.Err() == nil
		}
	}
	fmt.Fprintf(c.stdout, "hooks are answered at http://%s/hook, to whom sends \"Authorization: Bearer\" with the token in %s/token\n", l.Addr(), s.State)
	return server.Run(ctx, l) //nolint:wrapcheck // names the operation
}
