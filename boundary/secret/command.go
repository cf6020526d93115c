package secret

import (
	"bytes"
	"cmp"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
)

// A command that is given a secret: as the value of an option, or from the one
// before it in a pipe.
type sinkCommand struct {
	words   string   // in lower case, as they stand in the text
	options []string // options whose value is secret
	piped   bool     // reads the secret from its input
	glued   bool     // the value may stand right behind a short option
}

// sinks are the commands people and agents hand secrets to.
var sinks = []sinkCommand{
	{words: "docker login", options: []string{"-p", "--password"}, piped: true},
	{words: "podman login", options: []string{"-p", "--password"}, piped: true},
	{words: "registry login", options: []string{"-p", "--password"}, piped: true},
	{words: "acr login", options: []string{"-p", "--password"}},
	{words: "az login", options: []string{"-p", "--password"}},
	{words: "gh secret set", options: []string{"-b", "--body"}, piped: true},
	{words: "gh auth login", piped: true},
	{words: "glab auth login", options: []string{"-t", "--token"}, piped: true},
	{words: "pass insert", piped: true},
	{words: "--password-stdin", piped: true},
	{words: "secrets versions add", piped: true},
	{words: "secrets create", piped: true},
	{words: "wrangler secret put", piped: true},
	{words: "vercel env add", piped: true},
	{words: "vault kv put", piped: true},
	{words: "vault write", piped: true},
	{words: "vault login", options: []string{""}, piped: true},
	{words: "secretsmanager", options: []string{"--secret-string"}},
	{words: "put-parameter", options: []string{"--value"}},
	{words: "keyvault secret set", options: []string{"--value"}},
	{words: "sshpass", options: []string{"-p"}, glued: true},
	{words: "redis-cli", options: []string{"-a", "--pass"}},
	{words: "mysql ", options: []string{"-p"}, glued: true},
	{words: "mysqldump", options: []string{"-p"}, glued: true},
	{words: "mysqladmin", options: []string{"-p"}, glued: true},
	{words: "ldapsearch", options: []string{"-w"}},
	{words: "sqlcmd", options: []string{"-P"}},
	{words: "openssl enc", options: []string{"-k", "-K"}},
	{words: "zip ", options: []string{"-P"}},
	{words: "7z ", options: []string{"-p"}, glued: true},
	{words: "ansible-vault", piped: true},
	{words: "cryptsetup", piped: true},
	{words: "chpasswd", piped: true},
	{words: "sudo -s", piped: true},
	{words: "gpg --batch", options: []string{"--passphrase"}},
	{words: "npm token", piped: true},
}

// maxCommand bounds how much of a command line is read on either side of its name.
const maxCommand = 1024

// lineEnd returns where the command line goes to that text[from:] belongs to: a
// backslash before a line's end continues it.
func lineEnd(t []byte, from int) int {
	stop := min(len(t), from+maxCommand)
	for i := from; i < stop; i++ {
		if t[i] == '\n' && (i == 0 || t[i-1] != '\\') {
			return i
		}
	}
	return stop
}

// sink handles a command of the table whose words end at end.
func (s *scan) sink(at, end int) {
	if at > 0 && isWordByte(s.text[at-1]) {
		return
	}
	var c *sinkCommand
	for i := range sinks {
		if w := sinks[i].words; len(w) == end-at && equalFold(s.text[at:end], w) {
			c = &sinks[i]
		}
	}
	if c == nil {
		return
	}
	if len(c.options) > 0 {
		s.options(end, lineEnd(s.text, end), c.options, c.glued)
	}
	if c.piped {
		s.pipe(at)
	}
}

func equalFold(b []byte, low string) bool {
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != low[i] {
			return false
		}
	}
	return true
}

// options looks for the value of one of the options in text[from:to].
func (s *scan) options(from, to int, names []string, glued bool) {
	t := s.text
	for i := from; i < to; {
		w, next, ok := word(t, i, to)
		if !ok {
			return
		}
		i = next
		for _, name := range names {
			opt := t[w[0]:w[1]]
			if string(opt) == name {
				if v, _, ok := word(t, next, to); ok {
					s.given(v)
				}
			} else if n := len(name); len(opt) > n && string(opt[:n]) == name && (opt[n] == '=' || glued && n == 2) {
				v := [2]int{w[0] + n, w[1]}
				if opt[n] == '=' {
					v[0]++
				}
				s.given(unquote(t, v))
			}
		}
	}
}

// word returns the next word of a command line and where to go on; quotes around it are left out.
func word(t []byte, from, to int) (w [2]int, next int, ok bool) {
	for from < to && (t[from] == ' ' || t[from] == '\t' || t[from] == '\\' || t[from] == '\n') {
		from++
	}
	if from >= to {
		return w, to, false
	}
	i := from
	for i < to && t[i] != ' ' && t[i] != '\t' && t[i] != '\n' {
		if q := t[i]; q == '"' || q == '\'' {
			j := bytes.IndexByte(t[i+1:to], q)
			if j < 0 {
				break
			}
			i += j + 1
		}
		i++
	}
	if i == from {
		i++
	}
	return unquote(t, [2]int{from, min(i, to)}), min(i, to), true
}

