package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// SQL is read by a tokenizer that knows strings, comments and quoted names, and
// by where table names stand; it is no parser. Dialects disagree about
// backslashes in strings and about "#": a text that has such is read both ways,
// since what one server takes for a string the other runs.

const (
	maxSQL    = 256 << 10
	maxTables = 64
)

// sqlDialect is how one reading of a text goes.
type sqlDialect struct{ backslash, hash bool }

// sqlToken is one word, name, string or sign.
type sqlToken struct {
	text string // of words in upper case
	raw  string // as written, without quotes
	kind byte   // 'w' word, 'n' quoted name, 's' string, or the sign itself
}

// sqlText adds what a SQL text touches in the database db ("" if not known).
func (s *scan) sqlText(st *state, text, db, raw string) {
	if len(text) > maxSQL {
		s.limit()
		return
	}
	dialects := [4]sqlDialect{{}, {backslash: true}, {hash: true}, {backslash: true, hash: true}}
	slash, hash := strings.Contains(text, `\'`) || strings.Contains(text, `\"`), strings.IndexByte(text, '#') >= 0
	for _, d := range dialects {
		if d.backslash && !slash || d.hash && !hash {
			continue
		}
		p := sqlReader{scan: s, st: st, db: db, raw: raw, text: text, dialect: d}
		p.run()
	}
}

// sql adds what the SQL text v touches.
func (c *cmd) sql(v value, raw string) { c.sqlIn(v, "", raw) }

func (c *cmd) sqlIn(v value, db, raw string) {
	if !v.exact || v.glob && v.text == "" {
		c.unknown(effect.Data, effect.NoAccess, raw) // what is put in may end the statement
	}
	c.sqlText(&c.st, v.text, db, raw)
}

type sqlReader struct {
	*scan
	st      *state
	db, raw string
	text    string
	dialect sqlDialect
	i       int
	toks    []sqlToken
	ctes    map[string]bool
	tables  int
}

// next reads one token; kind 0 is the end.
func (p *sqlReader) next() sqlToken {
	t := p.text
	for p.i < len(t) {
		ch := t[p.i]
		switch {
		case ch <= ' ':
			p.i++
		case strings.HasPrefix(t[p.i:], "--"), ch == '#' && p.dialect.hash:
			p.i = lineEnd(t, p.i)
		case strings.HasPrefix(t[p.i:], "/*!"), strings.HasPrefix(t[p.i:], "/*M!"), strings.HasPrefix(t[p.i:], "/*+"):
			// MySQL runs what is in here.
			p.i += 3
			for p.i < len(t) && (t[p.i] == '!' || '0' <= t[p.i] && t[p.i] <= '9') {
				p.i++
			}
		case strings.HasPrefix(t[p.i:], "*/"):
			p.i += 2
		case strings.HasPrefix(t[p.i:], "/*"):
			n := strings.Index(t[p.i+2:], "*/")
			if n < 0 {
				p.i = len(t)
			} else {
				p.i += n + 4
			}
		case ch == '\'':
			return p.quoted('\'', 's')
		case ch == '"':
			return p.quoted('"', 'n')
		case ch == '`':
			return p.quoted('`', 'n')
		case ch == '[' && p.i+1 < len(t) && (letter(t[p.i+1]) || t[p.i+1] == '_'):
			if n := strings.IndexByte(t[p.i:], ']'); n > 0 {
				tok := sqlToken{raw: t[p.i+1 : p.i+n], kind: 'n'}
				p.i += n + 1
				return tok
			}
			p.i++
		case ch == '$':
			if tok, ok := p.dollar(); ok {
				return tok
			}
			p.i++
			return sqlToken{kind: '$'}
		case letter(ch) || ch == '_' || ch >= 0x80 || ch == '@':
			from := p.i
			for p.i < len(t) && (letter(t[p.i]) || t[p.i] == '_' || t[p.i] == '$' || t[p.i] == '@' || t[p.i] == '#' && !p.dialect.hash || t[p.i] >= 0x80 || '0' <= t[p.i] && t[p.i] <= '9') {
				p.i++
			}
			w := t[from:p.i]
			return sqlToken{text: strings.ToUpper(w), raw: w, kind: 'w'}
		default:
			p.i++
			return sqlToken{kind: ch, raw: t[p.i-1 : p.i]}
		}
	}
	return sqlToken{}
}

