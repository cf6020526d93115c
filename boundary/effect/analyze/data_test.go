package analyze

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/boundary/effect"
)

// What a SQL text touches, without a server.
func TestSQL(t *testing.T) {
	for _, test := range []struct{ name, sql, want string }{
		{"a query", "SELECT id, name FROM users WHERE id = 3", "read data sql:users in"},
		{"names fold, qualify and quote", "select * from Public.\"Users\" u, [Order Items], `x`.`y`", `
			read data sql:public.Users in
			read data sql:Order Items in
			read data sql:x.y in`},
		{"joins and subqueries", "SELECT * FROM a JOIN b ON a.id=b.id WHERE x IN (SELECT y FROM c)", `
			read data sql:a in
			read data sql:b in
			read data sql:c in`},
		{"insert from a query", "INSERT INTO log SELECT * FROM events", `
			write data sql:log out
			read data sql:events in`},
		{"update", "UPDATE users SET admin = true WHERE id = 1", "write data sql:users out"},
		{"delete", "DELETE FROM users", "delete data sql:users out"},
		{"drop and truncate", "DROP TABLE IF EXISTS a, b; TRUNCATE c", `
			delete data sql:a out
			delete data sql:b out
			delete data sql:c out`},
		{"a second statement", "SELECT 1; DROP TABLE users", "delete data sql:users out"},
		{"a change inside of a query", "WITH gone AS (DELETE FROM users RETURNING *) SELECT * FROM gone", "delete data sql:users out"},
		{"a common table expression is no table", "WITH t AS (SELECT * FROM a), u AS (SELECT 1) SELECT * FROM t, u", "read data sql:a in"},
		{"definitions", "CREATE TABLE t (id int); ALTER TABLE t ADD c int; CREATE INDEX i ON t (c)", `
			write data sql:t out
			write data sql:i out`},
		{"rights", "GRANT ALL ON users TO eve; CREATE ROLE eve; SET ROLE admin", `
			grant data sql:users out
			grant data sql:… out
			grant identity db-user:admin`},
		{"words in strings and comments are none", "SELECT 'DROP TABLE x' -- DELETE FROM y\n/* UPDATE z SET */ FROM a", "read data sql:a in"},
		{"a comment that MySQL runs", "SELECT 1 /*!50000 FROM secrets */", "read data sql:secrets in"},
		{"a dollar quote", "SELECT $x$ FROM b $x$ FROM a", "read data sql:a in"},
		{"a backslash that ends the string, or does not", `SELECT '\'; DROP TABLE users; --'`, "delete data sql:users out"},
		{"a hash that begins a comment, or does not", "SELECT 1 # ; \n FROM a", "unknown data ?\nread data sql:a in"},
		{"a program", "COPY t TO PROGRAM 'curl https://x.test'", `
			read data sql:t in
			read command curl
			connect url https://x.test/ in`},
		{"a file that is written", "SELECT * FROM t INTO OUTFILE '/tmp/x'", `
			read data sql:t in
			write path /tmp/x`},
		{"a file that is read", "SELECT pg_read_file('/etc/passwd')", "read path /etc/passwd"},
		{"a file as a table", "SELECT * FROM 'data/*.parquet'", "read path /repo/data/*.parquet"},
		{"code", "DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$", `
			exec code ?inline
			exec data sql:… out`},
		{"another database", "USE prod; SELECT * FROM users", "read data sql:prod.users in"},
		{"a statement nobody knows", "FROBNICATE users", "unknown data ?"},
		{"nothing", "SELECT 1", "-"},
		{"a transaction", "BEGIN; UPDATE a SET b=1; COMMIT", "write data sql:a out"},
		{"a lock is no update", "SELECT * FROM a FOR UPDATE", "read data sql:a in"},
		{"an upsert is one table", "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET x=1", "write data sql:a out"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := newScan(nil, effect.Call{Dir: "/repo"})
			st := s.start()
			s.sqlText(&st, test.sql, "", "")
			if diff := cmp.Diff(lines(test.want), notations(s.done())); diff != "" {
				t.Errorf("%s\n(-want +got):\n%s", test.sql, diff)
			}
		})
	}
}

func TestDatabaseClients(t *testing.T) {
	tell(t, []story{
		{cmd: `psql -h db.test -U app shop -c "SELECT * FROM orders"`, want: `
			read command psql
			grant identity db-user:app
			connect host db.test
			read data sql:shop.orders in`},
		{cmd: `psql postgres://ada:pw@db.test:5433/shop -c "DELETE FROM orders"`, want: `
			read command psql
			connect host db.test:5433
			grant identity db-user:ada
			delete data sql:shop.orders out`},
		{cmd: "psql shop < migrate.sql", want: `
			read path /repo/migrate.sql
			read command psql
			unknown data ?`},
		{cmd: "psql shop <<'EOF'\nUPDATE a SET b=1;\n\\! touch /tmp/x\nEOF", want: `
			read command psql
			write data sql:shop.a out
			read command touch
			write path /tmp/x`},
		{cmd: `mysql -u root -e "DROP DATABASE shop"`, want: `
			read command mysql
			grant identity db-user:root
			delete data sql:shop out`},
		{cmd: `sqlite3 app.db "SELECT * FROM users"`, want: `
			read command sqlite3
			read path /repo/app.db
			read data sql:users in`},
		{cmd: `sqlite3 app.db "UPDATE users SET x=1"`, want: `
			read command sqlite3
			write path /repo/app.db
			write data sql:users out`},
		{cmd: "sqlite3 app.db '.shell touch /tmp/x'", want: `
			read command sqlite3
			write path /repo/app.db
			read command touch
			write path /tmp/x`},
		{cmd: `psql -c "SELECT * FROM $T"`, want: `
			read command psql
			unknown data ?`},
		{cmd: "pg_dump -h db.test -f out.sql shop", want: `
			exec command pg_dump
			connect host db.test
			write path /repo/out.sql
			read data sql:shop.…`},
		{cmd: "dropdb shop", want: `
			exec command dropdb
			delete data sql:shop.…`},
		{cmd: "redis-cli -h cache.test DEL session:1", want: `
			read command redis-cli
			connect host cache.test
			delete data redis:session:1`},
		{cmd: "redis-cli FLUSHALL", want: `
			read command redis-cli
			delete data redis:…`},
		{cmd: "bq query 'SELECT * FROM `acme.sales.orders`'", want: `
			read command bq
			read data sql:acme.sales.orders in`},
	})
}

func TestSQLIsBounded(t *testing.T) {
	s := newScan(nil, effect.Call{Dir: "/repo"})
	st := s.start()
	s.sqlText(&st, "SELECT * FROM "+strings.Repeat("a,", 100_000)+"b", "", "")
	if got := s.done(); len(got) > maxEffects {
		t.Errorf("%d effects", len(got))
	}
	s = newScan(nil, effect.Call{Dir: "/repo"})
	s.sqlText(&st, strings.Repeat("x", maxSQL+1), "", "")
	if diff := cmp.Diff([]string{"unknown any ?"}, notations(s.done())); diff != "" {
		t.Error(diff)
	}
}
