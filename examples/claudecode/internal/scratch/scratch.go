// Package scratch makes folders for tests whose hooks start exporters: nobody waits for
// those, so they may still write where the test has ended.
package scratch

import (
	"os"
	"testing"
)

// Dir returns a new folder, which is removed with the test as far as it can be.
func Dir(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "ambit") //nolint:usetesting // that of testing fails a test whose folder is written to while it goes
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
