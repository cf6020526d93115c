package analyze

import (
	"slices"
	"strings"
	"sync/atomic"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A spec is what is known of one program: a row of the tables, or an empty one, and the
// function of those that need more than that, see [runOf].
type spec struct {
	*row
	name string // canonical: "go test"
	run  func(c *cmd, sp spec, args []word)
}

// A row says what the operands and options of some programs stand for.
type row struct {
	first  string // roles of the first operands
	star   byte   // role of all others
	last   byte   // role of the last of two or more operands
	opts   map[string]byte
	long   []string      // of opts, those that can be shortened
	access effect.Access // of the Command effect: Read if all else is told by other effects, Exec if not
	code   string        // code that runs besides
	host   string        // the host contacted unless told otherwise
	sends  bool          // data goes there
	dash   bool          // long options have one dash
	sub    bool          // the first operand is a subcommand with a spec of its own
	stop   bool          // options end at the first operand
	wrap   bool          // the last operands are a command, see [runWrapper]
	cwd    bool          // without operands the working folder is meant
	tree   bool          // operands are taken with everything below
	away   bool          // reaches over a network, and whom nobody sees here
	hazard bool          // some option writes, runs or loads something
	out    feedKind
	pass   bool // writes what it reads, or some of it
}

// Roles of operands and of the values of options.
const (
	roleNone   = '.' // nothing we track
	roleRead   = 'r'
	roleTree   = 'R' // read with everything below
	roleWrite  = 'w'
	roleBelow  = 'W' // a folder written into
	roleDelete = 'd'
	roleMove   = 'm' // read and removed
	roleGrant  = 'g' // whose rights change
	roleScript = 'x' // a file that is run
	roleShell  = 's' // the text of a shell command
	roleCmd    = 'c' // this operand and all that follow are a command
	roleSQL    = 'q'
	roleURL    = 'u' // an address data comes from
	roleUpload = 'U' // an address data goes to
	roleHost   = 'h'
	roleName   = '?' // a path, URL or neither; what for is not known
	rolePath   = 'p' // a path that is read, or a name
	rolePlugin = 'l' // code that gets loaded
	roleInline = 'i' // code as text
	roleChdir  = 'n' // the folder the program changes to
	roleEnv    = 'e' // NAME=value
	roleMode   = 't' // flag: operands are taken with everything below
	roleEdit   = '+' // flag: what is read is written as well
)

// tables is what is known about programs. A line is
//
//	name,name | roles of operands | options | attributes
//
// Roles are one letter per operand; "*" behind a letter means all others, and
// ">x" the role of the last of several. An option is a name, with "=role" if it
// takes a value, "=." for a value that does not matter; one letter is a short
// option. A bare name followed by "^" makes operands trees, by "+" makes what
// is read written. [lineOf], which is made of them, finds the line of a program.
const tables = tableFiles + tableText + tableSystem + tableNet + tableBuild + tableGit + tableCloud + tableData + tableWrappers

// rows are those of the lines, each read when a program of its is looked up: of a thousand
// programs a session runs a few.
var rows [lineCount]atomic.Pointer[row]

func rowOf(line int) *row {
	r := rows[line].Load()
	if r == nil {
		n := 0
		for text := range programLines {
			if n == line {
				r = parseRow(text)
				break
			}
			n++
		}
		rows[line].Store(r)
	}
	return r
}

// programLines yields the lines of the tables that describe programs.
func programLines(yield func(string) bool) {
	for line := range strings.Lines(tables) {
		if line = strings.TrimSuffix(line, "\n"); line != "" && line[0] != '#' && !yield(line) {
			return
		}
	}
}

// noRow is that of programs whose function knows all about them.
var noRow = row{access: effect.Read}

// specOf returns the spec of a program, or of "tool subcommand". It has no row if
// nothing is known of one.
func specOf(name string) spec {
	sp := spec{name: name, run: runOf(name)}
	switch line := lineOf(name); {
	case line >= 0:
		if sp.row = rowOf(line); sp.wrap {
			sp.run = runWrapper
		}
	case sp.run != nil:
		sp.row = &noRow
	}
	return sp
}

// parseRow reads a line of the tables.
func parseRow(line string) *row {
	_, rest, _ := strings.Cut(line, "|")
	roles, rest, _ := strings.Cut(rest, "|")
	opts, attrs, _ := strings.Cut(rest, "|")
	r := &row{access: effect.Read, star: roleNone}
	for i := 0; i < len(roles); i++ {
		switch {
		case roles[i] == ' ':
		case roles[i] == '>':
			i++
			r.last = roles[i]
		case i+1 < len(roles) && roles[i+1] == '*':
			r.star = roles[i]
			i++
		default:
			r.first += string(roles[i])
		}
	}
	for o := range strings.FieldsSeq(opts) {
		if r.opts == nil {
			r.opts = map[string]byte{}
		}
		name, role, ok := strings.Cut(o, "=")
		switch {
		case ok && role == "":
			r.opts[name] = roleNone
		case ok:
			r.opts[name] = role[0]
			if strings.IndexByte("wWdmxscliUe", role[0]) >= 0 {
				r.hazard = true
			}
		case strings.HasSuffix(name, "^"):
			r.opts[name[:len(name)-1]] = roleMode
		case strings.HasSuffix(name, "+"):
			r.opts[name[:len(name)-1]] = roleEdit
			r.hazard = true
		default:
			r.opts[name] = 0
		}
	}
	for o := range r.opts {
		if len(o) > 2 {
			r.long = append(r.long, o)
		}
	}
	slices.Sort(r.long)
	for a := range strings.FieldsSeq(attrs) {
		switch name, value, _ := strings.Cut(a, ":"); name {
		case "exec":
			r.access = effect.Exec
		case "code":
			r.access, r.code = effect.Exec, workspace
		case "remote":
			r.access, r.code = effect.Exec, remote
		case "net":
			r.host = value
		case "to":
			r.host, r.sends = value, true
		case "dash":
			r.dash = true
		case "away":
			r.away = true
		case "sub":
			r.sub = true
		case "stop":
			r.stop = true
		case "wrap":
			r.stop, r.wrap = true, true
		case "cwd":
			r.cwd = true
		case "tree":
			r.tree = true
		case "pass":
			r.pass = true
		case "token":
			r.out = feedToken
		case "names":
			r.out = feedNames
		case "quiet":
			r.out = feedNone
		case "any":
			r.out = feedAny
		default:
			panic("analyze: table: unknown attribute " + a)
		}
	}
	return r
}

// changed returns sp with a row of its own, which may be changed.
func (sp spec) changed() spec {
	r := *sp.row
	sp.row = &r
	return sp
}

// direction is the one in which data goes that the program exchanges with its host.
func (r *row) direction() effect.Direction {
	if r.sends {
		return effect.Out
	}
	return effect.In
}

// takes reports the role of the value of the option name, which getopt lets
// people shorten: "--outp=x" is "--output=x".
func (r *row) takes(name string) (byte, bool) {
	if r, ok := r.opts[name]; ok {
		return r, true
	}
	if len(name) < 2 || r.dash {
		return 0, false
	}
	for _, o := range r.long {
		if o[0] == name[0] && strings.HasPrefix(o, name) {
			return r.opts[o], true
		}
	}
	return 0, false
}

// apply reads args as sp says and adds what they touch.
func (c *cmd) apply(sp spec, args []word) {
	base := len(c.ops)
	tree, edit, ended := sp.tree, false, false
	star := sp.star
	for i := 0; i < len(args) && !c.full; i++ {
		w := &args[i]
		if ended || !w.mayDash() || w.is("-") {
			if sp.star == roleCmd && len(c.ops)-base >= len(sp.first) {
				c.rest(args[i:])
				break
			}
			c.ops = append(c.ops, i)
			ended = ended || sp.stop
			continue
		}
		if w.text == "" || w.glob { // may be an option or an operand
			if w.glob && !c.globDash(&c.st, w.text) {
				c.ops = append(c.ops, i)
				continue
			}
			if sp.hazard {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			c.ops = append(c.ops, i)
			continue
		}
		if w.is("--") {
			ended = true
			continue
		}
		n, flag := c.option(sp, args, i)
		i += n
		switch flag {
		case roleMode:
			tree = true
		case roleEdit:
			edit = true
		case roleBelow: // the target folder was given as an option
			if sp.last != 0 {
				star = sp.star
				sp = sp.changed()
				sp.last = 0
			}
		}
	}
	c.operands(sp, args, c.ops[base:], star, tree, edit)
	c.ops = c.ops[:base]
}

// option reads the option at args[i]. It returns how many words behind it
// belong to it, and what it says about the operands.
func (c *cmd) option(sp spec, args []word, i int) (int, byte) {
	w := args[i]
	long := strings.HasPrefix(w.text, "--")
	if long || sp.dash && len(w.text) > 2 || sp.dash && len(w.text) == 2 {
		name := w.text[1:]
		if long {
			name = w.text[2:]
		}
		n := len(w.text) - len(name)
		eq := strings.IndexByte(name, '=')
		if eq >= 0 {
			name = name[:eq]
		} else if !w.exact {
			if sp.hazard {
				c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
			}
			return 0, 0
		}
		role, ok := sp.takes(name)
		switch {
		case !ok || role == 0 && eq < 0:
			return 0, 0
		case role == roleMode || role == roleEdit:
			return 0, role
		case eq >= 0:
			c.role(role, w.after(n+eq+1), w.raw, false, false)
			return 0, role
		case i+1 < len(args):
			c.role(role, args[i+1].value, args[i+1].raw, false, false)
			return 1, role
		}
		return 0, 0
	}
	var flag byte
	for j := 1; j < len(w.text); j++ {
		role, ok := sp.opts[w.text[j:j+1]]
		switch {
		case !ok || role == 0:
			continue
		case role == roleMode || role == roleEdit:
			flag = role
			if role == roleEdit {
				return 0, role // sed -i.bak: what follows is its suffix
			}
			continue
		case j+1 < len(w.text) || !w.exact:
			c.role(role, w.after(j+1), w.raw, false, false)
			return 0, role
		case i+1 < len(args):
			c.role(role, args[i+1].value, args[i+1].raw, false, false)
			return 1, role
		}
	}
	if !w.exact && sp.hazard {
		c.unknown(effect.AnyKind, effect.NoAccess, w.raw)
	}
	return 0, flag
}

// operands gives each operand its role.
func (c *cmd) operands(sp spec, args []word, ops []int, star byte, tree, edit bool) {
	if len(ops) <= len(sp.first) && sp.cwd {
		c.role(roleOr(sp.star, roleRead), known("."), ".", tree, edit)
	}
	for n, i := range ops {
		role := star
		if n < len(sp.first) {
			role = sp.first[n]
		}
		if sp.last != 0 && n == len(ops)-1 && n > 0 {
			role = sp.last
			if tree && role == roleWrite {
				role = roleBelow
			}
			c.role(role, args[i].value, args[i].raw, false, edit)
			continue
		}
		c.role(role, args[i].value, args[i].raw, tree, edit)
	}
}

func roleOr(a, b byte) byte {
	if a == roleNone {
		return b
	}
	return a
}

// role adds what a value in a role touches.
func (c *cmd) role(role byte, v value, raw string, isTree, edit bool) {
	use := self
	if isTree {
		use = tree
	}
	if v.is("-") { // standard input or output
		if role == roleScript {
			c.fedCode(raw)
		}
		return
	}
	if t, ok := strings.CutSuffix(v.text, "/..."); ok && (role == roleRead || role == rolePath || role == roleName) {
		v.text, use = t, tree // Go's "everything below"
		if role == roleName {
			c.path(&c.st, v, raw, effect.NoAccess, tree)
			return
		}
	}
	switch role {
	case roleRead:
		c.path(&c.st, v, raw, effect.Read, use)
		if strings.Contains(v.text, "://") && !strings.HasPrefix(v.text, "file:") { // some fetch what they read
			c.url(v, raw, effect.In)
		}
		if edit {
			c.path(&c.st, v, raw, effect.Write, use)
		}
	case roleTree:
		c.path(&c.st, v, raw, effect.Read, tree)
		if edit {
			c.path(&c.st, v, raw, effect.Write, tree)
		}
	case roleWrite:
		c.path(&c.st, v, raw, effect.Write, use)
	case roleBelow:
		c.path(&c.st, v, raw, effect.Write, tree)
	case roleDelete:
		if isTree && !c.isLink(v) {
			c.path(&c.st, v, raw, effect.Delete, tree)
		} else {
			c.path(&c.st, v, raw, effect.Delete, entry)
		}
	case roleMove:
		c.path(&c.st, v, raw, effect.Read, self)
		c.path(&c.st, v, raw, effect.Delete, entry)
	case roleGrant:
		c.path(&c.st, v, raw, effect.Grant, use)
	case roleScript:
		c.script(v, raw)
	case roleShell:
		c.text(v, raw)
	case roleSQL:
		c.sql(v, raw)
	case roleURL:
		c.url(v, raw, effect.In)
	case roleUpload:
		c.url(v, raw, effect.Out)
	case roleHost:
		c.host(v, raw, effect.NoDirection)
	case roleName:
		c.named(v, raw)
	case rolePath:
		if v.text != "" && pathLike(v.text) {
			c.path(&c.st, v, raw, effect.Read, use)
		}
	case rolePlugin:
		c.code(plugin, effect.Unknown, raw)
	case roleInline:
		c.code(inline, effect.Exact, raw)
	case roleChdir:
		c.chdir(v, raw)
	case roleEnv:
		if name, val, ok := strings.Cut(v.text, "="); ok {
			v.text = val
			c.setenv(&c.st, name, v, raw)
		}
	}
}

// isLink reports whether v names a symbolic link: rm -r removes just that.
func (c *cmd) isLink(v value) bool {
	t, ok := v.lit()
	if !ok || t == "" || strings.HasSuffix(t, "/") || c.st.lost || c.st.away != nil {
		return false
	}
	if t[0] != '/' {
		t = join(c.st.dir, t)
	}
	at := c.paths.walk(t[:len(t)-len(base(t))], 0)
	return !at.bad && at.state == exists && c.paths.look(child(at.path, base(t), "", -1), at.path, base(t)).state == symlink
}
