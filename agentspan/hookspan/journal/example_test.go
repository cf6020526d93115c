package journal_test

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/ambit-go/ambit/agentspan/hookspan/journal"
)

// Each hook reads what the one before it left, and leaves a record of its own.
func ExampleDir_Lock() {
	folder, err := os.MkdirTemp("", "state")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	dir, err := journal.Open(filepath.Join(folder, "ambit"))
	if err != nil {
		panic(err)
	}
	for _, event := range []string{"SessionStart", "UserPromptSubmit"} {
		log, err := dir.Lock("s-1", time.Second)
		if err != nil {
			panic(err)
		}
		state := log.State()
		fmt.Println(event, "after", state.Seq, "records")
		state.Turns++
		if err := log.Append(&journal.Record{Event: journal.Event{Name: event, Session: "s-1"}, State: state}); err != nil {
			panic(err)
		}
		if err := log.Close(); err != nil {
			panic(err)
		}
	}
	// Output:
	// SessionStart after 0 records
	// UserPromptSubmit after 1 records
}
