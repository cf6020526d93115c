package analyze

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Default returns the analyzer that knows the tools of coding agents, their
// twins on MCP servers, and judges any other tool by its arguments. It is the
// zero [Analyzer].
func Default() effect.Analyzer { return Analyzer{} }

// An Analyzer finds the effects of tool calls. The zero value is ready to use.
// It may be used concurrently as long as its fields are not changed.
//
// Time is linear in the arguments, plus a bounded number of look-ups in the
// file system, which it reads and never changes.
type Analyzer struct {
	// Tools describe the program's own tools. They are looked at in order before
	// anything else; the first that matches counts.
	Tools []Tool

	// Elsewhere says that the calls were made on another machine, so that no disk
	// of this one is asked about them; see "Other machines" in the package's
	// documentation.
	Elsewhere bool
}

// catch says whether a panic becomes an effect of unknown certainty; tests
// turn it off to see them.
var catch = true

// Analyze appends the effects of c to dst; see [effect.Analyzer]. What is wrong
// with the arguments (no JSON, two members with one name, too much) is an
// effect of unknown certainty beside what could be read.
func (a Analyzer) Analyze(dst []effect.Effect, c effect.Call) []effect.Effect {
	server, tool := toolName(c.Server, c.Tool)
	c.Server, c.Tool = server, tool
	s := newScan(dst, c)
	if a.Elsewhere {
		s.leaveDisk()
	}
	s.guarded(a.Tools)
	return s.done()
}

func (s *scan) guarded(tools []Tool) {
	defer func() {
		if catch && recover() != nil {
			s.full = false
			s.limit()
		}
	}()
	s.analyze(tools)
}

// toolName cuts the server off a tool's name, as clients put it in front:
// mcp__server__tool (Claude Code), mcp_server_tool (Gemini CLI, where the server
// has to be known), server__tool.
func toolName(server, name string) (string, string) {
	if rest, ok := strings.CutPrefix(name, "mcp__"); ok {
		if i := strings.LastIndex(rest, "__"); i > 0 && i+2 < len(rest) {
			if server == "" {
				server = rest[:i]
			}
			return server, rest[i+2:]
		}
	}
	if server != "" {
		for _, p := range [...]struct{ before, behind string }{{"mcp_", "_"}, {"", "__"}, {"", "."}, {"", "/"}} {
			rest, ok := strings.CutPrefix(name, p.before)
			if ok {
				rest, ok = strings.CutPrefix(rest, server)
			}
			if ok {
				rest, ok = strings.CutPrefix(rest, p.behind)
			}
			if ok && rest != "" {
				return server, rest
			}
		}
	}
	return server, name
}

func (s *scan) analyze(tools []Tool) {
	c := &s.call
	if c.Dir != "" {
		c.Dir = clean(c.Dir)
	}
	if c.Root != "" {
		c.Root = clean(c.Root)
	}
	c.Home = strings.TrimRight(c.Home, "/")
	if c.Server != "" && !c.Local {
		s.add(effect.Effect{Kind: effect.Host, Access: effect.Connect, Target: "mcp:" + c.Server, Certainty: effect.Exact})
	}
	var buf [12]field
	args, ok := s.arguments(buf[:0])
	if !ok {
		s.unknown(effect.AnyKind, effect.NoAccess, "")
	}
	switch own := match(tools, c.Server, c.Tool); {
	case own != nil:
		s.described(own, args)
	case !s.familiar(args):
		s.generic(args)
	}
	s.at = ""
	s.hints()
}

// arguments reads the members of the arguments. Arguments that are a JSON
// object in a JSON string are opened: some clients encode twice.
func (s *scan) arguments(dst []field) ([]field, bool) {
	data := bytes.TrimPrefix(s.call.Arguments, []byte("\xEF\xBB\xBF"))
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return dst, true
	}
	if len(data) > maxArguments {
		return dst, false
	}
	if data[0] == '"' {
		var inner string
		if json.Unmarshal(data, &inner) == nil {
			if t := strings.TrimSpace(inner); strings.HasPrefix(t, "{") {
				data = []byte(t)
			} else {
				return append(dst, field{raw: data}), true // a tool with free text as input
			}
		}
	}
	args, ok := readFields(dst, data, "")
	if !ok && !json.Valid(data) && len(args) == 0 && data[0] != '{' && data[0] != '[' {
		// Not JSON at all: the text is the one argument, as with freeform tools.
		raw, err := json.Marshal(string(data))
		if err == nil {
			return append(dst, field{raw: raw}), true
		}
	}
	return args, ok
}