func (p *sqlReader) quoted(q, kind byte) sqlToken {
	from := p.i + 1
	for p.i++; p.i < len(p.text); p.i++ {
		switch {
		case p.text[p.i] == '\\' && p.dialect.backslash:
			p.i++
		case p.text[p.i] == q:
			if p.i+1 < len(p.text) && p.text[p.i+1] == q {
				p.i++
				continue
			}
			tok := sqlToken{raw: p.text[from:p.i], kind: kind}
			p.i++
			return tok
		}
	}
	return sqlToken{raw: p.text[min(from, len(p.text)):], kind: kind}
}

// dollar reads $tag$ … $tag$.
func (p *sqlReader) dollar() (sqlToken, bool) {
	rest := p.text[p.i+1:]
	n := strings.IndexByte(rest, '$')
	if n < 0 || n > 32 {
		return sqlToken{}, false
	}
	for i := range n {
		if ch := rest[i]; !letter(ch) && ch != '_' && (ch < '0' || ch > '9' || i == 0) {
			return sqlToken{}, false
		}
	}
	tag := p.text[p.i : p.i+n+2]
	end := strings.Index(p.text[p.i+len(tag):], tag)
	if end < 0 {
		return sqlToken{}, false
	}
	tok := sqlToken{raw: p.text[p.i+len(tag) : p.i+len(tag)+end], kind: 's'}
	p.i += 2*len(tag) + end
	return tok, true
}

// run reads statement after statement.
func (p *sqlReader) run() {
	p.ctes = map[string]bool{}
	for !p.full {
		p.toks = p.toks[:0]
		more := false
		for {
			t := p.next()
			if t.kind == 0 {
				break
			}
			if t.kind == ';' {
				more = true
				break
			}
			if p.clientCommand(t) {
				continue
			}
			p.toks = append(p.toks, t)
		}
		if len(p.toks) > 0 {
			p.statement()
		}
		if !more {
			return
		}
	}
}

// clientCommand looks at commands of psql and sqlite3 that stand on a line of
// their own: "\! cmd", ".shell cmd", "\copy", ".output file".
func (p *sqlReader) clientCommand(t sqlToken) bool {
	if t.kind != '\\' && t.kind != '.' || len(p.toks) > 0 && strings.LastIndexByte(p.text[:p.i-1], '\n') < 0 && t.kind == '.' {
		return false
	}
	before := p.text[:p.i-1]
	if t.kind == '.' && strings.TrimSpace(before[strings.LastIndexByte(before, '\n')+1:]) != "" {
		return false
	}
	end := lineEnd(p.text, p.i)
	line := strings.TrimSpace(p.text[p.i:end])
	p.i = end
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	file := strings.Trim(strings.SplitN(rest+" ", " ", 2)[0], `'"`)
	switch strings.ToLower(word) {
	case "!", "shell", "system":
		c := &cmd{scan: p.scan, st: *p.st, in: feed{kind: feedAny}}
		c.text(known(rest), p.raw)
	case "i", "ir", "include", "read", "restore", "import", "load", "open":
		if word == "load" {
			p.code(plugin, effect.Unknown, p.raw)
			return true
		}
		p.path(p.st, known(file), p.raw, effect.Read, self)
		if word == "i" || word == "ir" || word == "read" || word == "include" || word == "restore" {
			p.unknown(effect.Data, effect.NoAccess, p.raw)
		}
	case "o", "out", "output", "once", "excel", "backup", "save", "dump", "clone", "log", "w":
		if word == "dump" {
			p.data(effect.Read, "", effect.Prefix)
			return true
		}
		if cmdText, ok := strings.CutPrefix(rest, "|"); ok {
			c := &cmd{scan: p.scan, st: *p.st, in: feed{kind: feedAny}}
			c.text(known(cmdText), p.raw)
			return true
		}
		if file != "" && file != "stdout" {
			p.path(p.st, known(file), p.raw, effect.Write, self)
		}
	case "copy":
		if i := strings.Index(strings.ToUpper(rest), "PROGRAM"); i >= 0 {
			c := &cmd{scan: p.scan, st: *p.st, in: feed{kind: feedAny}}
			c.text(known(strings.Trim(strings.TrimSpace(rest[i+7:]), "'")), p.raw)
		}
		f := strings.Fields(rest)
		for i, w := range f {
			up := strings.ToUpper(w)
			if (up == "FROM" || up == "TO") && i+1 < len(f) && i > 0 {
				name := strings.Trim(f[i+1], `'"`)
				if strings.EqualFold(name, "stdin") || strings.EqualFold(name, "stdout") || strings.EqualFold(name, "program") {
					continue
				}
				table := f[0]
				if j := strings.IndexByte(table, '('); j > 0 {
					table = table[:j]
				}
				if up == "FROM" {
					p.path(p.st, known(name), p.raw, effect.Read, self)
					p.data(effect.Write, table, effect.Exact)
				} else {
					p.path(p.st, known(name), p.raw, effect.Write, self)
					p.data(effect.Read, strings.Trim(table, "("), effect.Prefix)
				}
			}
		}
	case "c", "connect":
		p.db = ""
	case "gexec", "watch", "bind":
		p.unknown(effect.Data, effect.Exec, p.raw)
	case "d", "dt", "d+", "dt+", "l", "l+", "du", "dn", "df", "di", "dv", "tables", "schema", "databases", "indexes", "indices":
		p.data(effect.Read, "information_schema", effect.Exact)
	}
	return true
}

