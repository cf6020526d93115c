package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// An Arg is what an argument of a tool holds.
type Arg struct {
	Kind      ArgKind
	Access    effect.Access    // what the tool does to it; the zero value is the kind's usual one
	Direction effect.Direction // for URL, Host and Data
	Name      string           // for Data: the collection; the argument's name if empty
}

// An ArgKind is a sort of argument. Strings, arrays of strings and strings in
// objects are all looked at.
type ArgKind uint8

const (
	AnyArg   ArgKind = iota // not said: judged by its name and value
	TextArg                 // prose, content, a number: touches nothing
	PathArg                 // a file or folder; Access Read if not set
	TreeArg                 // a folder with everything below it
	URLArg                  // an address that is contacted
	HostArg                 // a host that is contacted
	RepoArg                 // a git remote, or owner/name on github.com
	ShellArg                // text of a shell command, or its words as an array
	CodeArg                 // code of another language
	SQLArg                  // SQL
	PatchArg                // a patch: the files it names are written
	DataArg                 // an item of the server's own: an id, an account, a channel
)

// A Tool describes a tool of a program's own, see [Analyzer].
type Tool struct {
	Server   string          // MCP server; "" for local tools, "*" for any
	Name     string          // name as the model uses it; "*" at the end stands for any rest
	Args     map[string]Arg  // by name, without regard to case, "_" and "-"; what is not here is judged by its name and value
	Inert    bool            // the tool touches nothing, whatever its arguments
	Code     string          // code it runs besides: "workspace", "inline", "remote" or "plugin"
	Analyzer effect.Analyzer // finds the effects instead
}

// matches reports whether t describes the tool called name on server.
func (t *Tool) matches(server, name string) bool {
	if t.Server != "*" && t.Server != server {
		return false
	}
	if p, ok := strings.CutSuffix(t.Name, "*"); ok {
		return strings.HasPrefix(name, p)
	}
	return t.Name == name
}

// toolKind is a tool we know.
type toolKind uint8

const (
	toolShell toolKind = iota + 1
	toolPowerShell
	toolRead
	toolWrite
	toolEdit
	toolDelete
	toolMove
	toolMkdir
	toolList
	toolSearch // in the content of files
	toolFetch
	toolWebSearch
	toolPatch
	toolInert
	toolTask
	toolCode
	toolSQL
	toolSQLRead
	toolGit
	toolBrowser
	toolMonitor
	toolTyping // into whatever runs there, or onto a screen
)