func match(tools []Tool, server, name string) *Tool {
	for i := range tools {
		if tools[i].matches(server, name) {
			return &tools[i]
		}
	}
	return nil
}

// start is the state that a call's commands begin in.
func (s *scan) start() state {
	return state{dir: s.call.Dir, lost: s.call.Dir == "" || s.call.Dir[0] != '/'}
}

// familiar looks at tools we know by name, and reports whether this was one.
func (s *scan) familiar(args []field) bool {
	kind := toolNamed(s.call.Tool)
	if kind == 0 {
		if i := strings.LastIndexAny(s.call.Tool, ".:/"); i >= 0 {
			kind = toolNamed(s.call.Tool[i+1:])
		}
	}
	if kind == 0 || !kind.fits(s.call.Server, args) {
		return false
	}
	if (kind == toolShell || kind == toolEdit || kind == toolWrite) && s.patchInside(args) {
		return true
	}
	s.known(kind, s.call.Tool, args)
	return true
}

// toolNamed returns the kind of a tool that we know, however its name is written; 0 of others.
func toolNamed(name string) toolKind {
	var own [maxToolName]byte
	return knownTool(appendFolded(own[:0], name))
}

// maxToolName is how much of a tool's name is looked at, in bytes.
const maxToolName = 64

// appendFolded is [fold] for names of tools, where separators of all sorts occur.
func appendFolded(dst []byte, name string) []byte {
	for i := 0; i < len(name) && len(dst) < maxToolName; i++ {
		switch c := name[i]; {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			dst = append(dst, c)
		case 'A' <= c && c <= 'Z':
			dst = append(dst, c+'a'-'A')
		}
	}
	return dst
}

// fits reports whether the arguments are those of the tool the name promises:
// "read_file" with a file_id, on the server of a shop, is something else.
func (k toolKind) fits(server string, args []field) bool {
	forge := false
	for i := range args {
		forge = forge || args[i].name == "repo" || args[i].name == "repository" // a file over there, then
	}
	has := func(named func(string) bool) bool {
		for i := range args {
			if named(args[i].name) || args[i].key == "" {
				return true
			}
		}
		return false
	}
	switch k {
	case toolRead, toolWrite, toolEdit, toolDelete, toolMkdir:
		return !forge && (has(pathArg) || has(dirArg) || has(editArg)) || server == "" && len(args) == 0
	case toolMove:
		return !forge && (has(pathArg) || has(moveArg))
	case toolShell:
		return has(shellArg)
	case toolFetch, toolBrowser:
		return has(urlArg) || server == "" && len(args) > 0
	case toolList, toolSearch:
		return server == "" || has(dirArg) || has(pathArg)
	case toolSQL, toolCode, toolPatch:
		return len(args) > 0
	}
	return true
}

// patchInside looks at a patch where a command or a content is expected: Codex
// takes apply_patch through its shell.
func (s *scan) patchInside(args []field) bool {
	for i := range args {
		f := &args[i]
		if len(f.raw) > 0 && f.raw[0] == '[' && bytes.Contains(f.raw, []byte("apply_patch")) {
			elems, ok := readElements(nil, *f)
			if ok && len(elems) == 2 && elems[0].text() == "apply_patch" && elems[1].isString() {
				st := s.start()
				s.at = elems[1].at
				s.patch(&st, elems[1].text())
				return true
			}
		}
	}
	return false
}

