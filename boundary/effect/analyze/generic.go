package analyze

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Tools that nobody described are judged by the names and values of their
// arguments. The words of the tool's own name say only in which direction data
// flows and how strongly, and only raise: no name makes a call harmless.

// server is how targets name the owner of the tool's data.
func (s *scan) server() string {
	if s.call.Server != "" {
		return s.call.Server
	}
	return "tool"
}

// item adds a thing of the server's own: "<server>:<collection>/<value>".
func (s *scan) item(collection, value string, access effect.Access, d effect.Direction) {
	value = strings.TrimSpace(value)
	if value == "" || value == "null" {
		return
	}
	if len(value) > 200 {
		value = value[:200]
	}
	s.add(effect.Effect{Kind: effect.Data, Access: access, Target: s.server() + ":" + collection + "/" + strings.ToValidUTF8(value, "\uFFFD"), Raw: value, Certainty: effect.Exact, Direction: d})
}

// verb returns what a word promises that stands first in names of tools, NoAccess for others.
func verb(word string) (effect.Access, effect.Direction) {
	switch word {
	case "get", "list", "read", "search", "find", "fetch", "view", "show", "describe", "query", "lookup", "check", "count", "browse", "retrieve", "load", "download", "analyze",
		"summarize", "explain", "resolve", "inspect", "clone", "pull", "peek", "watch", "monitor", "compare", "diff", "validate", "verify", "test", "estimate", "preview", "export", "scan", "identify",
		"recommend", "translate", "calculate", "compute", "current", "most", "all", "is", "has", "who", "what", "when", "where":
		return effect.Read, effect.In
	case "create", "add", "update", "set", "write", "edit", "modify", "put", "insert", "append", "save", "schedule", "book", "reserve", "assign", "move", "rename", "copy", "merge",
		"approve", "patch", "upsert", "register", "enable", "disable", "start", "stop", "restart", "close", "reopen", "open", "label", "tag", "mark", "pin", "change", "replace", "import",
		"sync", "restore", "configure", "toggle", "activate", "make", "generate", "build", "apply", "rate", "follow", "like", "star", "subscribe", "join", "leave", "buy", "order",
		"purchase", "lock", "unlock", "exchange", "redirect", "checkout", "reschedule", "rebook", "reassign", "renew", "reset", "refund", "redeem", "return", "request", "extend", "postpone",
		"upgrade", "downgrade", "swap", "switch", "attach", "detach", "link", "unlink", "block", "unblock", "mute", "unmute", "accept", "decline", "confirm", "adjust", "increase", "decrease",
		"install", "reboot", "commit", "fork", "vote", "sell":
		return effect.Write, effect.Out
	case "send", "post", "reply", "comment", "upload", "publish", "email", "message", "notify", "tweet", "forward", "submit", "pay", "transfer", "push", "deploy", "announce", "broadcast",
		"call", "dial", "invite", "share", "donate", "withdraw", "deposit", "resend":
		return effect.Write, effect.Out
	case "delete", "remove", "cancel", "destroy", "drop", "purge", "clear", "erase", "unsubscribe", "unassign", "archive", "trash", "terminate", "kill", "uninstall", "reject", "dismiss",
		"revert", "ban", "kick", "rollback":
		return effect.Delete, effect.Out
	case "grant", "revoke", "authorize", "permit", "promote", "demote", "impersonate", "login", "authenticate", "elevate":
		return effect.Grant, effect.Out
	case "run", "execute", "exec", "eval", "evaluate", "invoke", "trigger", "launch":
		return effect.Exec, effect.Out
	}
	return effect.NoAccess, effect.NoDirection
}

// alsoNoun reports whether a verb names a thing as well: what stands behind a word that
// looks is that thing, in read_email and get_merge_request.
func alsoNoun(word string) bool {
	switch word {
	case "order", "book", "email", "message", "post", "comment", "tweet", "reply", "call", "label", "tag", "star", "rate", "schedule", "merge", "patch", "build", "open", "import",
		"upload", "transfer", "deposit", "exchange", "lock", "archive", "trash", "trigger", "run",
		"checkout", "refund", "return", "request", "upgrade", "swap", "switch", "link", "block", "commit", "fork", "vote", "reset", "pull", "clone", "rollback", "ban":
		return true
	}
	return false
}