// knownTool returns the kind of a tool of coding agents or of the usual MCP servers, by its
// folded name ("run_shell_command" is "runshellcommand"); 0 of others.
func knownTool(folded []byte) toolKind {
	switch string(folded) {
	case "bash", "shell", "sh", "zsh", "exec", "execcommand", "unifiedexec", "localshell", "containerexec", "runshellcommand", "runterminalcommand", "runterminalcmd", "runinterminal",
		"executecommand", "runcommand", "terminal", "terminalexecute", "runbash", "shellcommand", "executebash", "executeshell", "bashtool", "runscript", "shellexec", "commandexecutor",
		"runcommands", "runinbackground", "monitor", "launchprocess", "launchprocesstool":
		return toolShell
	case "powershell", "pwsh", "cmd", "cmdexe":
		return toolPowerShell
	case "read", "readfile", "fileread", "readtextfile", "readmediafile", "readmultiplefiles", "readmanyfiles", "view", "viewfile", "openfile", "getfilecontents", "getfileinfo",
		"viewimage", "readnotebook", "notebookread", "readpdf", "cat", "opennote", "getfile", "readlints", "fileinfo", "getdocumentsymbols", "viewsourcecode":
		return toolRead
	case "write", "writefile", "writetofile", "createfile", "filewrite", "newfile", "save", "savefile", "create", "overwritefile", "createnewfile", "insertcontent", "notebookwrite",
		"appendtofile", "filecreate":
		return toolWrite
	case "edit", "multiedit", "editfile", "editfiles", "replace", "searchreplace", "strreplace", "strreplaceeditor", "strreplacebasededittool", "insertedit", "insertedittool",
		"insertafter", "replaceinfile", "applyedit", "editnotebook", "notebookedit", "texteditor", "replacestringinfile", "multireplacestringinfile", "inserteditintofile", "smartedit",
		"reapply", "stringreplace", "replacelines", "insertline", "editblock", "fileedit", "modifyfile", "updatefile", "insertedittofile":
		return toolEdit
	case "deletefile", "removefile", "filedelete", "rm", "unlink", "deletedirectory", "removedirectory", "deletepath":
		return toolDelete
	case "movefile", "renamefile", "copyfile", "filemove", "mv", "cp", "movepath", "copypath", "rename":
		return toolMove
	case "createdirectory", "mkdir", "makedirectory", "createfolder", "newfolder":
		return toolMkdir
	case "ls", "listdir", "listdirectory", "listfiles", "glob", "globsearch", "globfilesearch", "findfiles", "findbyname", "filesearch", "directorytree", "listdirectorywithsizes",
		"searchfilesbyname", "listallowed", "listcodedefinitionnames", "codebaseoutline", "listcodeusages", "getprojectstructure", "readdir":
		return toolList
	case "grep", "grepsearch", "searchfiles", "searchfilecontent", "rg", "ripgrep", "findtextinfiles", "codesearch", "semanticsearch", "codebasesearch", "searchcode", "filesearchcontent",
		"textsearch":
		return toolSearch
	case "webfetch", "fetch", "fetchurl", "fetchwebpage", "geturl", "openurl", "httprequest", "httpget", "scrape", "scrapeurl", "readurl", "readurlcontent", "fetchhtml", "fetchjson",
		"fetchtxt", "fetchmarkdown", "fetchreadable", "getwebpage", "crawl", "download", "downloadfile", "viewcontentchunk", "opensimplebrowser", "urlcontext", "readwebpage", "webread",
		"postwebpage":
		return toolFetch
	case "websearch", "googlewebsearch", "searchweb", "bravewebsearch", "bravelocalsearch", "tavilysearch", "duckduckgosearch", "internetsearch", "googlesearch", "searchengine",
		"exasearch", "querygooglesearch", "webqa":
		return toolWebSearch
	case "applypatch", "patch", "applydiff":
		return toolPatch
	case "todowrite", "todoread", "taskcreate", "taskget", "tasklist", "taskupdate", "taskstop", "taskoutput", "bashoutput", "killbash", "killshell", "exitplanmode", "enterplanmode",
		"askuserquestion", "askfollowupquestion", "updateplan", "think", "sequentialthinking", "attemptcompletion", "newtask", "writetodos", "managetodolist", "toolsearch", "listagents",
		"endconversation", "pushnotification", "reportfindings", "schedulewakeup", "croncreate", "crondelete", "cronlist", "senduserfile", "listmcpresourcestool", "listmcpresources",
		"waitformcpservers", "enterworktree", "getdiagnostics", "lsp", "getterminaloutput", "terminallastcommand", "terminalselection", "getterminalselection", "gettaskoutput",
		"testfailure", "askquestion", "askuser", "finalanswer", "finish", "complete", "plan", "updatetodolist", "savememoryinert":
		return toolInert
	case "task", "agent", "runsubagent", "subagent", "delegate", "dispatchagent", "spawnagent", "workflow", "skill", "slashcommand", "activateskill":
		return toolTask
	case "python", "executepython", "executecode", "runcode", "runpython", "codeinterpreter", "ipython", "jupyterexecute", "executecell", "evaluate", "notebookexecute", "runpythoncode",
		"runnotebookcell", "runjavascript", "browserevaluate", "pythonexecute", "codeexecution":
		return toolCode
	case "executesql", "runsql", "sqlquery", "executequery", "runquery", "writequery", "createtable", "dbquery", "querydatabase", "execsql", "executestatement", "runsqlquery",
		"sqlexecute", "altertable":
		return toolSQL
	case "readquery", "describetable", "listtables", "listschemas", "listdatabases", "describeschema", "getschema", "getobjectdetails", "explainquery":
		return toolSQLRead
	case "gitstatus", "gitdiff", "gitdiffunstaged", "gitdiffstaged", "gitcommit", "gitadd", "gitreset", "gitlog", "gitcreatebranch", "gitcheckout", "gitshow", "gitbranch", "gitinit",
		"gitpush", "gitpull", "gitclone", "gitfetch", "gitmerge", "gitstash", "gittag", "gitrebase":
		return toolGit
	case "writestdin", "sendkeys", "sendinput", "sendtext", "writetoterminal", "sendterminalinput", "terminalinput", "typetext", "presskey", "computer", "computeruse", "computertool",
		"interactwithprocess":
		return toolTyping
	case "browsernavigate", "browseropen", "navigate", "goto", "playwrightnavigate", "puppeteernavigate", "navigatepage", "newpage", "browsergotourl", "browser", "browseraction",
		"browsertabnew", "browsernewtab":
		return toolBrowser
	}
	return 0
}