// described looks at a tool that the program describes.
func (s *scan) described(t *Tool, args []field) {
	if t.Code != "" {
		s.code(t.Code, effect.Exact, "")
	}
	switch {
	case t.Analyzer != nil:
		s.dst = t.Analyzer.Analyze(s.dst, s.call)
		if len(s.found()) > maxEffects {
			s.dst = s.dst[:s.base+maxEffects-1]
			s.limit()
		}
		return
	case t.Inert:
		return
	}
	var rest []field
	for i := range args {
		a, ok := t.arg(args[i].key)
		if !ok || a.Kind == AnyArg {
			rest = append(rest, args[i])
			continue
		}
		s.arg(a, args[i])
	}
	access, d := promise(s.call.Tool)
	s.judge(rest, access, d)
}

func (t *Tool) arg(key string) (Arg, bool) {
	if a, ok := t.Args[key]; ok {
		return a, true
	}
	folded := fold(key)
	for k, a := range t.Args {
		if fold(k) == folded {
			return a, true
		}
	}
	return Arg{}, false
}

// arg adds what an argument of a known sort touches.
func (s *scan) arg(a Arg, f field) {
	st := s.start()
	access := a.Access
	s.at = f.at
	if a.Kind == ShellArg && len(f.raw) > 0 && f.raw[0] == '[' {
		s.argv(st, f)
		return
	}
	s.strings(f, func(f field, text string) {
		s.at = f.at
		switch a.Kind {
		case PathArg:
			s.filePath(&st, text, max(access, effect.Read), self)
		case TreeArg:
			s.filePath(&st, text, max(access, effect.Read), tree)
		case URLArg:
			s.url(known(text), text, a.Direction)
		case HostArg:
			s.host(known(text), text, a.Direction)
		case RepoArg:
			s.repoArg(text, "", max(access, effect.Read), a.Direction)
		case ShellArg:
			s.shell(text, st, feed{})
		case CodeArg:
			s.code(inline, effect.Exact, "")
		case SQLArg:
			s.sqlText(&st, text, "", "")
		case PatchArg:
			s.patch(&st, text)
		case DataArg:
			name := a.Name
			if name == "" {
				name = f.key
			}
			s.item(name, text, max(access, effect.Read), a.Direction)
		case AnyArg, TextArg:
		}
	})
	if a.Kind == DataArg && len(f.raw) > 0 && f.raw[0] != '"' && f.raw[0] != '[' && f.raw[0] != '{' && string(f.raw) != "null" {
		s.item(orElse(a.Name, f.key), string(f.raw), max(access, effect.Read), a.Direction) // a number
	}
}

// repoArg adds a repository named as a tool's argument.
func (s *scan) repoArg(text, ref string, access effect.Access, d effect.Direction) {
	if strings.Count(text, "/") == 1 && !strings.ContainsAny(text, ":@") && strings.IndexByte(text[:strings.IndexByte(text, '/')], '.') < 0 {
		text = "github.com/" + text
	}
	st := s.start()
	s.repo(&st, known(text), ref, text, access, d)
}

// hints adds what a tool says of itself: it can raise suspicion, not lower it.
func (s *scan) hints() {
	c := &s.call
	if c.Destructive == effect.Yes && effect.Strongest(s.found()) < effect.Delete {
		s.add(effect.Effect{Kind: effect.Data, Access: effect.Delete, Target: s.server() + ":" + noun(c.Tool), Certainty: effect.Prefix, Direction: effect.Out})
	}
	if c.OpenWorld == effect.Yes && !s.reaches() {
		e := effect.Effect{Kind: effect.Host, Access: effect.Connect}
		if c.Server != "" {
			e.Target, e.Certainty = "mcp:"+c.Server, effect.Exact
		}
		s.add(e)
	}
}

// reaches reports whether some effect leaves the machine.
func (s *scan) reaches() bool {
	for _, e := range s.found() {
		switch e.Kind {
		case effect.Host, effect.URL, effect.Repo, effect.Resource:
			return true
		case effect.AnyKind, effect.Path, effect.Command, effect.Code, effect.Secret, effect.Identity, effect.Data:
		}
	}
	return false
}
