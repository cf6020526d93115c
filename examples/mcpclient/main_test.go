package main

import (
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
)

const said = `read the outline                 1. What is a widget?
fetch the standard               A widget is round.
  Allow the tool write_file to run?
  Why you are asked: calling write_file is against rule ask-before-writing; a person has to agree first
  It would: write path FOLDER/docs/summary.md
  > yes
write the summary                written
read what everybody earns        read_file: denied by policy (unmatched): reading private/payroll.csv is not granted for this task; nearest: grant read is for other paths
send the summary to a paste site fetch: denied by policy (unmatched): connecting to a page of paste.example is not granted for this task; nearest: grant standard is for other addresses
`

// The server has a token to know its callers by, over HTTP.
const overHTTP = `invoke_agent scribe actor=agent:scribe
  server/discover [client] actor=agent:scribe
    server/discover [server] actor=agent:scribe
  tools/list [client] actor=agent:scribe
    tools/list [server] actor=agent:scribe
  tools/call read_file [client] actor=agent:scribe outcome=not_evaluated
    tools/call read_file [server] actor=agent:scribe outcome=allow grant=read credential=jwt
  tools/call fetch [client] actor=agent:scribe outcome=not_evaluated
    tools/call fetch [server] actor=agent:scribe outcome=allow grant=standard credential=jwt
  tools/call write_file [client] actor=agent:scribe outcome=not_evaluated
    tools/call write_file [server] actor=agent:scribe
      refuse_tool write_file actor=agent:scribe outcome=require_approval rule=ask-before-writing credential=jwt error=approval_required
    tools/call write_file [server] actor=agent:scribe outcome=allow rule=ask-before-writing approval=approved credential=jwt
  tools/call read_file [client] actor=agent:scribe outcome=not_evaluated error=tool_error
    tools/call read_file [server] actor=agent:scribe error=policy_denied
      refuse_tool read_file actor=agent:scribe outcome=deny credential=jwt error=policy_denied
  tools/call fetch [client] actor=agent:scribe outcome=not_evaluated error=tool_error
    tools/call fetch [server] actor=agent:scribe error=policy_denied
      refuse_tool fetch actor=agent:scribe outcome=deny credential=jwt error=policy_denied
`

// overPipe is the same without what only a token tells: at the server, the owner is
// who started it, and nobody else is known.
func overPipe() string {
	var lines []string
	for line := range strings.Lines(overHTTP) {
		if !strings.Contains(line, "[client]") && !strings.HasPrefix(line, "invoke_agent") {
			line = strings.NewReplacer(" actor=agent:scribe", "", " credential=jwt", "").Replace(line)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "")
}

var transports = map[string]bool{"stdio": false, "http": true}

func TestTwoProcessesMakeOneTrace(t *testing.T) {
	for name, http := range transports {
		t.Run(name, func(t *testing.T) {
			var out strings.Builder
			if err := run(t.Context(), &out, http, ""); err != nil {
				t.Fatal(err)
			}
			want := said + "\n" + overPipe()
			if http {
				want = said + "\n" + overHTTP
			}
			got := regexp.MustCompile(`path \S+/mcpclient\d+/`).ReplaceAllString(out.String(), "path FOLDER/")
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadmeShowsTheTrace(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(readme), "```text\n"+overHTTP+"```\n") {
		t.Error("README.md shows another trace of the two processes")
	}
}

// Both programs are to be read in a minute.
func TestBothProgramsAreShort(t *testing.T) {
	for _, path := range []string{"main.go", "../mcpserver/main.go"} {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(b), "\n"); n >= 80 {
			t.Errorf("%s has %d lines", path, n)
		}
	}
}

func TestJaegerShowsOneTrace(t *testing.T) {
	j := backendtest.StartJaeger(t)
	for name, http := range transports {
		t.Run(name, func(t *testing.T) {
			var known []string
			turns := map[string]string{"ambit.session.id": "s-1", "gen_ai.operation.name": "invoke_agent"}
			known = j.Find(t, "mcpclient", turns)
			if err := run(t.Context(), io.Discard, http, "http://"+j.OTLPEndpoint); err != nil {
				t.Fatal(err)
			}
			var trace string
			for _, id := range j.Find(t, "mcpclient", turns) {
				if !strings.Contains(strings.Join(known, " "), id) {
					trace = id
				}
			}
			if trace == "" {
				t.Fatal("Jaeger has no trace of the turn")
			}
			look(t, j.WaitTrace(t, trace, strings.Count(overHTTP, "\n")), http)
			if at := j.Find(t, "mcpserver", map[string]string{"ambit.decision.outcome": "deny"}); !strings.Contains(strings.Join(at, " "), trace) {
				t.Error("a search for refusals at the server does not find the trace")
			}
		})
	}
}

// look looks at the trace as Jaeger tells it.
func look(t *testing.T, spans []backendtest.Span, http bool) {
	t.Helper()
	byID := map[string]backendtest.Span{}
	for _, s := range spans {
		byID[s.SpanID] = s
	}
	rounds, approved, denied := 0, 0, 0
	for _, s := range spans {
		t.Logf("%-10s %-7s %-24s %v", s.Resource["service.name"], s.Kind, s.Name, s.Attributes)
		if len(s.Warnings) > 0 {
			t.Errorf("%s: %q", s.Name, s.Warnings)
		}
		parent, ok := byID[s.ParentID]
		if !ok && s.Name != "invoke_agent scribe" {
			t.Errorf("%s is a root", s.Name)
		}
		if s.Kind == "SERVER" && (parent.Kind != "CLIENT" || parent.Name != s.Name || parent.Resource["service.name"] == s.Resource["service.name"]) {
			t.Errorf("%s at the server is below %s of %v", s.Name, parent.Name, parent.Resource["service.name"])
		}
		if s.Attributes["ambit.session.id"] != "s-1" || s.Attributes["ambit.owner.id"] != "ada" {
			t.Errorf("%s is of session %v, owner %v", s.Name, s.Attributes["ambit.session.id"], s.Attributes["ambit.owner.id"])
		}
		if s.Kind == "SERVER" && http != (s.Attributes["ambit.owner.assurance"] == "verified") {
			t.Errorf("%s: the owner is %v", s.Name, s.Attributes["ambit.owner.assurance"])
		}
		if transport := map[bool]string{true: "tcp", false: "pipe"}[http]; s.Kind == "SERVER" && s.Attributes["network.transport"] != transport {
			t.Errorf("%s came over %v", s.Name, s.Attributes["network.transport"])
		}
		switch {
		case s.Kind == "SERVER" && s.Name == "tools/call write_file":
			rounds++
		case s.Name == "refuse_tool read_file", s.Name == "refuse_tool fetch":
			denied++
		}
		if s.Attributes["ambit.approval.outcome"] == "approved" {
			approved++
		}
	}
	if rounds != 2 || approved != 1 || denied != 2 {
		t.Errorf("%d rounds of the call that needed approval, %d approved, %d denied", rounds, approved, denied)
	}
}