// What arguments hold by their folded names: pathArg and so on report whether it is that.

func pathArg(name string) bool {
	switch name {
	case "filepath", "path", "absolutepath", "targetfile", "file", "filename", "notebookpath", "relativepath", "targetpath", "relativeworkspacepath", "abspath", "filenames", "files",
		"paths", "filepaths", "notebook", "uri", "fileuri", "fullpath", "outputpath", "inputpath", "sourcepath", "targetnotebook", "imagepath", "savepath", "dest", "destinationpath":
		return true
	}
	return false
}

func dirArg(name string) bool {
	switch name {
	case "path", "dir", "directory", "dirpath", "directorypath", "folder", "root", "relativeworkspacepath", "searchpath", "searchdirectory", "targetdirectory", "targetdirectories",
		"basepath", "rootpath", "cwd", "paths", "includepattern", "absolutepath", "searchdir", "dirs":
		return true
	}
	return false
}

func shellArg(name string) bool {
	switch name {
	case "command", "cmd", "script", "commands", "commandline", "shellcommand", "args", "input", "code", "bashcommand":
		return true
	}
	return false
}

func urlArg(name string) bool {
	switch name {
	case "url", "urls", "uri", "link", "href", "website", "webpage", "address", "endpoint", "targeturl", "pageurl", "site":
		return true
	}
	return false
}

func moveArg(name string) bool {
	switch name {
	case "source", "destination", "src", "dst", "dest", "from", "to", "oldpath", "newpath", "sourcepath", "destinationpath":
		return true
	}
	return false
}

func editArg(name string) bool {
	switch name {
	case "edits", "replacements", "changes", "include":
		return true
	}
	return false
}

func workArg(name string) bool {
	switch name {
	case "workdir", "cwd", "workingdirectory", "directory", "dir", "dirpath", "workingdir":
		return true
	}
	return false
}

// strings calls fn with every string in f, its own or below it.
func (s *scan) strings(f field, fn func(f field, text string)) {
	s.leaves(f, 0, func(f field) { fn(f, f.text()) })
}

// leaves is strings for those who mostly need no text.
func (s *scan) leaves(f field, depth int, fn func(f field)) {
	if s.full {
		return
	}
	switch {
	case f.isString():
		fn(f)
	case len(f.raw) == 0:
	case f.raw[0] == '[' || f.raw[0] == '{':
		if depth >= maxNesting {
			s.limit()
			return
		}
		var buf [8]field
		var inner []field
		var ok bool
		if f.raw[0] == '[' {
			inner, ok = readElements(buf[:0], f)
		} else {
			inner, ok = readFields(buf[:0], f.raw, f.at)
		}
		for _, e := range inner {
			s.leaves(e, depth+1, fn)
		}
		if !ok {
			s.at = f.at
			s.unknown(effect.AnyKind, effect.NoAccess, "")
		}
	}
}