// statement looks at the tokens of one statement.
func (p *sqlReader) statement() {
	verb := ""
	for _, t := range p.toks {
		if t.kind == 'w' {
			verb = t.text
			break
		}
		if t.kind != '(' {
			break
		}
	}
	access := effect.Read
	switch verb {
	case "SELECT", "WITH", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "VALUES", "TABLE", "PRAGMA", "USE", "FETCH", "HELP", "CHECK", "CHECKSUM", "LIST":
		if verb == "PRAGMA" && p.has("=") {
			access = effect.Write
			p.data(effect.Write, "", effect.Prefix)
		}
		if verb == "USE" && len(p.toks) > 1 {
			p.db = strings.ToLower(p.toks[1].raw)
			return
		}
	case "INSERT", "UPDATE", "MERGE", "REPLACE", "UPSERT", "COPY", "LOAD", "CREATE", "ALTER", "RENAME", "COMMENT", "ANALYZE", "VACUUM", "REINDEX", "REFRESH", "LOCK", "IMPORT", "OPTIMIZE", "CLUSTER", "REPAIR", "ATTACH", "DETACH", "PUT", "UNDROP", "RESTORE", "BACKUP", "EXPORT", "SECURITY", "INSTALL", "KILL", "FLUSH", "RESET", "HANDLER", "PURGE":
		access = effect.Write
	case "DELETE", "TRUNCATE", "DROP":
		access = effect.Delete
	case "GRANT", "REVOKE", "REASSIGN", "DENY":
		access = effect.Grant
	case "CALL", "EXEC", "EXECUTE", "DO", "PREPARE", "BEGIN", "DECLARE", "SET":
		p.procedural(verb)
		if verb == "SET" || verb == "BEGIN" && len(p.toks) < 4 {
			return
		}
		access = effect.Exec
	case "COMMIT", "ROLLBACK", "START", "END", "SAVEPOINT", "RELEASE", "DISCARD", "CLOSE", "UNLISTEN", "LISTEN", "NOTIFY", "ABORT", "GO", "DEALLOCATE", "UNLOCK":
		return
	default:
		p.unknown(effect.Data, effect.NoAccess, p.raw)
		return
	}
	if (verb == "CREATE" || verb == "ALTER" || verb == "DROP") && p.principal() {
		access = effect.Grant
	}
	n := p.tables
	p.scanTables(access)
	p.functions()
	if access == effect.Read {
		p.ownFunctions()
	}
	if p.tables == n && access > effect.Read {
		p.data(access, "", effect.Prefix)
	}
}