// onlyLooks reports whether a word at the head of a name says that the tool looks,
// and cannot say what it tries.
func onlyLooks(word string) bool {
	switch word {
	case "get", "list", "read", "search", "find", "fetch", "view", "show", "describe", "query", "lookup", "count", "browse", "retrieve":
		return true
	}
	return false
}

// promise is what a tool's name says it does: the strongest of its verbs.
func promise(name string) (effect.Access, effect.Direction) {
	access, d := effect.NoAccess, effect.NoDirection
	n, looks, joined := 0, false, false
	for w := range nameWords(name) {
		if n++; n > 8 {
			break
		}
		switch {
		case w == "and" || w == "or" || w == "then":
			looks, joined = false, true
			continue
		case n == 1:
			looks = onlyLooks(w)
		case looks && alsoNoun(w):
			continue
		}
		if a, to := verb(w); a > access && (n <= 2 || joined || access == effect.NoAccess) {
			access, d = a, to
		}
		joined = false
	}
	return access, d
}

// nameWords yields the words of a name in lower case: snake, kebab and camel.
func nameWords(name string) func(func(string) bool) {
	return func(yield func(string) bool) {
		start := 0
		for i := 0; i <= len(name); i++ {
			var c byte
			if i < len(name) {
				c = name[i]
			}
			upper := 'A' <= c && c <= 'Z'
			sep := i == len(name) || !letter(c) && (c < '0' || c > '9')
			if sep || upper && i > start && ('a' <= name[i-1] && name[i-1] <= 'z' || i+1 < len(name) && 'a' <= name[i+1] && name[i+1] <= 'z') {
				if i > start && !yield(strings.ToLower(name[start:i])) {
					return
				}
				start = i
				if sep {
					start = i + 1
				}
			}
		}
	}
}