// known looks at a tool of a coding agent, or its twin on an MCP server.
func (s *scan) known(kind toolKind, name string, args []field) {
	st := s.start()
	for i := range args { // a working folder of the call's own
		if (kind == toolShell || kind == toolGit) && workArg(args[i].name) && args[i].isString() {
			if t := args[i].text(); strings.HasPrefix(t, "/") {
				st.dir, st.lost = clean(t), false
			} else if t != "" && !st.lost {
				st.dir = clean(join(st.dir, t))
			}
		}
	}
	if kind == toolShell {
		s.environment(&st, args)
	}
	before := len(s.dst)
	switch kind {
	case toolInert:
		return
	case toolShell:
		s.shellTool(st, args)
		return // "pwd" touches nothing
	case toolPowerShell:
		s.unknown(effect.Command, effect.Exec, "")
		return
	case toolTyping:
		if !looksOn(args) {
			s.code(inline, effect.Unknown, "")
		}
		return
	case toolRead:
		s.fileTool(st, args, effect.Read, self)
	case toolWrite:
		s.fileTool(st, args, effect.Write, self)
	case toolEdit:
		s.editTool(st, args)
	case toolDelete:
		s.fileTool(st, args, effect.Delete, entry)
	case toolMkdir:
		s.fileTool(st, args, effect.Write, self)
	case toolMove:
		s.moveTool(st, name, args)
	case toolList, toolSearch:
		s.searchTool(st, kind, args)
		return
	case toolFetch, toolBrowser:
		s.fetchTool(st, kind, name, args)
	case toolWebSearch:
		// The question leaves the house, and goes to whom the agent's vendor chose.
		s.add(effect.Effect{Kind: effect.Data, Access: effect.Connect, Target: s.server() + ":websearch", Certainty: effect.Exact, Direction: effect.Out})
		return
	case toolPatch:
		s.patchTool(st, args)
	case toolTask:
		return
	case toolCode:
		s.codeTool(st, name, args)
	case toolSQL, toolSQLRead:
		s.sqlTool(st, kind, args)
	case toolGit:
		s.gitTool(st, name, args)
		return
	}
	if len(s.dst) == before && !s.full {
		s.at = ""
		s.unknown(kind.touches(), kind.access(), "") // the tool touches something, and its arguments do not say what
	}
}

// touches is what a tool of the kind touches at least.
func (k toolKind) touches() effect.Kind {
	switch k {
	case toolRead, toolWrite, toolEdit, toolDelete, toolMove, toolMkdir, toolPatch:
		return effect.Path
	case toolFetch, toolBrowser:
		return effect.URL
	case toolCode:
		return effect.Code
	case toolSQL, toolSQLRead:
		return effect.Data
	}
	return effect.AnyKind
}

func (k toolKind) access() effect.Access {
	switch k {
	case toolRead, toolSQLRead:
		return effect.Read
	case toolCode:
		return effect.Exec
	case toolFetch, toolBrowser:
		return effect.Connect
	case toolDelete:
		return effect.Delete
	}
	return effect.Write
}

// looksOn reports whether a call of a tool that types types nothing: it waits for
// what comes, or takes a picture.
func looksOn(args []field) bool {
	said := false
	for i := range args {
		switch t := args[i].text(); args[i].name {
		case "chars", "keys", "text", "input":
			said = true
			if t != "" || !args[i].isString() {
				return false
			}
		case "action":
			return t == "screenshot" || t == "wait" || t == "cursor_position"
		}
	}
	return said
}

// environment adds what it means that a call brings variables for its command.
func (s *scan) environment(st *state, args []field) {
	for i := range args {
		if n := args[i].name; n != "env" && n != "environment" && n != "envvars" && n != "environmentvariables" || len(args[i].raw) == 0 {
			continue
		}
		s.at = args[i].at
		if args[i].raw[0] == '{' {
			fields, ok := readFields(nil, args[i].raw, args[i].at)
			for j := range fields {
				s.setenv(st, fields[j].key, known(fields[j].text()), "")
				s.bind(st, binding{name: fields[j].key, val: known(fields[j].text())})
			}
			if ok {
				continue
			}
		}
		if !s.variables(st, args[i]) {
			s.unknown(effect.AnyKind, effect.NoAccess, "")
		}
	}
}

// variables reads a list of NAME=value, and reports whether it was one.
func (s *scan) variables(st *state, f field) bool {
	if f.raw[0] != '[' {
		return string(f.raw) == "null"
	}
	list, ok := readElements(nil, f)
	for i := range list {
		name, val, found := strings.Cut(list[i].text(), "=")
		if !found {
			return false
		}
		s.setenv(st, name, known(val), "")
		s.bind(st, binding{name: name, val: known(val)})
	}
	return ok
}

