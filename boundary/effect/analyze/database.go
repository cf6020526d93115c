package analyze

import (
	"net/url"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Clients of databases: which server, as whom, and what the statements touch.

// A dbClient says how a client takes its arguments.
type dbClient struct {
	exec   string // options with SQL
	file   string // options with a file of SQL
	host   string
	port   string
	user   string
	db     string
	out    string // options with a file that is written
	takes  string // short options with a value
	first  bool   // the first operand is a file (sqlite3)
	sqlOps bool   // later operands are SQL
	script bool   // statements are in another language
}

// dbClientOf returns what is known of a client.
func dbClientOf(name string) (client dbClient, ok bool) {
	switch name {
	case "psql":
		return dbClient{exec: " c command ", file: " f file ", host: " h host ", port: " p port ", user: " U username ", db: " d dbname ", out: " o output L log-file ", takes: "cfhpUdoLvFPRT"}, true
	case "mysql":
		return dbClient{exec: " e execute init-command ", file: " ", host: " h host ", port: " P port ", user: " u user ", db: " D database ", out: " tee ", takes: "ehPuD"}, true
	case "sqlite3":
		return dbClient{exec: " cmd ", file: " init ", takes: "", first: true, sqlOps: true}, true
	case "duckdb":
		return dbClient{exec: " c s cmd ", file: " f init ", takes: "csf", first: true, sqlOps: true}, true
	case "clickhouse-client":
		return dbClient{exec: " q query ", file: " queries-file ", host: " h host ", port: " port ", user: " u user ", db: " d database ", takes: "qhud"}, true
	case "sqlcmd":
		return dbClient{exec: " Q q query ", file: " i ", host: " S server ", user: " U ", db: " d ", out: " o ", takes: "QqiSUdoP"}, true
	case "bq":
		return dbClient{exec: " ", takes: ""}, true
	case "cqlsh":
		return dbClient{exec: " e execute ", file: " f file ", user: " u username ", db: " k keyspace ", takes: "efukp"}, true
	case "snowsql":
		return dbClient{exec: " q query ", file: " f filename ", user: " u username ", db: " d dbname ", host: " a accountname ", out: " ", takes: "qfudasrw"}, true
	case "cockroach":
		return dbClient{exec: " e execute ", file: " f file ", host: " host ", user: " u user ", db: " d database ", takes: "efud"}, true
	case "mongosh":
		return dbClient{exec: " eval ", file: " f file ", host: " host ", port: " port ", user: " u username ", takes: "ufp", script: true}, true
	}
	return dbClient{}, false
}

// sameClient returns the name that dbClientOf knows of a client that works like another.
func sameClient(name string) string {
	switch name {
	case "mariadb", "mycli":
		return "mysql"
	case "pgcli", "usql":
		return "psql"
	case "sqlite", "litecli":
		return "sqlite3"
	case "mongo":
		return "mongosh"
	case "trino", "presto":
		return "clickhouse-client"
	}
	return name
}

const dbFlags = " quiet no-align tuples-only csv html expanded no-psqlrc single-transaction echo-all list version help batch silent json line column header noheader readonly table raw vertical skip-column-names password multiquery norc bail safe "

func runDatabase(c *cmd, sp spec, args []word) {
	name := sameClient(sp.name)
	d, _ := dbClientOf(name)
	if name == "sqlite3" || name == "duckdb" || name == "bq" || name == "mongosh" {
		args = longOptions(args)
	}
	p := parseOptions(args, dbFlags, d.takes, 0)
	c.ran(sp.name, effect.Read, effect.Exact)
	db, host, port := "", value{exact: true}, ""
	ops := p.ops
	for _, o := range p.opts {
		switch {
		case isOneOf(o.name, d.user):
			c.identity("db-user:"+o.val.text, o.val.sure(), o.raw)
		case isOneOf(o.name, d.host):
			host = o.val
		case isOneOf(o.name, d.port):
			port = o.val.text
		case isOneOf(o.name, d.db) && o.val.exact && !strings.Contains(o.val.text, "://"):
			db = strings.ToLower(o.val.text)
		case isOneOf(o.name, d.db):
			ops = append([]word{{value: o.val, raw: o.raw}}, ops...)
		case isOneOf(o.name, d.out):
			if cmdText, ok := strings.CutPrefix(o.val.text, "|"); ok {
				c.text(value{text: cmdText, exact: o.val.exact}, o.raw)
			} else {
				c.path(&c.st, o.val, o.raw, effect.Write, self)
			}
		}
	}
	if host.text != "" || !host.exact {
		if port != "" && host.exact && !strings.Contains(host.text, ":") {
			host.text += ":" + port
		}
		if strings.HasPrefix(host.text, "/") {
			c.path(&c.st, host, c.raw, effect.Write, self)
		} else {
			c.host(host, c.raw, effect.NoDirection)
		}
	}
	var sqlOps []word
	for i, w := range ops {
		switch {
		case strings.Contains(w.text, "://") && i == 0:
			db = c.dbURL(w)
		case d.first && i == 0:
			c.dbFile(w, &p, ops)
			if w.exact && !w.is(":memory:") {
				db = ""
			}
		case d.sqlOps && i > 0:
			sqlOps = append(sqlOps, w)
		case name == "cockroach" && i == 0, name == "bq":
		case i == 0 && w.exact && db == "":
			db = strings.ToLower(w.text)
		case i == 1 && name == "psql":
			c.identity("db-user:"+w.text, w.sure(), w.raw)
		}
	}
	found := false
	run := func(v value, raw string) {
		found = true
		if d.script {
			c.inlineCode("mongosh", v, raw)
			return
		}
		c.sqlIn(v, db, raw)
	}
	for _, o := range p.opts {
		switch {
		case isOneOf(o.name, d.exec):
			run(o.val, o.raw)
		case isOneOf(o.name, d.file) && !o.val.is("-"):
			found = true
			c.path(&c.st, o.val, o.raw, effect.Read, self)
			c.unknown(effect.Data, effect.NoAccess, o.raw)
		}
	}
	for _, w := range sqlOps {
		run(w.value, w.raw)
	}
	if name == "bq" {
		c.bigQuery(&p)
		return
	}
	c.out = feed{kind: feedAny}
	if found || p.has("list", "l", "version", "help", "V") {
		return
	}
	switch c.in.kind {
	case feedText:
		run(c.in.val, c.raw)
	case feedNone:
		c.unknown(effect.Data, effect.NoAccess, c.raw) // interactive: nobody knows what comes
	default:
		c.unknown(effect.Data, effect.NoAccess, c.raw)
	}
}

// dbURL looks at scheme://user:password@host/database and returns the database.
func (c *cmd) dbURL(w word) string {
	if !w.exact {
		c.unknown(effect.Host, effect.Connect, w.raw)
		return ""
	}
	if f, ok := strings.CutPrefix(w.text, "file://"); ok {
		c.path(&c.st, known(f), w.raw, effect.Write, self)
		return ""
	}
	u, err := url.Parse(w.text)
	if err != nil || u.Host == "" {
		c.unknown(effect.Host, effect.Connect, w.raw)
		return ""
	}
	c.host(known(u.Host), w.raw, effect.NoDirection)
	if u.User != nil && u.User.Username() != "" {
		c.identity("db-user:"+u.User.Username(), effect.Exact, "")
	}
	return strings.ToLower(strings.Trim(u.Path, "/"))
}

// dbFile adds the file that is the database: written unless all that is run reads.
func (c *cmd) dbFile(w word, p *parsedArgs, ops []word) {
	if w.is(":memory:") || w.is("") {
		return
	}
	access := effect.Write
	texts := []value{}
	for _, o := range ops[1:] {
		texts = append(texts, o.value)
	}
	for _, o := range p.opts {
		if o.name == "c" || o.name == "s" || o.name == "cmd" {
			texts = append(texts, o.val)
		}
	}
	if len(texts) == 0 && c.in.kind == feedText {
		texts = append(texts, c.in.val)
	}
	reads := len(texts) > 0
	for _, v := range texts {
		reads = reads && v.exact && readsOnly(v.text)
	}
	if reads || p.has("readonly") {
		access = effect.Read
	}
	v := w.value
	if f, ok := strings.CutPrefix(v.text, "file:"); ok {
		v.text, _, _ = strings.Cut(strings.TrimPrefix(f, "//"), "?")
	}
	c.path(&c.st, v, w.raw, access, self)
}

// readsOnly reports whether SQL begins like a query and changes nothing later.
func readsOnly(t string) bool {
	up := strings.ToUpper(strings.TrimSpace(t))
	if !hasAnyPrefix(up, "SELECT", ".TABLES", ".SCHEMA", ".DUMP", ".DATABASES", ".INDEXES", "EXPLAIN", "PRAGMA TABLE_INFO", ".HEADERS", ".MODE", "WITH") {
		return false
	}
	for _, w := range [...]string{"INSERT", "UPDATE", "DELETE", "DROP", "CREATE", "ALTER", "REPLACE", "ATTACH", "VACUUM", "PRAGMA", "REINDEX", ".RESTORE", ".IMPORT", ".READ"} {
		if strings.Contains(up, w) && !(w == "PRAGMA" && strings.HasPrefix(up, "PRAGMA TABLE_INFO")) {
			return false
		}
	}
	return true
}

func (c *cmd) bigQuery(p *parsedArgs) {
	verb := p.op(0)
	switch verb {
	case "query":
		if len(p.ops) > 1 {
			last := p.ops[len(p.ops)-1]
			v := last.value
			v.text = strings.ReplaceAll(v.text, "`", "")
			c.sqlIn(v, "", last.raw)
		} else if c.in.kind == feedText {
			c.sqlIn(c.in.val, "", c.raw)
		}
	default:
		access := cloudAccess(verb)
		if verb == "load" || verb == "mk" || verb == "cp" || verb == "insert" {
			access = effect.Write
		}
		f := map[string]string{"service": "bigquery"}
		if len(p.ops) > 1 {
			f["name"] = p.op(1)
		}
		c.resource(access, "gcp", f, effect.Exact, effect.NoDirection)
		for i, w := range p.ops {
			switch {
			case i == 0:
			case w.begins("gs://") && verb == "extract":
				c.storeObject(w, effect.Write, effect.Out)
			case w.begins("gs://"):
				c.storeObject(w, effect.Read, effect.In)
			case verb == "load" && i == 2 || verb == "insert" && i == 2:
				c.path(&c.st, w.value, w.raw, effect.Read, self)
			}
		}
	}
}

// runDump looks at tools that copy whole databases: pg_dump, mysqldump, mongodump
// and what puts them back, createdb and dropdb.
func runDump(c *cmd, sp spec, args []word) {
	p := parseOptions(args, " clean create if-exists data-only schema-only no-owner no-acl all-databases single-transaction verbose drop gzip routines quick ", "hpUudfFtnPjo", 0)
	c.ran(sp.name, effect.Exec, effect.Exact)
	access := effect.Read
	switch sp.name {
	case "pg_restore", "mongorestore", "mysqlimport", "createdb", "mongoimport", "createuser":
		access = effect.Write
	case "dropdb", "dropuser":
		access = effect.Delete
	}
	if v, ok := p.get("h", "host"); ok {
		c.host(v, c.raw, effect.NoDirection)
	}
	if v, ok := p.get("U", "username", "u", "user"); ok {
		c.identity("db-user:"+v.text, v.sure(), c.raw)
	}
	if v, ok := p.get("f", "file", "r", "result-file", "o", "out"); ok {
		c.path(&c.st, v, c.raw, effect.Write, self)
	}
	db := value{}
	if v, ok := p.get("d", "dbname", "db"); ok {
		db = v
	}
	ops := p.ops
	if access == effect.Write && (sp.name == "pg_restore" || sp.name == "mongorestore" || sp.name == "mongoimport") {
		c.readAll(ops)
	} else if len(ops) > 0 && db.text == "" {
		db = ops[0].value
	}
	if strings.Contains(db.text, "://") {
		db = known(c.dbURL(word{value: db, raw: c.raw}))
	}
	target := "sql:"
	if db.text != "" && db.exact {
		target += strings.ToLower(db.text) + "."
	}
	c.add(effect.Effect{Kind: effect.Data, Access: access, Target: target, Raw: c.raw, Certainty: effect.Prefix})
	c.out = feed{kind: feedAny}
}

// runRedis looks at redis-cli: a command and its keys.
func runRedis(c *cmd, sp spec, args []word) {
	p := parseOptions(args, " tls insecure raw no-raw csv json scan bigkeys stat latency no-auth-warning ", "hpasnurd", 12)
	c.ran(sp.name, effect.Read, effect.Exact)
	if v, ok := p.get("h", "host"); ok {
		if port, ok := p.get("p"); ok && v.exact {
			v.text += ":" + port.text
		}
		c.host(v, c.raw, effect.NoDirection)
	}
	if v, ok := p.get("u"); ok {
		c.dbURL(word{value: v, raw: c.raw})
	}
	verb := strings.ToUpper(p.op(0))
	access := effect.Write
	switch verb {
	case "GET", "MGET", "KEYS", "SCAN", "HGET", "HGETALL", "HKEYS", "LRANGE", "LLEN", "SMEMBERS", "ZRANGE", "TTL", "TYPE", "EXISTS", "INFO", "PING", "DBSIZE", "STRLEN", "XRANGE", "XLEN", "MONITOR", "SCARD", "HLEN":
		access = effect.Read
	case "DEL", "UNLINK", "FLUSHALL", "FLUSHDB", "HDEL", "LREM", "SREM", "EXPIRE", "GETDEL":
		access = effect.Delete
	case "EVAL", "EVALSHA", "SCRIPT", "MODULE", "FCALL", "FUNCTION":
		access = effect.Exec
		c.code(inline, effect.Exact, c.raw)
	case "CONFIG", "ACL", "SLAVEOF", "REPLICAOF", "DEBUG", "SHUTDOWN", "MIGRATE", "AUTH":
		access = effect.Grant
	case "":
		c.unknown(effect.Data, effect.NoAccess, c.raw)
		return
	}
	key, sure := "", effect.Prefix
	if len(p.ops) > 1 && verb != "KEYS" && verb != "SCAN" && access != effect.Grant {
		if t, ok := p.ops[1].lit(); ok {
			key, sure = t, effect.Exact
		}
	}
	c.add(effect.Effect{Kind: effect.Data, Access: access, Target: "redis:" + key, Raw: c.raw, Certainty: sure})
	c.out = feed{kind: feedAny}
}