// principal reports whether CREATE, ALTER or DROP is about who may do what.
func (p *sqlReader) principal() bool {
	for i := 1; i < len(p.toks) && i < 5; i++ {
		switch p.toks[i].text {
		case "USER", "ROLE", "LOGIN", "GROUP", "POLICY", "SHARE", "CREDENTIAL", "AUTHORIZATION", "CERTIFICATE":
			return true
		case "TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA":
			return false
		}
	}
	return false
}

func (p *sqlReader) has(sign string) bool {
	for _, t := range p.toks {
		if t.raw == sign {
			return true
		}
	}
	return false
}

// procedural looks at statements that run text or routines.
func (p *sqlReader) procedural(verb string) {
	if verb == "SET" {
		for i, t := range p.toks {
			if (t.text == "ROLE" || t.text == "AUTHORIZATION") && i+1 < len(p.toks) {
				p.identity("db-user:"+p.toks[i+1].raw, effect.Exact, p.raw)
			}
		}
		return
	}
	if verb == "BEGIN" && len(p.toks) < 4 {
		return
	}
	if verb == "CALL" || (verb == "EXEC" || verb == "EXECUTE") && len(p.toks) > 1 && p.toks[1].kind == 'w' && p.toks[1].text != "IMMEDIATE" && !strings.HasPrefix(p.toks[1].raw, "@") {
		return
	}
	p.code(inline, effect.Unknown, p.raw)
}

// scanTables adds the names that stand where tables do.
func (p *sqlReader) scanTables(access effect.Access) {
	for i := 0; i < len(p.toks); i++ {
		t := p.toks[i]
		if t.kind != 'w' {
			continue
		}
		word := func(n int) string {
			if n < 0 || n >= len(p.toks) {
				return ""
			}
			return p.toks[n].text
		}
		switch t.text {
		case "WITH": // names of common table expressions are not tables
			j := i + 1
			if word(j) == "RECURSIVE" {
				j++
			}
			if j < len(p.toks) {
				p.ctes[strings.ToLower(p.toks[j].raw)] = true
			}
		case "AS":
			if i+1 < len(p.toks) && p.toks[i+1].kind == '(' && i > 0 && len(p.ctes) > 0 {
				name := i - 1
				for name > 0 && p.toks[name].kind == ')' {
					for name > 0 && p.toks[name].kind != '(' {
						name--
					}
					name--
				}
				if name >= 0 && name > 0 && (p.toks[name-1].kind == ',' || p.toks[name-1].text == "WITH") {
					p.ctes[strings.ToLower(p.toks[name].raw)] = true
				}
			}
		}
	}
	for i := 0; i < len(p.toks); i++ {
		t := p.toks[i]
		if t.kind != 'w' {
			continue
		}
		prev := ""
		if i > 0 {
			prev = p.toks[i-1].text
		}
		switch t.text {
		case "FROM", "JOIN", "USING", "STRAIGHT_JOIN":
			if t.text == "FROM" && prev == "DISTINCT" || t.text == "USING" && (access == effect.Read || i+1 < len(p.toks) && p.toks[i+1].kind == '(') {
				continue
			}
			use := effect.Read
			if prev == "DELETE" {
				use = effect.Delete
			}
			if t.text == "FROM" && access == effect.Grant {
				continue // REVOKE … FROM user
			}
			i = p.names(i+1, use)
		case "INTO":
			switch {
			case prev == "VACUUM":
				p.stringPath(i+1, effect.Write)
			case i+1 < len(p.toks) && (p.toks[i+1].text == "OUTFILE" || p.toks[i+1].text == "DUMPFILE"):
				p.stringPath(i+2, effect.Write)
			default:
				i = p.names(i+1, effect.Write)
			}
		case "UPDATE":
			if prev == "FOR" || prev == "ON" || prev == "KEY" || prev == "DO" || prev == "GRANT" || prev == "THEN" || access == effect.Grant {
				continue
			}
			i = p.names(i+1, effect.Write)
		case "DELETE": // MySQL: DELETE a, b FROM …
			if i == 0 && i+1 < len(p.toks) && p.toks[i+1].text != "FROM" {
				p.names(i+1, effect.Delete)
			}
		case "TABLE", "VIEW", "SEQUENCE", "DATABASE", "SCHEMA", "TRUNCATE", "REPLACE", "COPY", "INDEX", "TRIGGER", "FUNCTION", "PROCEDURE":
			if t.text == "TRUNCATE" && i+1 < len(p.toks) && p.toks[i+1].text == "TABLE" || t.text == "REPLACE" && (i > 0 || i+1 < len(p.toks) && p.toks[i+1].text == "INTO") || t.text == "COPY" && i > 0 || access == effect.Read && t.text != "TABLE" {
				continue
			}
			use := access
			if t.text == "COPY" {
				use = effect.Write
				for _, w := range p.toks {
					if w.text == "TO" {
						use = effect.Read
					}
				}
			}
			i = p.names(i+1, use)
		case "ON":
			if access == effect.Grant || p.toks[0].text == "CREATE" && (len(p.toks) > 1 && strings.Contains("INDEX UNIQUE TRIGGER POLICY", p.toks[1].text)) {
				i = p.names(i+1, access)
			}
		case "PROGRAM":
			if i+1 < len(p.toks) && p.toks[i+1].kind == 's' {
				c := &cmd{scan: p.scan, st: *p.st, in: feed{kind: feedAny}}
				c.text(known(p.toks[i+1].raw), p.raw)
			}
		case "INFILE", "TO", "EXTENSION", "PLUGIN":
			if t.text == "EXTENSION" || t.text == "PLUGIN" {
				if access == effect.Write {
					p.code(plugin, effect.Unknown, p.raw)
				}
				continue
			}
			if i+1 < len(p.toks) && p.toks[i+1].kind == 's' && (p.toks[0].text == "COPY" || t.text == "INFILE" || p.toks[0].text == "EXPORT") {
				p.stringPath(i+1, map[bool]effect.Access{true: effect.Write, false: effect.Read}[t.text == "TO"])
			}
		case "ATTACH":
			for j := i + 1; j < len(p.toks) && j < i+4; j++ {
				if p.toks[j].kind == 's' {
					p.stringPath(j, effect.Write)
				}
			}
		}
	}
}