// shellTool looks at a command given as text or as words.
func (s *scan) shellTool(st state, args []field) {
	for i := range args {
		f := &args[i]
		if !shellArg(f.name) {
			continue
		}
		s.at = f.at
		if f.isString() {
			if t := f.text(); t != "" {
				s.shell(t, st, feed{})
			}
			continue
		}
		if len(f.raw) == 0 || f.raw[0] != '[' {
			if f.raw[0] == '{' {
				s.unknown(effect.Command, effect.Exec, "")
			}
			continue
		}
		s.argv(st, *f)
	}
}

// argv looks at the words of a command: what Codex hands to exec.
func (s *scan) argv(st state, f field) {
	elems, ok := readElements(nil, f)
	base := len(s.words)
	for i := range elems {
		if !elems[i].isString() {
			ok = false
			continue
		}
		t := elems[i].text()
		s.words = append(s.words, word{value: known(t), raw: t})
	}
	if words := s.words[base:]; len(words) > 0 {
		if f.name == "commands" { // each is a command line
			for _, w := range words {
				s.shell(w.text, st, feed{})
			}
		} else {
			s.exec(words, joinRaw(words), st, feed{})
		}
	}
	s.words = s.words[:base]
	if !ok {
		s.unknown(effect.Command, effect.Exec, "")
	}
}

// filePath adds a path that a file tool takes. "~" is the home folder to the
// tools of coding agents, and an ordinary name to others.
func (s *scan) filePath(st *state, text string, access effect.Access, use usage) {
	if rest, ok := strings.CutPrefix(text, "~"); ok && (rest == "" || rest[0] == '/') {
		if s.call.Home == "" || s.call.Server != "" {
			e := effect.Effect{Kind: effect.Path, Access: access, Raw: text}
			if s.call.Home != "" {
				e.Target = clean(s.call.Home + rest)
				if s.secretPath(e.Target, effect.Exact) {
					s.secret(access, "file:"+e.Target, effect.Unknown, text)
				}
			}
			s.add(e)
			return
		}
		text = s.call.Home + rest
	}
	if text == "" {
		return
	}
	s.path(st, known(text), text, access, use)
}

func (s *scan) fileTool(st state, args []field, access effect.Access, use usage) {
	for i := range args {
		if !pathArg(args[i].name) && !(access != effect.Read && dirArg(args[i].name)) && !(access == effect.Read && args[i].name == "include") {
			continue
		}
		s.strings(args[i], func(f field, text string) {
			if f.key != args[i].key && !pathArg(f.name) {
				return // another member of an object in a list of files
			}
			s.at = f.at
			if access == effect.Read && meta(text) >= 0 && (args[i].name == "include" || args[i].name == "paths" || args[i].name == "files") { // read_many_files takes patterns
				s.path(&st, value{text: text, exact: true, glob: true}, text, access, use)
				return
			}
			s.filePath(&st, text, access, use)
		})
	}
}

// editTool looks at editors: one file, several files, or a file in each of a
// list of edits. str_replace_editor also views.
func (s *scan) editTool(st state, args []field) {
	access := effect.Write
	for i := range args {
		if args[i].name == "command" && args[i].isString() {
			if c := args[i].text(); c == "view" || c == "undo_edit" {
				access = effect.Read
			}
		}
	}
	s.fileTool(st, args, access, self)
	for i := range args { // edits: [{"file_path": …}], replacements: [{"filePath": …}]
		if k := args[i].name; k == "edits" || k == "replacements" || k == "changes" {
			s.strings(args[i], func(f field, text string) {
				if pathArg(f.name) {
					s.at = f.at
					s.filePath(&st, text, access, self)
				}
			})
		}
	}
}

