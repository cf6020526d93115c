// Command reader is what a hook is measured against: it reads standard input, decodes the
// JSON and exits.
package main

import (
	"encoding/json"
	"io"
	"os"
)

func main() {
	data, err := io.ReadAll(os.Stdin)
	if err != nil {
		os.Exit(1)
	}
	var payload map[string]any
	if json.Unmarshal(data, &payload) != nil {
		os.Exit(1)
	}
}