func unquote(t []byte, w [2]int) [2]int {
	if w[1]-w[0] >= 2 && (t[w[0]] == '"' || t[w[0]] == '\'') && t[w[1]-1] == t[w[0]] {
		return [2]int{w[0] + 1, w[1] - 1}
	}
	return w
}

// given records a value that a command is given as a secret.
func (s *scan) given(w [2]int) {
	v := s.text[w[0]:w[1]]
	if len(v) < 6 || v[0] == '-' {
		return
	}
	if k, ok := assign.Value(v, false); ok {
		s.add(cmp.Or(k, "command-secret"), w[0], w[1])
	}
}

// pipe handles echo or printf in front of a command that reads a secret: its last
// argument before the pipe.
func (s *scan) pipe(at int) {
	t := s.text
	from := max(0, at-maxCommand)
	if i := bytes.LastIndexByte(t[from:at], '\n'); i >= 0 {
		from += i + 1
	}
	bar := bytes.LastIndexByte(t[from:at], '|')
	if bar < 0 {
		return
	}
	to := from + bar
	for _, name := range [...]string{"printf ", "echo "} {
		i := bytes.LastIndex(t[from:to], []byte(name))
		if i < 0 {
			continue
		}
		var last [2]int
		for p := from + i + len(name); ; {
			w, next, ok := word(t, p, to)
			if !ok {
				break
			}
			last, p = w, next
		}
		if last[1] > last[0] {
			s.given(last)
		}
		return
	}
}

// curl handles the options of curl that hold a user and a password.
func (s *scan) curl(at, end int) {
	if at < s.curlEnd || at > 0 && isWordByte(s.text[at-1]) {
		return
	}
	t := s.text
	to := lineEnd(t, end)
	s.curlEnd = to
	for i := end; i < to; {
		w, next, ok := word(t, i, to)
		if !ok {
			return
		}
		i = next
		opt := t[w[0]:w[1]]
		var v [2]int
		switch {
		case string(opt) == "-u" || string(opt) == "--user" || string(opt) == "--proxy-user" || string(opt) == "-U":
			if v, _, ok = word(t, next, to); !ok {
				return
			}
		case len(opt) > 2 && string(opt[:2]) == "-u" && opt[2] != 's':
			v = unquote(t, [2]int{w[0] + 2, w[1]})
		case bytes.HasPrefix(opt, []byte("--user=")):
			v = unquote(t, [2]int{w[0] + len("--user="), w[1]})
		default:
			continue
		}
		s.userPassword(v)
	}
}

// userPassword judges the user:password of a command's option. The password may be quoted alone.
func (s *scan) userPassword(w [2]int) {
	t := s.text
	colon := bytes.IndexByte(t[w[0]:w[1]], ':')
	if colon < 0 || t[w[0]] == '<' {
		return
	}
	user, pass := [2]int{w[0], w[0] + colon}, unquote(t, [2]int{w[0] + colon + 1, w[1]})
	if pass[1]-pass[0] < 1 { // a key as the user, no password
		pass, user = user, pass
	}
	u, p := t[user[0]:user[1]], t[pass[0]:pass[1]]
	if len(p) < 4 || bytes.Equal(u, p) {
		return
	}
	if k, ok := assign.Value(p, false); ok {
		s.add(cmp.Or(k, "basic-auth"), pass[0], pass[1])
	}
}

// sql handles IDENTIFIED BY 'password' and IDENTIFIED WITH plugin BY 'password', also
// without quotes, as Oracle has it.
func (s *scan) sql(end int) {
	t := s.text
	to := lineEnd(t, end)
	for range 4 {
		w, next, ok := word(t, end, to)
		if !ok {
			return
		}
		end = next
		if !bytes.EqualFold(t[w[0]:w[1]], []byte("by")) {
			continue
		}
		if w, _, ok = word(t, next, to); ok && bytes.EqualFold(t[w[0]:w[1]], []byte("password")) {
			w, _, ok = word(t, w[1], to)
		}
		if !ok {
			return
		}
		bare := true
		switch q := t[w[0]]; {
		case q == '\'' || q == '"':
			w[0], bare = w[0]+1, false
		case w[0] > 0 && (t[w[0]-1] == '\'' || t[w[0]-1] == '"'):
			bare = false
		}
		if i := bytes.IndexAny(t[w[0]:w[1]], ";)\"'\\"); i >= 0 {
			w[1] = w[0] + i
		}
		v := t[w[0]:w[1]]
		if len(v) < 4 || bare && !assign.Mixed(v) {
			return
		}
		if k, ok := assign.Value(v, !bare); ok {
			s.add(cmp.Or(k, "password"), w[0], w[1])
		}
		return
	}
}