func (s *scan) moveTool(st state, name string, args []field) {
	copies := strings.Contains(fold(name), "copy") || fold(name) == "cp"
	for i := range args {
		f := &args[i]
		if !f.isString() {
			continue
		}
		s.at = f.at
		text := f.text()
		switch k := f.name; {
		case strings.Contains(k, "dest") || strings.HasPrefix(k, "to") || strings.HasPrefix(k, "new") || k == "target" || k == "targetpath":
			s.filePath(&st, text, effect.Write, self)
		case strings.Contains(k, "source") || strings.HasPrefix(k, "src") || strings.HasPrefix(k, "from") || strings.HasPrefix(k, "old") || pathArg(f.name):
			s.filePath(&st, text, effect.Read, self)
			if !copies {
				s.filePath(&st, text, effect.Delete, entry)
			}
		}
	}
}

// searchTool looks at tools that list and search: below a folder, by default
// the working folder.
func (s *scan) searchTool(st state, kind toolKind, args []field) {
	found, deep := false, kind == toolSearch
	pattern := field{}
	for i := range args {
		switch args[i].name {
		case "pattern", "globpattern", "glob", "query", "pat":
			if kind == toolList && args[i].isString() {
				pattern = args[i]
			}
		case "recursive":
			deep = deep || args[i].truth()
		}
	}
	for i := range args {
		f := &args[i]
		if !dirArg(f.name) && !pathArg(f.name) {
			continue
		}
		s.strings(*f, func(f field, text string) {
			if text == "" || text == "undefined" || text == "null" {
				return
			}
			found = true
			s.at = f.at
			use := tree
			if kind == toolList && !deep && pattern.key == "" {
				use = self
			}
			s.filePath(&st, text, effect.Read, use)
			if pattern.key != "" && strings.HasPrefix(text, "/") {
				st.dir, st.lost = clean(text), false
			}
		})
	}
	if pattern.key != "" {
		text := pattern.text()
		i := meta(text)
		s.at = pattern.at
		switch {
		case strings.HasPrefix(text, "/") || strings.HasPrefix(text, "~") || strings.Contains(text, "../"):
			found = true
			if i >= 0 {
				s.path(&st, value{text: text, exact: true, glob: true}, text, effect.Read, self)
			} else {
				s.filePath(&st, text, effect.Read, self)
			}
		case !found && i < 0 && strings.Contains(text, "/"):
			found = true
			s.filePath(&st, text, effect.Read, tree)
		}
	}
	if !found {
		s.at = ""
		s.path(&st, known("."), "", effect.Read, tree)
	}
}

func (s *scan) fetchTool(st state, kind toolKind, name string, args []field) {
	d := effect.In
	verb := fold(name)
	if strings.HasPrefix(verb, "post") || strings.HasPrefix(verb, "upload") {
		d = effect.Out
	}
	for i := range args {
		switch k := args[i].name; k {
		case "method":
			if m := strings.ToUpper(args[i].text()); m != "GET" && m != "HEAD" && m != "OPTIONS" && m != "" {
				d = effect.Out
			}
		case "body", "data", "json", "formdata", "payload":
			if len(args[i].raw) > 2 {
				d = effect.Out
			}
		}
	}
	for i := range args {
		f := args[i]
		switch {
		case urlArg(f.name):
			s.strings(f, func(f field, text string) {
				s.at = f.at
				s.url(known(text), text, d)
			})
		case f.name == "prompt" && name == "web_fetch": // Gemini takes addresses inside of a prompt
			s.at = f.at
			s.urlsIn(f.text(), d)
		case (pathArg(f.name) || placeArg(f.name) && placeLike(f.text())) && (strings.Contains(verb, "download") || destinationArg(f.name)):
			s.at = f.at
			s.filePath(&st, f.text(), effect.Write, self)
		case kind == toolBrowser: // steps as a text: goto('https://…')
			s.strings(f, func(f field, text string) {
				s.at = f.at
				s.urlsIn(text, d)
			})
		}
	}
}

// urlsIn adds the addresses in a text.
func (s *scan) urlsIn(text string, d effect.Direction) {
	n := 0
	for w := range strings.FieldsSeq(text) {
		i := strings.Index(w, "http://")
		if i < 0 {
			i = strings.Index(w, "https://")
		}
		if i < 0 {
			continue
		}
		if n++; n > 64 {
			s.limit()
			return
		}
		u := strings.TrimRight(w[i:], ".,;:!?)]}>\"'`")
		s.url(known(u), u, d)
	}
}

