package analyze

import (
	"encoding/json"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A toolStory is one tool call as JSON, and what it touches.
type toolStory struct {
	tool, args, want string
}

// call makes a call of a tool named "server/tool" or "tool".
func call(tool, args string) effect.Call {
	c := effect.Call{Tool: tool, Arguments: []byte(args), Dir: "/repo", Root: "/repo", Home: "/home/ada", Local: true}
	if server, name, ok := strings.Cut(tool, "/"); ok {
		c.Server, c.Tool = server, name
	}
	return c
}

func tellTools(t *testing.T, stories []toolStory) {
	t.Helper()
	for _, st := range stories {
		t.Run(st.tool+" "+st.args, func(t *testing.T) {
			t.Helper()
			if diff := cmp.Diff(lines(st.want), notations(Default().Analyze(nil, call(st.tool, st.args)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// The tools of Claude Code.
func TestClaudeCode(t *testing.T) {
	tellTools(t, []toolStory{
		{"Bash", `{"command":"cat a.txt","description":"look","timeout":1000}`, "read command cat\nread path /repo/a.txt"},
		{"Read", `{"file_path":"/repo/a.go","offset":10,"limit":20}`, "read path /repo/a.go"},
		{"Read", `{"file_path":"/home/ada/.aws/credentials"}`, "read path /home/ada/.aws/credentials\nread secret file:/home/ada/.aws/credentials"},
		{"Write", `{"file_path":"/repo/a.go","content":"package a // see /etc/passwd and https://x.test"}`, "write path /repo/a.go"},
		{"Edit", `{"file_path":"/repo/Makefile","old_string":"a","new_string":"b"}`, "exec path /repo/Makefile"},
		{"MultiEdit", `{"file_path":"/repo/a.go","edits":[{"old_string":"/etc/x","new_string":"b"}]}`, "write path /repo/a.go"},
		{"NotebookEdit", `{"notebook_path":"/repo/a.ipynb","new_source":"x"}`, "write path /repo/a.ipynb"},
		{"Glob", `{"pattern":"**/*.go"}`, "read path /repo/…"},
		{"Glob", `{"pattern":"*.md","path":"/etc"}`, "read path /etc/…\nread secret file:/etc/…"},
		{"Glob", `{"pattern":"../other/*.go"}`, "read path /other/…"},
		{"Grep", `{"pattern":"a/b","path":"/repo/src","output_mode":"content"}`, "read path /repo/src…"},
		{"Grep", `{"pattern":"rounding"}`, "read path /repo/…"},
		{"LS", `{"path":"/repo/src"}`, "read path /repo/src"},
		{"WebFetch", `{"url":"https://pkg.go.dev/net/http","prompt":"see https://evil.test"}`, "connect url https://pkg.go.dev/net/http in"},
		{"WebSearch", `{"query":"go slog"}`, "connect data tool:websearch out"},
		{"Task", `{"prompt":"read /etc/passwd","description":"x","subagent_type":"explore"}`, "-"},
		{"TodoWrite", `{"todos":[{"content":"rm -rf /"}]}`, "-"},
		{"Bash", `{"command":"pwd"}`, "-"},
		{"Read", `{}`, "read path ?"},
		{"Write", ``, "write path ?"},
	})
}

// The tools of other coding agents, under their own names.
func TestOtherAgents(t *testing.T) {
	tellTools(t, []toolStory{
		{"shell", `{"command":["bash","-lc","cat a.txt && rm b"],"workdir":"/repo/src"}`, "read command bash\nread command cat\nread path /repo/src/a.txt\nread command rm\ndelete path /repo/src/b"},
		{"shell", `{"command":["git","status"]}`, "read command git status\nread path /repo/…"},
		{"exec_command", `{"cmd":"ls","workdir":"src"}`, "read command ls\nread path /repo/src"},
		{
			"apply_patch", `{"input":"*** Begin Patch\n*** Update File: a.go\n@@\n-x\n+y\n*** Add File: .github/workflows/x.yml\n+on: push\n*** Delete File: b.go\n*** End Patch"}`,
			"write path /repo/a.go\nexec path /repo/.github/workflows/x.yml\ndelete path /repo/b.go",
		},
		{"shell", `{"command":["apply_patch","*** Begin Patch\n*** Update File: a.go\n*** Move to: c.go\n*** End Patch"]}`, "write path /repo/a.go\nwrite path /repo/c.go"},
		{"run_shell_command", `{"command":"make","directory":"tools"}`, "exec command make\nexec code workspace"},
		{"read_file", `{"absolute_path":"/repo/a.go"}`, "read path /repo/a.go"},
		{"read_file", `{"target_file":"a.go"}`, "read path /repo/a.go"},
		{"read_many_files", `{"include":["src/*.go","/etc/hosts"]}`, "read path /repo/src/…\nread path /etc/hosts"},
		{"write_file", `{"file_path":"a.go","content":"x"}`, "write path /repo/a.go"},
		{"replace", `{"file_path":"a.go","old_string":"a","new_string":"b"}`, "write path /repo/a.go"},
		{"search_replace", `{"file_path":"a.go","old_string":"a","new_string":"b"}`, "write path /repo/a.go"},
		{"editFiles", `{"files":["/repo/a.go","/repo/b.go"],"explanation":"x"}`, "write path /repo/a.go\nwrite path /repo/b.go"},
		{"insert_edit_into_file", `{"filePath":"/repo/a.go","code":"x","explanation":"y"}`, "write path /repo/a.go"},
		{"multi_replace_string_in_file", `{"replacements":[{"filePath":"/repo/a.go","oldString":"/etc/x"},{"filePath":"/repo/b.go"}]}`, "write path /repo/a.go\nwrite path /repo/b.go"},
		{"str_replace_based_edit_tool", `{"command":"view","path":"/repo/a.go"}`, "read path /repo/a.go"},
		{"str_replace_based_edit_tool", `{"command":"create","path":"/repo/a.go","file_text":"x"}`, "write path /repo/a.go"},
		{"run_terminal_cmd", `{"command":"ls -la","is_background":false}`, "read command ls\nread path /repo"},
		{"runCommands", `{"command":"ls"}`, "read command ls\nread path /repo"},
		{"delete_file", `{"target_file":"a.go"}`, "delete path /repo/a.go"},
		{"list_directory", `{"path":"src"}`, "read path /repo/src"},
		{"google_web_search", `{"query":"x"}`, "connect data tool:websearch out"},
		{"web_fetch", `{"prompt":"summarise https://a.test/x, and https://b.test."}`, "connect url https://a.test/x in\nconnect url https://b.test/ in"},
		{"PowerShell", `{"command":"Get-Item x"}`, "exec command ?"},
		{"fetch_webpage", `{"urls":["https://a.test/","https://b.test/"],"query":"x"}`, "connect url https://a.test/ in\nconnect url https://b.test/ in"},
	})
}

// The tools of usual MCP servers: they do what a local tool of that name does,
// and one that is not local is reached over the network besides.
func TestMCPTwins(t *testing.T) {
	tellTools(t, []toolStory{
		{"filesystem/read_text_file", `{"path":"/repo/a.txt"}`, "read path /repo/a.txt"},
		{"filesystem/read_multiple_files", `{"paths":["/repo/a","/repo/b"]}`, "read path /repo/a\nread path /repo/b"},
		{"filesystem/move_file", `{"source":"/repo/a","destination":"/tmp/b"}`, "read path /repo/a\ndelete path /repo/a\nwrite path /tmp/b"},
		{"filesystem/directory_tree", `{"path":"/repo"}`, "read path /repo"},
		{"filesystem/search_files", `{"path":"/repo","pattern":"*.go"}`, "read path /repo/…"},
		{"git/git_status", `{"repo_path":"/repo"}`, "read path /repo\nread command git status\nread path /repo/…"},
		{"git/git_add", `{"repo_path":"/repo","files":["a.go",".env"]}`, "read path /repo\nexec command git add\nread path /repo/a.go\nread path /repo/.env\nread secret file:/repo/.env"},
		{"git/git_diff", `{"repo_path":"/repo","target":"--output=/tmp/x"}`, "unknown any ?\nread path /repo\nread command git diff\nread path /repo/…"},
		{"fetch/fetch", `{"url":"https://a.test/x","max_length":100}`, "connect url https://a.test/x in"},
		{"postgres/query", `{"sql":"SELECT * FROM users"}`, "read data sql:users in"},
		{"sqlite/write_query", `{"query":"DELETE FROM users"}`, "delete data sql:users out"},
		{"sqlite/list_tables", `{}`, "read data sql:information_schema in"},
		{"github/get_file_contents", `{"owner":"Acme","repo":"Shop","path":"a.go"}`, "read repo github.com/acme/shop in"},
		{"github/create_or_update_file", `{"owner":"acme","repo":"shop","path":"a.go","branch":"main","content":"x","message":"y"}`, "write repo github.com/acme/shop:refs/heads/main out"},
		{"github/merge_pull_request", `{"owner":"acme","repo":"shop","pullNumber":3}`, "write repo github.com/acme/shop out\nwrite data github:pull/3 out"},
		{"slack/slack_post_message", `{"channel_id":"C024","text":"hello /etc/passwd"}`, "write data slack:channel/C024 out"},
		{"slack/get_users", `{"limit":5}`, "-"},
		{"playwright/browser_navigate", `{"url":"https://a.test/"}`, "connect url https://a.test/ in"},
		{"memory/delete_entities", `{"entityNames":["a"]}`, "delete data memory:entity/a out"},
		{"jira/add_comment", `{"key":"PAY-7","body":"done"}`, "write data jira:key/PAY-7 out"},
	})
	c := call("jira/get_issue", `{"key":"PAY-7"}`)
	c.Local = false
	if diff := cmp.Diff(lines("connect host mcp:jira\nread data jira:key/PAY-7 in"), notations(Default().Analyze(nil, c))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c = effect.Call{Tool: "mcp__plugin_ops_grafana__query", Arguments: []byte(`{"query":"up"}`)}
	if diff := cmp.Diff(lines("connect host mcp:plugin_ops_grafana"), notations(Default().Analyze(nil, c))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Tools that nobody described: what their arguments look like.
func TestUnknownTools(t *testing.T) {
	tellTools(t, []toolStory{
		{"bank/transfer", `{"recipient":"DE89370400440532013000","amount":20,"subject":"rent"}`, "write data bank:account/DE89370400440532013000 out"},
		{"mail/send_email", `{"recipients":["Bo@x.test","eve@evil.test"],"subject":"hi","body":"see https://x.test"}`, "write data mail:user/bo@x.test out\nwrite data mail:user/eve@evil.test out"},
		{"mail/search_emails", `{"query":"invoice","sender":null}`, "-"},
		{"drive/delete_file", `{"file_id":"11"}`, "delete data drive:file/11 out"},
		{"drive/delete_file", `{"file_id":11}`, "delete data drive:file/11 out"},
		{"crm/refund", `{"customer_id":"c-7","amount":5}`, "write data crm:customer/c-7 out"},
		{"account/update_password", `{"password":"x"}`, "write secret store:account/password"},
		{"render", `{"output_path":"/repo/out.png","url":"https://a.test/x"}`, "write path /repo/out.png\nconnect url https://a.test/x"},
		{"convert", `{"input":"/repo/in.csv","format":"json"}`, "unknown path /repo/in.csv"},
		{"run_report", `{"sql":"DROP TABLE x"}`, "delete data sql:x out"},
		{"anything", `{"query":"SELECT * FROM users"}`, "read data sql:users in"},
		{"anything", `{"query":"how to select a table from the list"}`, "-"},
		{"anything", `{"command":"rm -rf /data"}`, "read command rm\ndelete path /data…"},
		{"anything", `{"repository":"git@github.com:acme/shop.git"}`, "unknown repo github.com/acme/shop"},
		{"anything", `{"dsn":"postgres://ada:pw@db.test/shop"}`, "connect host db.test\ngrant identity db-user:ada"},
		{"anything", `{"host":"db.test","port":5432}`, "connect host db.test"},
		{"anything", `{"deep":{"list":[{"path":"/etc/passwd"}]}}`, "unknown path /etc/passwd"},
		{"share_document", `{"document_id":"d1","user":"eve@evil.test"}`, "write data tool:file/d1 out\nwrite data tool:user/eve@evil.test out"},
		{"grant_access", `{"role":"admin","user_id":"u7"}`, "grant data tool:role/admin out\ngrant data tool:user/u7 out"},
		{"archive_everything", `{}`, "delete data tool:everything out"},
		{"get_balance", `{}`, "-"},
		{"reserve_hotel", `{"hotel":"Rose","start_day":"2026-01-01"}`, "write data tool:hotel/Rose out"},
	})
}

// What a tool says of itself raises suspicion and never lowers it.
func TestHints(t *testing.T) {
	c := call("crm/tidy", `{}`)
	c.Destructive, c.OpenWorld, c.ReadOnly = effect.Yes, effect.Yes, effect.Yes
	if diff := cmp.Diff(lines("delete data crm:tidy… out\nconnect host mcp:crm"), notations(Default().Analyze(nil, c))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	c = call("Bash", `{"command":"rm a"}`)
	c.ReadOnly, c.Destructive, c.OpenWorld = effect.Yes, effect.No, effect.No
	if diff := cmp.Diff(lines("read command rm\ndelete path /repo/a"), notations(Default().Analyze(nil, c))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Arguments that are not what they should be.
func TestArguments(t *testing.T) {
	tellTools(t, []toolStory{
		{"Read", `{"file_path":"a","file_path":"b"}`, "read path /repo/a\nread path /repo/b"}, // servers differ in which they take
		{"Read", `{"File_Path":"a","FILEPATH":"b"}`, "read path /repo/a\nread path /repo/b"},  // and in whether case counts
		{"Read", `{"file_path":"a"`, "unknown any ?\nread path /repo/a"},
		{"Read", `{"file_path":"a"} trailing`, "unknown any ?\nread path /repo/a"},
		{"Read", "\xEF\xBB\xBF" + `{"file_path":"a"}`, "read path /repo/a"},
		{"Read", `"{\"file_path\":\"a\"}"`, "read path /repo/a"},
		{"Read", `{"file_path":"\ud800x"}`, "read path /repo/\uFFFDx"},
		{"Read", `{"file_path":7}`, "read path ?"},
		{"Read", `{"file_path":null}`, "read path ?"},
		{"Read", `[1,2]`, "unknown any ?\nread path ?"},
		{"Read", `null`, "read path ?"},
		{"apply_patch", "*** Begin Patch\n*** Update File: a.go\n*** End Patch", "write path /repo/a.go"},
		{"Bash", `{"command":{"x":1}}`, "exec command ?"},
		{"Bash", `{"command":["ls",1]}`, "read command ls\nread path /repo\nexec command ?"},
		{"Read", `{"file_path":["a",["b",["c",["d",["e",["f",["g",["h"]]]]]]]]}`, "read path /repo/a\nread path /repo/b\nread path /repo/c\nread path /repo/d\nread path /repo/e\nread path /repo/f\nunknown any ?"},
	})
}

// A text of several lines or of more than 512 bytes names nothing, but for programs and
// patches, whatever the patch is spelled like.
func TestLongTexts(t *testing.T) {
	long := strings.Repeat("word ", 200)
	for _, st := range []toolStory{
		{"x", `{"where":"/a/b/c"}`, "unknown path /a/b/c"},
		{"x", `{"where":"/a/b/c` + long + `"}`, "-"},
		{"x", `{"where":"/a/b/c\nd"}`, "-"},
		{"x", `{"user_id":"ada"}`, "unknown data tool:user/ada"},
		{"x", `{"user_id":"` + long + `"}`, "-"},
		{"x", `{"user_id":"ada\ngrace"}`, "-"},
		{"x", `{"where":"` + long + `\n*** Begin Patch\n*** Delete File: a.go\n"}`, "delete path /repo/a.go"},
		{"x", `{"where":"` + long + `\n\u002a** Begin Patch\n*** Delete File: a.go\n"}`, "delete path /repo/a.go"},
		{"x", `{"where":"` + long + `\/\n*** Begin\u0020Patch\n*** Delete File: a.go\n"}`, "delete path /repo/a.go"},
		{"x", `{"diff":"` + long + `\n+++ b/a.go\n"}`, "write path /repo/a.go"},
		{"x", `{"token":"` + long + `"}`, "write secret store:tool/token"},
		{"x", `{"sql":"SELECT '` + long + `' FROM users"}`, "read data sql:users in"},
		{"x", `{"query":"SELECT '` + long + `'\nFROM users"}`, "read data sql:users in"},
		{"x", `{"cmd":"cat a.go # ` + long + `\n"}`, "read command cat\nread path /repo/a.go"},
		{"x", `{"js":"` + long + `\n"}`, "exec code inline"},
		{"run_it", `{"script":"` + long + `\n"}`, "exec code inline"},
		{"x", `{"stdin":"` + long + `\n"}`, "exec code ?inline"},
	} {
		if diff := cmp.Diff(lines(st.want), notations(Default().Analyze(nil, call(st.tool, st.args)))); diff != "" {
			t.Errorf("%s %s\n(-want +got):\n%s", st.tool, st.args, diff)
		}
	}
}

func TestLongTextIsNotCopied(t *testing.T) {
	c := call("x", `{"note":"`+strings.Repeat(`a \"word\"\n`, 100<<10)+`"}`)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		Default().Analyze(nil, c)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > uint64(len(c.Arguments)) {
		t.Errorf("%d bytes allocated for ten looks at %d", n, len(c.Arguments))
	}
}

func TestPointers(t *testing.T) {
	got := Default().Analyze(nil, call("x", `{"files":["/repo/a",{"path":"/repo/b"}],"a/b~c":"/repo/x/y"}`))
	var at []string
	for _, e := range got {
		at = append(at, e.At)
	}
	if diff := cmp.Diff([]string{"/files/0", "/files/1/path", "/a~1b~0c"}, at); diff != "" {
		t.Errorf("%q\n(-want +got):\n%s", notations(got), diff)
	}
}

// What stands behind a word that looks is a thing, though it may be a verb elsewhere;
// behind a conjunction it is one again.
func TestVerbsThatAreNounsToo(t *testing.T) {
	tellTools(t, []toolStory{
		{"read_email", `{"email_id":"7"}`, "read data tool:email/7 in"},
		{"get_merge_request", `{"id":"7"}`, "read data tool:id/7 in"},
		{"listOrderRefunds", `{"order_id":"7"}`, "read data tool:order/7 in"},
		{"read_and_forward", `{"email_id":"7"}`, "write data tool:email/7 out"},
		{"get_or_order", `{"product_id":"7"}`, "write data tool:product/7 out"},
		{"search_delete", `{"id":"7"}`, "delete data tool:id/7 out"},
		{"email_customer", `{"customer_id":"7"}`, "write data tool:customer/7 out"},
		{"checkout_cart", `{"product_ids":["7"]}`, "write data tool:product/7 out"},
		{"reschedule_meeting", `{"event_id":"7"}`, "write data tool:event/7 out"},
	})
}

// Where a tool's name says nothing, what shall be new and what it is paid with say that
// a call changes something.
func TestArgumentsThatTellOfChange(t *testing.T) {
	tellTools(t, []toolStory{
		{"zq", `{"order_id":"7"}`, "unknown data tool:order/7"},
		{"zq", `{"order_id":"7","new_address":"Elm Street 1"}`, "write data tool:order/7 out"},
		{"zq", `{"order_id":"7","payment_method":"card"}`, "write data tool:order/7 out"},
		{"zq", `{"order_id":"7","newest_first":true}`, "unknown data tool:order/7"},
		{"get_it", `{"order_id":"7","new_since":"2026-01-01"}`, "read data tool:order/7 in"},
	})
}

// What is fetched is put where an argument says.
func TestDestinations(t *testing.T) {
	tellTools(t, []toolStory{
		{"download_invoice", `{"file_id":"7","save_dir":"/incoming"}`, "read data tool:file/7 in\nwrite path /incoming"},
		{"download_file", `{"url":"https://a.test/x","save_dir":"/incoming"}`, "connect url https://a.test/x in\nwrite path /incoming"},
		{"web_fetch", `{"url":"https://a.test/x","output_file":"./x.html"}`, "connect url https://a.test/x in\nwrite path /repo/x.html"},
		{"get_report", `{"report_id":"7","output_path":"out/r.pdf"}`, "read data tool:report/7 in\nwrite path /repo/out/r.pdf"},
		{"list_mails", `{"folder":"inbox"}`, "-"},
		{"list_places", `{"work_dir":"/incoming"}`, "read path /incoming"},
	})
}

// Servers of git differ in their arguments: what no git command is made of is judged by
// its name and value.
func TestGitServersOfOtherShapes(t *testing.T) {
	tellTools(t, []toolStory{
		{"git_clone", `{"repo_name":"ada/tools","local_dir_path":"/work"}`, "write path /work\nexec command git clone\nread repo github.com/ada/tools in"},
		{"git_clone", `{"repo_url":"https://forge.test/ada/tools.git"}`, "exec command git clone\nconnect url https://forge.test/ada/tools.git in"},
		{"git_commit", `{"repo_path":"/other","path":"/repo","message":"m"}`, "read path /repo\nexec command git commit\nwrite path /other"},
		{"git_push", `{"repo_name":"ada/tools"}`, "exec command git push\nwrite repo ? out\nwrite repo github.com/ada/tools out"},
	})
}

// A program composes its own tools in.
func TestOwnTools(t *testing.T) {
	a := Analyzer{Tools: []Tool{
		{Server: "crm", Name: "refund", Args: map[string]Arg{
			"customer": {Kind: DataArg, Access: effect.Write, Direction: effect.Out, Name: "customer"},
			"note":     {Kind: TextArg},
			"receipt":  {Kind: PathArg, Access: effect.Write},
		}},
		{Name: "deploy_*", Code: "workspace", Args: map[string]Arg{"target": {Kind: HostArg}}},
		{Name: "think", Inert: true},
		{Server: "*", Name: "raw", Analyzer: effect.AnalyzerFunc(func(dst []effect.Effect, c effect.Call) []effect.Effect {
			return append(dst, effect.Effect{Kind: effect.Data, Access: effect.Read, Target: c.Server + ":raw", Certainty: effect.Exact})
		})},
	}}
	for _, st := range []toolStory{
		{"crm/refund", `{"Customer":"c1","note":"see /etc/passwd","receipt":"out.pdf","extra":"https://x.test/"}`, "write data crm:customer/c1 out\nwrite path /repo/out.pdf\nconnect url https://x.test/ out"},
		{"crm/refund", `{"customer":7}`, "write data crm:customer/7 out"},
		{"deploy_all", `{"target":"web1.test"}`, "exec code workspace\nconnect host web1.test"},
		{"think", `{"path":"/etc/passwd"}`, "-"},
		{"any/raw", `{}`, "read data any:raw"},
		{"Read", `{"file_path":"a"}`, "read path /repo/a"},
	} {
		if diff := cmp.Diff(lines(st.want), notations(a.Analyze(nil, call(st.tool, st.args)))); diff != "" {
			t.Errorf("%s %s\n(-want +got):\n%s", st.tool, st.args, diff)
		}
	}
}

func TestReadFieldsAgreesWithJSON(t *testing.T) {
	for _, text := range []string{`{}`, `{"a":1}`, ` { "a" : [1,{"b":"}"}] , "c":"\"" } `, `{"a":"x\\"}`, `{"a":}`, `{"a"}`, `{,}`, `{"a":1,}`, `{"a":1}}`, `{"a":"`, `{`, ``, `[]`} {
		fields, ok := readFields(nil, []byte(text), "")
		var m map[string]json.RawMessage
		valid := json.Unmarshal([]byte(text), &m) == nil
		if valid && (!ok || len(fields) != len(m)) {
			t.Errorf("%s: %d fields, %v; want %d", text, len(fields), ok, len(m))
		}
		if !valid && ok {
			t.Errorf("%s: read as an object", text)
		}
	}
}