// stringPath adds the file that the string at token i names.
func (p *sqlReader) stringPath(i int, access effect.Access) {
	if i < len(p.toks) && (p.toks[i].kind == 's' || p.toks[i].kind == 'n' && strings.Contains(p.toks[i].raw, "/")) { // MySQL quotes strings like names
		if strings.Contains(p.toks[i].raw, "://") {
			d := effect.In
			if access == effect.Write {
				d = effect.Out
			}
			p.url(known(p.toks[i].raw), p.raw, d)
			return
		}
		p.path(p.st, known(p.toks[i].raw), p.raw, access, self)
	}
}

// names adds the comma-separated names at token i, and returns the index of the last token used.
func (p *sqlReader) names(i int, access effect.Access) int {
	for ; i < len(p.toks); i++ {
		for i < len(p.toks) && p.toks[i].kind == 'w' {
			switch p.toks[i].text {
			case "ONLY", "IF", "NOT", "EXISTS", "LATERAL", "TABLE", "IGNORE", "LOW_PRIORITY", "QUICK", "CONCURRENTLY", "DELAYED", "TEMP", "TEMPORARY", "UNLOGGED", "OVERWRITE", "OR", "ROLLBACK", "ABORT", "FAIL", "ALL", "IN", "TABLES", "SEQUENCE", "SEQUENCES", "DATABASE", "SCHEMA":
				i++
				continue
			}
			break
		}
		if i >= len(p.toks) {
			break
		}
		t := p.toks[i]
		switch {
		case t.kind == '(':
			return i // a subquery: its own FROM comes
		case t.kind == 's':
			if p.toks[max(i-1, 0)].text == "FROM" || p.toks[max(i-1, 0)].text == "JOIN" {
				p.stringPath(i, effect.Read) // duckdb, COPY t FROM 'file'
			}
			return i
		case t.kind != 'w' && t.kind != 'n':
			return i
		}
		name := sqlName(t)
		for parts := 0; parts < 3 && i+2 < len(p.toks) && p.toks[i+1].kind == '.' && (p.toks[i+2].kind == 'w' || p.toks[i+2].kind == 'n'); parts++ {
			name = name + "." + sqlName(p.toks[i+2]) // server.database.schema.table
			i += 2
		}
		if i+1 < len(p.toks) && p.toks[i+1].kind == '(' && access == effect.Read {
			return i // a function
		}
		if !p.ctes[strings.ToLower(name)] && !strings.HasPrefix(name, "@") {
			p.table(access, name, effect.Exact)
		}
		// An alias, then perhaps a comma and the next.
		j := i + 1
		if j < len(p.toks) && p.toks[j].text == "AS" {
			j++
		}
		if j < len(p.toks) && (p.toks[j].kind == 'w' && !sqlKeyword(p.toks[j].text) || p.toks[j].kind == 'n') {
			j++
		}
		if j >= len(p.toks) || p.toks[j].kind != ',' {
			return i
		}
		i = j
	}
	return i
}

