package mcpspan_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

// tracerFile is what a program has once, wherever its tracer is for.
const tracerFile = `package main

import (
	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/boundary"
)

var tracer = func() *agentspan.Tracer {
	t, err := agentspan.New(agentspan.WithChecker(boundary.Tools("read_*")))
	if err != nil {
		panic(err)
	}
	return t
}()
`

// A server that exists, the first example of the SDK's own, needs one added line, and
// its import.
func TestAnExistingServerNeedsOneLine(t *testing.T) {
	sdk, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/modelcontextprotocol/go-sdk").Output()
	if err != nil {
		t.Fatal(err)
	}
	existing, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(sdk)), "examples", "server", "hello", "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	const (
		imported, before = "\t\"github.com/modelcontextprotocol/go-sdk/mcp\"\n", "\tif err := server.Run("
		line             = "\tmcpspan.InstrumentServer(server, tracer)\n"
	)
	if strings.Count(string(existing), imported) != 1 || strings.Count(string(existing), before) != 1 {
		t.Fatalf("another example:\n%s", existing)
	}
	governed := strings.NewReplacer(imported, "\t\"github.com/ambit-go/ambit/agentspan/mcpspan\"\n"+imported, before, line+before).Replace(string(existing))

	dir := t.TempDir()
	build := func(name string, files map[string]string) string {
		t.Helper()
		overlay := map[string]map[string]string{"Replace": {}}
		for file, text := range files {
			held := filepath.Join(dir, name+file)
			if err := os.WriteFile(held, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			at, err := filepath.Abs(filepath.Join("testdata", name, file))
			if err != nil {
				t.Fatal(err)
			}
			overlay["Replace"][at] = held
		}
		body, err := json.Marshal(overlay)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), body, 0o600); err != nil {
			t.Fatal(err)
		}
		program := filepath.Join(dir, name)
		if out, err := exec.Command("go", "build", "-overlay", program+".json", "-o", program, "./testdata/"+name).CombinedOutput(); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		return program
	}
	for _, c := range []struct{ program, want string }{
		{build("existing", map[string]string{"main.go": string(existing)}), "Hi Ada"},
		{build("governed", map[string]string{"main.go": governed, "tracer.go": tracerFile}), "greet: denied by policy (rule no_match): this task has no use for the tool"},
	} {
		cs, err := newClient(nil).Connect(t.Context(), &mcp.CommandTransport{Command: exec.Command(c.program)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := textOf(call(t, t.Context(), cs, "greet", map[string]any{"name": "Ada"})); got != c.want {
			t.Errorf("%s answers %q, want %q", filepath.Base(c.program), got, c.want)
		}
		_ = cs.Close()
	}
}