func (s *scan) codeTool(st state, name string, args []field) {
	lang := "python"
	if strings.Contains(fold(name), "javascript") || fold(name) == "browserevaluate" || fold(name) == "evaluate" {
		lang = "javascript"
	}
	for i := range args {
		switch args[i].name {
		case "language", "lang", "kernel":
			lang = strings.ToLower(args[i].text())
		}
	}
	for i := range args {
		switch args[i].name {
		case "code", "source", "script", "function", "input", "program", "snippet", "cell", "command":
			if !args[i].isString() {
				continue
			}
			s.at = args[i].at
			t := args[i].text()
			if lang == "bash" || lang == "sh" || lang == "shell" {
				s.shell(t, st, feed{})
				continue
			}
			c := &cmd{scan: s, st: st}
			c.inlineCode(lang, known(t), "")
			if len(s.found()) == 0 { // trivial: it still runs
				s.code(inline, effect.Exact, "")
			}
		}
	}
}

func (s *scan) sqlTool(st state, kind toolKind, args []field) {
	found := false
	db := ""
	for i := range args {
		if k := args[i].name; (k == "database" || k == "db" || k == "schema" || k == "dbname") && args[i].isString() {
			db = strings.ToLower(args[i].text())
		}
	}
	for i := range args {
		f := args[i]
		if !f.isString() && len(f.raw) > 0 && f.raw[0] != '[' {
			continue
		}
		switch k := f.name; k {
		case "sql", "query", "statement", "queries", "sqlquery", "command":
			s.strings(f, func(f field, text string) {
				found = true
				s.at = f.at
				s.sqlText(&st, text, db, "")
			})
		case "table", "tablename", "tables", "objectname":
			s.strings(f, func(f field, text string) {
				found = true
				s.at = f.at
				p := sqlReader{scan: s, db: db}
				p.data(effect.Read, text, effect.Exact)
			})
		case "path", "dbpath", "databasepath", "file":
			s.at = f.at
			s.filePath(&st, f.text(), effect.Write, self)
		}
	}
	if !found && kind == toolSQLRead {
		s.at = ""
		p := sqlReader{scan: s, db: db}
		p.data(effect.Read, "information_schema", effect.Exact)
	}
}

// gitTool looks at the tools of git servers: they are git commands.
func (s *scan) gitTool(st state, name string, args []field) {
	sub := strings.TrimPrefix(fold(name), "git")
	words := []word{{value: known("git"), raw: "git"}}
	add := func(t string) { words = append(words, word{value: known(t), raw: t}) }
	dir := ""
	for i := range args {
		if k := args[i].name; (k == "repopath" || k == "path" || k == "repository" || k == "cwd") && args[i].isString() {
			dir = args[i].text()
		}
	}
	if dir != "" {
		add("-C")
		add(dir)
	}
	switch sub {
	case "diffunstaged", "diffstaged":
		sub = "diff"
	case "createbranch":
		sub = "branch"
	}
	add(sub)
	var rest []field
	for i := range args {
		switch k := args[i].name; k {
		case "repopath", "path", "cwd", "repository":
			if !args[i].isString() || args[i].text() != dir { // which folder the server takes is not known
				rest = append(rest, args[i])
			}
		case "files", "file", "paths", "target", "revision", "branchname", "basebranch", "remote", "branch", "url", "ref", "startpoint":
			s.strings(args[i], func(_ field, text string) {
				if strings.HasPrefix(text, "-") { // the servers hand it to git as it is
					s.unknown(effect.AnyKind, effect.NoAccess, text)
					return
				}
				add(text)
			})
		case "force":
			if args[i].truth() {
				add("--force")
			}
		default:
			if sub == "clone" && placeArg(k) && args[i].isString() && placeLike(args[i].text()) {
				s.at = args[i].at
				s.filePath(&st, args[i].text(), effect.Write, self)
				continue
			}
			rest = append(rest, args[i])
		}
	}
	if sub == "commit" {
		words = words[:min(len(words), 4)]
	}
	s.at = ""
	s.exec(words, "", st, feed{})
	access, d := promise(name)
	s.judge(rest, access, d) // what this git server takes besides
}
