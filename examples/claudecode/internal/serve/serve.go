// Package serve answers HTTP hooks: the same gate as the hook program, without a
// process for each call.
package serve

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/gate"
	"github.com/ambit-go/ambit/agentspan/hookspan/payload"
	"github.com/ambit-go/ambit/examples/claudecode/internal/settings"
)

// Gate returns the gate of a server, which is g without what a process started by the
// agent finds in its environment: the server's own says nothing of the agents that call.
// So credentials in variables, TRACEPARENT and the version of Claude Code are not known
// here, and sessions begin in the folder that their payloads name.
func Gate(g gate.Gate) *gate.Gate {
	g.Env, g.Unattended = func(string) string { return "" }, settings.Unattended()
	return &g
}

// A Server answers hooks. It is safe for concurrent use.
type Server struct {
	Gate  *gate.Gate
	Token string      // what a caller must know; a server without one refuses everybody
	Due   func() bool // called when there is something to export, on its own goroutine; nil if nothing is exported

	once sync.Once
	due  chan struct{}
}

// ServeHTTP takes one hook's payload. Claude Code takes no answer but a 2xx with a JSON
// object for a decision, and lets the call go on after anything else; so whatever can
// be answered is.
//
// Programs of this machine reach the address, and so do pages in a browser: the token
// is asked for, what says that it comes from a page is refused, and so is a name that
// is not this machine's (DNS rebinding).
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Header.Get("Origin") != "" || !loopback(r.Host):
		http.Error(w, "hooks are called by programs of this machine", http.StatusForbidden)
		return
	case s.Token == "" || subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte("Bearer "+s.Token)) != 1:
		http.Error(w, "the token is missing or another one", http.StatusUnauthorized)
		return
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "a hook is a POST", http.StatusMethodNotAllowed)
		return
	}
	data, err := io.ReadAll(io.LimitReader(r.Body, payload.MaxSize+1))
	if err != nil {
		data = append(data, 0) // a payload that could not be read whole is a broken one
	}
	// The call is decided and written down, whether or not the caller still waits.
	out := s.Gate.Handle(context.WithoutCancel(r.Context()), data)
	if out.Due {
		s.export()
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body(out.Output))
}

// body is what a hook says by HTTP. A hook process can block by its exit status as
// well; by HTTP there is the one form.
func body(out payload.Output) []byte {
	if out.ExitCode == 2 {
		text, err := json.Marshal(map[string]string{"decision": "block", "reason": strings.TrimSpace(string(out.Stderr))})
		if err == nil {
			return text
		}
	}
	if len(out.Stdout) == 0 {
		return []byte("{}")
	}
	return out.Stdout
}

// loopback reports whether a Host header names this machine by an address of its own.
func loopback(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return err == nil && a.IsLoopback()
}

// export has what is due exported, once for all that asks meanwhile.
func (s *Server) export() {
	if s.Due == nil {
		return
	}
	s.once.Do(func() {
		s.due = make(chan struct{}, 1)
		go func() {
			for range s.due {
				if !s.Due() {
					return
				}
			}
		}()
	})
	select {
	case s.due <- struct{}{}:
	default:
	}
}

var errNotLoopback = errors.New("hooks decide about this machine: listen on an address of its own, such as 127.0.0.1:4319")

// Listen opens an address of this machine.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err //nolint:wrapcheck // names the address
	}
	if !loopback(host) {
		return nil, errNotLoopback
	}
	var c net.ListenConfig
	return c.Listen(ctx, "tcp", address) //nolint:wrapcheck // names the operation and the address
}

// readTimeout is how long a caller may take to send one payload, of at most
// [payload.MaxSize] bytes. Agents give up earlier.
const readTimeout = time.Minute

func (s *Server) http() *http.Server {
	return &http.Server{
		Handler: s, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: readTimeout, WriteTimeout: readTimeout + 30*time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
}

// Run serves until ctx ends, and lets calls under way come to their end.
func (s *Server) Run(ctx context.Context, l net.Listener) error {
	h := s.http()
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		ended <- h.Shutdown(bounded)
	})
	err := h.Serve(l)
	if stop() || !errors.Is(err, http.ErrServerClosed) {
		return err //nolint:wrapcheck // names the operation
	}
	return <-ended
}

// Token returns the token of a state folder, which is made at its first use. Only its
// owner can read it.
func Token(state string) (string, error) {
	name := filepath.Join(state, "token")
	text, err := os.ReadFile(name)
	if err == nil && len(text) >= 32 {
		return strings.TrimSpace(string(text)), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err //nolint:wrapcheck // names the operation and the path
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails since Go 1.24
	token := hex.EncodeToString(secret)
	// One that is too short goes first: a file that is there keeps who may read it.
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", err //nolint:wrapcheck // names the operation and the path
	}
	if err := os.WriteFile(name, []byte(token+"\n"), 0o600); err != nil {
		return "", err //nolint:wrapcheck // names the operation and the path
	}
	return token, nil
}