// sqlName folds a name unless it is quoted: "Orders" is another table than orders to
// some servers. To others it is the same; prohibitions do not look at case.
func sqlName(t sqlToken) string {
	if t.kind == 'n' {
		return t.raw
	}
	return strings.ToLower(t.raw)
}

func sqlKeyword(w string) bool {
	switch w {
	case "WHERE", "SET", "VALUES", "SELECT", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "CROSS", "FULL", "NATURAL", "ON", "USING", "GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", "RETURNING", "FOR", "FROM", "TO", "AS", "WITH", "ADD", "DROP", "RENAME", "ALTER", "WINDOW", "FETCH", "DEFAULT", "CASCADE", "RESTRICT", "MODIFY", "CHANGE", "OWNER", "ENABLE", "DISABLE", "BEFORE", "AFTER", "EXECUTE", "INTO", "PARTITION", "WHEN", "STRAIGHT_JOIN":
		return true
	}
	return false
}

// functions adds what functions reach that leave the database.
func (p *sqlReader) functions() {
	for i, t := range p.toks {
		if t.kind != 'w' || i+1 >= len(p.toks) || p.toks[i+1].kind != '(' {
			continue
		}
		arg := i + 2
		switch t.text {
		case "PG_READ_FILE", "PG_READ_BINARY_FILE", "PG_LS_DIR", "LO_IMPORT", "LOAD_FILE", "READFILE", "READ_CSV", "READ_CSV_AUTO", "READ_PARQUET", "READ_JSON", "READ_JSON_AUTO", "PARQUET_SCAN", "READ_TEXT", "READ_BLOB", "FILE", "OPENROWSET", "PG_STAT_FILE":
			p.stringPath(arg, effect.Read)
		case "WRITEFILE":
			p.stringPath(arg, effect.Write)
		case "LO_EXPORT":
			p.stringPath(arg+2, effect.Write)
		case "LOAD_EXTENSION", "SYS_EXEC", "SYS_EVAL", "XP_CMDSHELL", "DBMS_SCHEDULER", "EXECUTABLE":
			p.code(plugin, effect.Unknown, p.raw)
		case "DBLINK", "DBLINK_CONNECT", "DBLINK_EXEC", "URL", "REMOTE", "POSTGRES_SCAN", "MYSQL", "S3", "HTTP_GET", "HTTP_POST", "UTL_HTTP":
			p.unknown(effect.Host, effect.Connect, p.raw)
		case "PG_TERMINATE_BACKEND", "PG_CANCEL_BACKEND", "SETVAL", "NEXTVAL", "PG_RELOAD_CONF", "PG_SWITCH_WAL", "SET_CONFIG":
			p.data(effect.Write, "", effect.Prefix)
		}
	}
}

// data adds a table by a name that is folded.
func (p *sqlReader) data(access effect.Access, name string, sure effect.Certainty) {
	p.table(access, strings.ToLower(name), sure)
}

// table adds a table.
func (p *sqlReader) table(access effect.Access, name string, sure effect.Certainty) {
	if p.tables++; p.tables > maxTables {
		p.limit()
		return
	}
	if p.db != "" && name != "" && strings.IndexByte(name, '.') < 0 {
		name = p.db + "." + name
	} else if name == "" && p.db != "" {
		name = p.db + "."
	}
	d := effect.In
	if access >= effect.Write {
		d = effect.Out
	}
	p.add(effect.Effect{Kind: effect.Data, Access: access, Target: "sql:" + name, Raw: p.raw, Certainty: sure, Direction: d})
}
