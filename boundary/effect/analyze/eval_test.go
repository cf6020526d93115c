package analyze

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/boundary/effect"
)

var evalDir = flag.String("eval", "", "folder with recorded calls (*.jsonl.gz), for TestRecordedCalls")

// recorded is one line of a recording: a hook's payload, a transcript's message,
// or a row with actions.
type recorded struct {
	ToolName  string          `json:"tool_name"`
	ToolInput json.RawMessage `json:"tool_input"`
	Message   struct {
		Content json.RawMessage `json:"content"`
	} `json:"message"`
	Actions []struct {
		Tool  string          `json:"tool"`
		Input json.RawMessage `json:"input"`
	} `json:"actions"`
}

// TestRecordedCalls counts, over calls that agents really made, how many have
// an effect that cannot be told: needless doubt costs people questions. It runs
// with -args -eval=FOLDER and says what it counted; calls whose text was cut in
// the recording are left out.
func TestRecordedCalls(t *testing.T) {
	if *evalDir == "" {
		t.Skip("no -eval folder")
	}
	root := gitLand(t, nil)
	a := Default()
	calls, doubt := map[string]int{}, map[string]int{}
	seen := map[string]bool{}
	take := func(tool string, input json.RawMessage) {
		key := tool + string(input)
		if tool == "" || len(input) == 0 || seen[key] || strings.Contains(key, "…") || strings.Contains(key, "[cut]") {
			return
		}
		seen[key] = true
		effects := a.Analyze(nil, effect.Call{Tool: tool, Arguments: input, Dir: root + "/repo", Root: root + "/repo", Home: root + "/home"})
		kind := "other tools"
		switch tool {
		case "Bash", "shell", "run_terminal_command":
			kind = "shell"
		case "Read", "Write", "Edit", "Grep", "Glob":
			kind = "files"
		}
		calls[kind]++
		if effect.Certain(effects) == effect.Unknown {
			doubt[kind]++
			t.Logf("%s %.200s\n\t%q", tool, input, notations(effects))
		}
	}
	err := filepath.WalkDir(*evalDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".jsonl.gz") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		lines := bufio.NewScanner(z)
		lines.Buffer(nil, 64<<20)
		for lines.Scan() {
			var r recorded
			if json.Unmarshal(lines.Bytes(), &r) != nil {
				continue
			}
			take(r.ToolName, r.ToolInput)
			for _, x := range r.Actions {
				take(x.Tool, x.Input)
			}
			var parts []struct {
				Name  string          `json:"name"`
				Input json.RawMessage `json:"input"`
			}
			if json.Unmarshal(r.Message.Content, &parts) == nil {
				for _, p := range parts {
					take(p.Name, p.Input)
				}
			}
		}
		return lines.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	for kind, n := range calls {
		t.Logf("%-12s %5d calls, %d with an effect that cannot be told: %.1f %%", kind, n, doubt[kind], 100*float64(doubt[kind])/float64(n))
	}
}
