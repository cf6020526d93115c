package hookspan_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/ambit-go/ambit/agentspan"
	"github.com/ambit-go/ambit/agentspan/agentspantest"
	"github.com/ambit-go/ambit/agentspan/hookspan"
	"github.com/ambit-go/ambit/agentspan/hookspan/recording"
	"github.com/ambit-go/ambit/boundary"
)

func ExampleReplay() {
	log := `{"id":"s-1","agent":"claude-code","prompt":"tidy up","actions":[
		{"tool":"Read","input":{"file_path":"/w/notes.txt"},"result":"old notes"},
		{"tool":"Write","input":{"file_path":"/w/notes.txt"}}]}`
	sessions, _, err := recording.Read(strings.NewReader(strings.ReplaceAll(log, "\n", "")), "log.jsonl", recording.Auto)
	if err != nil {
		panic(err)
	}
	rec := agentspantest.NewRecorder()
	tracer, err := agentspan.New(append(rec.Options(), agentspan.WithChecker(hookspan.Recorded(boundary.Tools("Read"))), agentspan.WithAnalyzer(hookspan.Analyzer()))...)
	if err != nil {
		panic(err)
	}
	for _, s := range sessions {
		err := hookspan.Replay(context.Background(), tracer, s, hookspan.ReplayOptions{Call: func(c hookspan.Replayed) {
			if c.Decision.Refuses() {
				fmt.Printf("call %d: %s would have been refused\n", c.Index, c.Tool)
			}
		}})
		if err != nil {
			panic(err)
		}
	}
	_ = agentspantest.Form{Hide: []string{"actor", "owner_missing", "crossing"}}.Write(os.Stdout, rec.Spans())
	// Output:
	// call 1: Write would have been refused
	// session claude-code
	// invoke_agent claude-code
	//   execute_tool Read outcome=allow rule=Read reason=granted
	//   execute_tool Write outcome=not_evaluated would=deny rule=no_match reason=no_grant
}