// noun is a tool's name without its verbs: what its calls are about.
func noun(name string) string {
	var b strings.Builder
	for w := range nameWords(name) {
		if a, _ := verb(w); a != effect.NoAccess && b.Len() == 0 {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(w)
	}
	if b.Len() == 0 {
		return strings.ToLower(name)
	}
	return b.String()
}

// generic looks at a tool that nobody described.
func (s *scan) generic(args []field) {
	before := len(s.dst)
	access, d := promise(s.call.Tool)
	if access == effect.NoAccess && tellsChange(args) {
		access, d = effect.Write, effect.Out
	}
	if !s.asProgram(args, access, d) {
		s.judge(args, access, d)
	}
	if s.told || len(s.dst) > before && effect.Strongest(s.dst[before:]) >= access {
		return
	}
	if access >= effect.Write { // it changes something, and no argument says what
		s.at = ""
		s.add(effect.Effect{Kind: effect.Data, Access: access, Target: s.server() + ":" + noun(s.call.Tool), Certainty: effect.Exact, Direction: d})
	}
}

// tellsChange reports whether arguments say that a call changes something, where the
// tool's name does not: what shall be new, or what it is paid with.
func tellsChange(args []field) bool {
	for i := range args {
		switch name := args[i].name; name {
		case "paymentmethod", "paymentmethodid", "creditcard", "cardnumber":
			return true
		case "newest", "newestfirst", "news", "newsletter", "newline", "newlines":
		default:
			if strings.HasPrefix(name, "new") && len(name) > len("new") {
				return true
			}
		}
	}
	return false
}

// asProgram looks at a tool that is called like a program and takes its arguments
// as a list: kubectl with ["delete", "ns", "prod"].
func (s *scan) asProgram(args []field, access effect.Access, d effect.Direction) bool {
	for i := range args {
		switch args[i].name {
		case "args", "arguments", "argv", "params", "parameters", "subcommand":
			if len(args[i].raw) == 0 || args[i].raw[0] != '[' {
				continue
			}
			name := strings.ToLower(s.call.Tool[strings.LastIndexAny(s.call.Tool, "_-./:")+1:])
			if name == "" || specOf(name).row == nil {
				return false
			}
			elems, ok := readElements(nil, args[i])
			words := []word{{value: known(name), raw: name}}
			for j := range elems {
				t := elems[j].text()
				ok = ok && elems[j].isString()
				words = append(words, word{value: known(t), raw: t})
			}
			s.at = args[i].at
			if !ok {
				s.unknown(effect.AnyKind, effect.NoAccess, "")
			}
			s.exec(words, joinRaw(words), s.start(), feed{})
			rest := append(args[:i:i], args[i+1:]...)
			s.judge(rest, access, d)
			return true
		}
	}
	return false
}

// contentArg reports whether arguments of that name hold prose, numbers and choices.
func contentArg(name string) bool {
	switch name {
	case "content", "body", "text", "description", "title", "subject", "message", "prompt", "summary", "comment", "note", "notes", "reason", "explanation", "thought", "todos", "limit",
		"offset", "page", "perpage", "pagesize", "maxresults", "count", "n", "num", "size", "timeout", "format", "language", "lang", "sort", "order", "orderby", "sortby", "direction",
		"starttime", "endtime", "start", "end", "date", "time", "day", "startdate", "enddate", "startday", "endday", "since", "until", "amount", "price", "currency", "quantity", "recurring",
		"recursive", "verbose", "dryrun", "priority", "severity", "state", "status", "type", "kind", "mode", "color", "icon", "oldstring", "newstring", "replaceall", "caption", "alt",
		"cursor", "fields", "filter", "query", "q", "keywords", "regex", "encoding", "width", "height", "temperature", "model", "details", "instructions", "question", "answer", "options",
		"location", "city", "country", "street", "address1", "zip", "category", "tags", "labels", "intent", "goal", "plan", "task", "steps":
		return true
	}
	return false
}

// itemOf says of arguments of a name that name things of the server's own how these are
// called: people and accounts by one word each, whatever the argument is.
func itemOf(name string) string {
	switch name {
	case "channel", "thread", "account", "user", "customer", "ticket", "issue", "project", "team", "workspace", "key", "id", "name", "database", "collection", "index", "table", "bucket",
		"queue", "topic", "group", "role", "order", "invoice", "transaction", "payment", "subscription", "hotel", "restaurant", "company", "phone", "branch", "page", "device", "instance",
		"cluster", "namespace", "service", "environment":
		return name
	case "eventid", "calendarid", "ticketid", "teamid", "workspaceid", "databaseid", "groupid", "orderid", "invoiceid", "transactionid", "paymentid", "subscriptionid", "pageid",
		"blockid", "boardid", "listid", "cardid", "dashboardid", "deviceid", "instanceid":
		return strings.TrimSuffix(name, "id")
	case "channels", "channelid", "channelname", "room", "chat", "chatid", "conversation":
		return "channel"
	case "threadts":
		return "thread"
	case "recipient", "recipients", "to", "cc", "bcc", "payee", "accountid", "accountnumber", "iban", "beneficiary", "receiver", "sender", "from":
		return "account"
	case "userid", "username", "useremail", "users", "member", "members", "assignee", "assignees", "participant", "participants", "attendees", "attendee", "owner", "author", "email",
		"emails", "emailaddress", "contact", "person":
		return "user"
	case "customerid", "customeremail", "patient", "client":
		return "customer"
	case "fileid", "documentid", "docid", "attachment", "attachments", "filename":
		return "file"
	case "emailid", "messageid", "messagets":
		return "email"
	case "issueid", "issuekey", "issuenumber":
		return "issue"
	case "pullnumber", "prnumber":
		return "pull"
	case "projectid", "projectkey":
		return "project"
	case "ids", "uuid":
		return "id"
	case "names":
		return "name"
	case "tablename":
		return "table"
	case "companyname":
		return "company"
	case "phonenumber":
		return "phone"
	case "spaceid", "spacekey":
		return "space"
	}
	return ""
}

// hostArg reports whether arguments of that name hold hosts.
func hostArg(name string) bool {
	switch name {
	case "host", "hostname", "server", "domain", "ip", "ipaddress", "fqdn", "targethost", "remotehost":
		return true
	}
	return false
}

// judge looks at arguments by their names and values. The tool's name promises access
// and d.
func (s *scan) judge(args []field, access effect.Access, d effect.Direction) {
	repo := s.forgeArgs(args, access, d)
	for i := range args {
		f := args[i]
		name := f.name
		if repo && (pathArg(name) || name == "owner" || name == "repo" || name == "repository" || name == "reponame" || name == "org" || name == "branch" || name == "ref") {
			continue
		}
		if (name == "command" || name == "cmd") && len(f.raw) > 0 && f.raw[0] == '[' {
			s.at = f.at
			s.told = true
			s.argv(s.start(), f)
			continue
		}
		s.leaves(f, 0, func(f field) {
			s.at = f.at
			s.value(f, access, d)
		})
		if kind := itemOf(name); kind != "" && len(f.raw) > 0 && ('0' <= f.raw[0] && f.raw[0] <= '9' || f.raw[0] == '-') {
			s.at = f.at
			s.item(kind, string(f.raw), access, d)
		}
	}
}

// forgeArgs adds the repository that owner and repo name together.
func (s *scan) forgeArgs(args []field, access effect.Access, d effect.Direction) bool {
	owner, repo, ref, at := "", "", "", ""
	for i := range args {
		if !args[i].isString() {
			continue
		}
		switch args[i].name {
		case "owner", "org", "organization":
			owner = args[i].text()
		case "repo", "repository", "reponame", "projectpath", "repofullname":
			repo, at = args[i].text(), args[i].at
		case "branch":
			ref = args[i].text()
		}
	}
	if repo == "" || owner == "" && strings.Count(repo, "/") == 0 {
		return false
	}
	host := "github.com/"
	if strings.Contains(s.call.Server, "gitlab") || strings.Contains(strings.ToLower(s.call.Tool), "gitlab") {
		host = "gitlab.com/"
	} else if strings.Contains(s.call.Server, "bitbucket") {
		host = "bitbucket.org/"
	}
	text := repo
	if owner != "" && !strings.Contains(repo, "/") {
		text = owner + "/" + repo
	}
	if !strings.ContainsAny(text, ":@") && strings.Count(text, "/") < 3 && strings.IndexByte(strings.SplitN(text, "/", 2)[0], '.') < 0 {
		text = host + text
	}
	if ref != "" && !strings.HasPrefix(ref, "refs/") {
		ref = "refs/heads/" + ref
	}
	if access < effect.Write {
		ref = ""
	}
	s.at = at
	r := parseRemote(text)
	if r.repo == "" {
		s.add(effect.Effect{Kind: effect.Repo, Access: access, Raw: text, Direction: d})
		return true
	}
	s.repoNamed(r.repo, ref, text, access, r.sure, d)
	return true
}

// maxShort bounds what may name something, in bytes: it is one line, too.
const maxShort = 512

// value looks at one string.
func (s *scan) value(f field, access effect.Access, d effect.Direction) {
	name, holds := f.name, formOf(f.name)
	if holds == anyForm && f.prose && !bytes.Contains(f.raw, []byte(beginPatch)) {
		return // no name of anything, and not decoded to see that
	}
	text := f.text()
	if text == "" {
		return
	}
	start := func() *state { // where a command would begin
		st := s.start()
		return &st
	}
	isContent := contentArg(name)
	kind := itemOf(name)
	short := len(text) <= maxShort && strings.IndexByte(text, '\n') < 0
	scheme, hasScheme := "", false
	if short {
		scheme, _, hasScheme = strings.Cut(text, "://")
	}
	switch {
	case holds == secretForm:
		s.secret(max(access, effect.Write), "store:"+s.server()+"/"+name, effect.Exact, "")
	case hasScheme && schemeLike(scheme) && !strings.Contains(text, " "):
		switch strings.ToLower(scheme) {
		case "postgres", "postgresql", "mysql", "mongodb", "mongodb+srv", "redis", "rediss", "amqp", "amqps":
			c := &cmd{scan: s, st: s.start()}
			c.dbURL(word{value: known(text), raw: ""})
		case "ssh", "git", "git+ssh":
			s.repo(start(), known(text), "", text, max(access, effect.Read), d)
		default:
			s.url(known(text), text, d)
		}
	case short && urlArg(name) && (strings.ContainsAny(text, "./:") || text == "localhost") && !strings.Contains(text, " "):
		s.url(known(text), text, d)
	case holds == shellForm:
		s.told = true
		s.shell(text, s.start(), feed{})
	case holds == sqlForm, holds == queryForm && sqlLike(text):
		s.told = true
		s.sqlText(start(), text, "", "")
	case holds == programForm, holds == textForm && access == effect.Exec:
		s.code(inline, effect.Exact, "")
	case holds == keysForm:
		s.code(inline, effect.Unknown, "") // typed into whatever runs there
	case short && !isContent && text[0] == '{' && nested(text):
		fields, ok := readFields(nil, []byte(text), s.at)
		if !ok {
			s.unknown(effect.AnyKind, effect.NoAccess, "")
			return
		}
		s.judge(fields, access, d) // shorter each time
	case holds == patchForm, isPatch(text):
		s.patch(start(), text)
	case short && hostArg(name) && hostLike(text):
		s.host(known(text), text, d)
	case short && strings.HasPrefix(text, "git@") && strings.Contains(text, ":"):
		s.repo(start(), known(text), "", text, max(access, effect.Read), d)
	case short && emailLike(text):
		s.item("user", strings.ToLower(text), access, d)
	case short && ibanLike(text):
		s.item("account", text, access, d)
	case short && kind == "" && pathArg(name) || short && !isContent && absolutePath(text) || short && placeArg(name) && placeLike(text):
		if destinationArg(name) {
			access = max(access, effect.Write)
		}
		if s.call.Server != "" && !s.call.Local && !absolutePath(text) {
			s.item("path", text, access, d)
			return
		}
		s.filePath(start(), text, access, self)
	case kind != "" && short:
		s.item(kind, text, access, d)
	case isContent:
	case short && (strings.HasSuffix(name, "id") || strings.HasSuffix(name, "ids") || strings.HasSuffix(name, "name") || strings.HasSuffix(name, "names")) && len(text) <= 128:
		n := strings.TrimSuffix(strings.TrimSuffix(name, "s"), "name")
		n = strings.TrimSuffix(n, "id")
		s.item(orElse(n, name), text, access, d)
	}
}

// placeArg reports whether arguments of that name may hold paths: a folder of mails is
// called by a name too.
func placeArg(name string) bool {
	for _, end := range [...]string{"path", "paths", "dir", "directory", "folder", "file"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// placeLike reports whether text is written as paths are.
func placeLike(t string) bool {
	return strings.ContainsAny(t, `/\`) || strings.HasPrefix(t, "~") || t == "." || t == ".."
}

// destinationArg reports whether something is put where arguments of that name say,
// whatever the tool is called: what is downloaded is saved.
func destinationArg(name string) bool {
	if !placeArg(name) {
		return name == "dest" || name == "destination" || name == "saveto" || name == "saveas"
	}
	for _, begin := range [...]string{"save", "output", "out", "dest", "download"} {
		if strings.HasPrefix(name, begin) {
			return true
		}
	}
	return false
}

func absolutePath(t string) bool {
	return len(t) > 1 && (t[0] == '/' && t[1] != '/' && !strings.ContainsAny(t, " ") && strings.Count(t, "/") > 1 || strings.HasPrefix(t, "~/") || strings.HasPrefix(t, "./") || strings.HasPrefix(t, "../") ||
		len(t) > 3 && t[1] == ':' && (t[2] == '\\' || t[2] == '/') && letter(t[0]) || strings.HasPrefix(t, `\\`))
}

// A form is what an argument holds by its name, however long it is.
type form uint8

const (
	anyForm     form = iota
	secretForm       // a secret that is set
	shellForm        // a command
	sqlForm          // statements
	queryForm        // statements, if it looks like them
	programForm      // code
	textForm         // code, if the tool runs something
	keysForm         // what is typed
	patchForm
)

func formOf(name string) form {
	switch name {
	case "password", "newpassword", "oldpassword", "passwd", "passphrase", "secret", "secretkey", "privatekey", "apikey", "accesstoken", "authtoken", "token", "clientsecret", "credential",
		"credentials", "pin":
		return secretForm
	case "command", "cmd", "shellcommand", "commandline", "bashcommand":
		return shellForm
	case "sql", "statement", "sqlquery", "sqlstatement":
		return sqlForm
	case "query", "q", "queries", "input":
		return queryForm
	case "javascript", "js", "pythoncode", "jscode":
		return programForm
	case "code", "script", "expression", "function", "program", "source", "snippet":
		return textForm
	case "keys", "chars", "keystrokes", "stdin":
		return keysForm
	case "patch", "diff":
		return patchForm
	}
	return anyForm
}

// nested reports whether text is a JSON object: some clients put one into a string.
func nested(text string) bool { return json.Valid([]byte(text)) }

// sqlLike reports whether text is SQL.
func sqlLike(text string) bool {
	if len(text) > 64 {
		text = strings.TrimLeft(text, " \t\r\n(") // blanks in front are no disguise
	}
	up := strings.ToUpper(strings.TrimLeft(text[:min(len(text), 64)], " \t\r\n(/*-"))
	verb, rest, ok := strings.Cut(up, " ")
	if !ok {
		return false
	}
	whole := strings.ToUpper(text[:min(len(text), 4096)])
	switch verb {
	case "SELECT", "WITH":
		return strings.Contains(whole, "FROM") || strings.Contains(whole, "SELECT")
	case "INSERT", "REPLACE":
		return strings.HasPrefix(rest, "INTO") || strings.Contains(whole, " INTO ")
	case "UPDATE":
		return strings.Contains(whole, " SET ")
	case "DELETE":
		return strings.HasPrefix(rest, "FROM")
	case "DROP", "CREATE", "ALTER", "TRUNCATE":
		return strings.Contains(whole, "TABLE") || strings.Contains(whole, "VIEW") || strings.Contains(whole, "INDEX") || strings.Contains(whole, "DATABASE") || strings.Contains(whole, "SCHEMA") || strings.Contains(whole, "USER") || strings.Contains(whole, "ROLE")
	case "GRANT", "REVOKE":
		return strings.Contains(whole, " ON ") || strings.Contains(whole, " TO ")
	case "COPY":
		what := strings.Fields(rest)
		return strings.ContainsAny(rest, "(;") || len(what) > 1 && (what[1] == "TO" || what[1] == "FROM")
	case "UNLOAD", "LOAD":
		return strings.ContainsAny(rest, "(;") || strings.HasPrefix(rest, "DATA ") || strings.Contains(whole, "INFILE")
	case "EXPLAIN":
		return strings.Contains(whole, "SELECT") || strings.Contains(whole, "DELETE") || strings.Contains(whole, "UPDATE") || strings.Contains(whole, "INSERT")
	case "CALL", "EXEC", "EXECUTE", "PRAGMA", "ATTACH", "VACUUM", "MERGE", "LOCK", "REINDEX", "COMMENT":
		return strings.ContainsAny(rest, "(=';") || strings.Contains(whole, " INTO ") || strings.Contains(whole, "TABLE") || strings.Contains(whole, "DATABASE")
	case "DO":
		return strings.Contains(whole, "$$") || strings.Contains(whole, "BEGIN")
	case "SET":
		return strings.ContainsAny(rest, "=") || strings.HasPrefix(rest, "ROLE")
	}
	return false
}

func hostLike(t string) bool {
	if strings.ContainsAny(t, " /@") {
		return false
	}
	h, _ := Host(t)
	return h != "" && (strings.ContainsAny(h, ".:") || h == "localhost")
}

func emailLike(t string) bool {
	local, domain, ok := strings.Cut(t, "@")
	return ok && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(t, " /:,;<>()") && !strings.Contains(domain, "@")
}

// ibanLike reports whether t is an international bank account number by its shape.
func ibanLike(t string) bool {
	if len(t) < 15 || len(t) > 42 {
		return false
	}
	n := 0
	for i := range len(t) {
		switch c := t[i]; {
		case c == ' ':
			continue
		case n < 2 && (c < 'A' || c > 'Z'), n >= 2 && n < 4 && (c < '0' || c > '9'), (c < 'A' || c > 'Z') && (c < '0' || c > '9'):
			return false
		}
		n++
	}
	return n >= 15 && n <= 34
}
