package mcpgospan

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/mark3labs/mcp-go/mcp"
	"github.com/mark3labs/mcp-go/server"

	"github.com/ambit-go/ambit/agentspan"
)

// The session that handlers see can do all that the library's own can.
func TestTheWatchedSessionIsWhatItWas(t *testing.T) {
	tracer, err := agentspan.New()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(chan server.ClientSession, 1)
	s := server.NewMCPServer("s", "1")
	s.AddTool(mcp.NewTool("look"), func(ctx context.Context, _ mcp.CallToolRequest) (*mcp.CallToolResult, error) {
		seen <- server.ClientSessionFromContext(ctx)
		return mcp.NewToolResultText("looked"), nil
	})
	InstrumentServer(s, tracer)
	const look = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"look"}}` + "\n"
	for name, ask := range map[string]func(){
		"stdio": func() {
			_ = server.NewStdioServer(s).Listen(t.Context(), strings.NewReader(look), io.Discard)
		},
		"in process": func() {
			s.HandleMessage(s.WithContext(t.Context(), server.NewInProcessSession("i", nil)), json.RawMessage(look))
		},
		"http": func() {
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(look))
			r.Header.Set("Content-Type", "application/json")
			server.NewStreamableHTTPServer(s, server.WithStateLess(true)).ServeHTTP(httptest.NewRecorder(), r)
		},
	} {
		t.Run(name, func(t *testing.T) {
			go ask()
			watched := <-seen
			w, ok := watched.(interface{ itself() asker })
			if !ok {
				t.Fatalf("the questions of a %T are not recorded", watched)
			}
			inner := reflect.TypeOf(w.itself().cs)
			for m := range inner.Methods() {
				// The library calls it on the session it made, and not on that of a request.
				if m.Name == "SetWriter" {
					continue
				}
				if _, ok := reflect.TypeOf(watched).MethodByName(m.Name); !ok {
					t.Errorf("%s has %s, and what handlers see has not", inner, m.Name)
				}
			}
		})
	}
}

// Somebody else's session is left alone.
func TestAnotherSessionIsLeftAlone(t *testing.T) {
	own := ownSession{ClientSession: server.NewInProcessSession("i", nil)}
	for _, cs := range []server.ClientSession{nil, own, &own} {
		if got := (&serverSide{}).watch(cs); got != cs {
			t.Errorf("%T became %T", cs, got)
		}
	}
}

type ownSession struct{ server.ClientSession }
