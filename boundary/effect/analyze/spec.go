package analyze

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A spec says what the operands and options of one program stand for. Most
// programs are described by one line of a table, see [tables]; those that need
// more have a function as well.
type spec struct {
	name   string // canonical: "go test"
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
	cwd    bool          // without operands the working folder is meant
	tree   bool          // operands are taken with everything below
	away   bool          // reaches over a network, and whom nobody sees here
	hazard bool          // some option writes, runs or loads something
	out    feedKind
	pass   bool // writes what it reads, or some of it
	run    func(c *cmd, sp *spec, args []word)
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

// tables is what is known about programs, a line each.
var tables = [...]string{tableFiles, tableText, tableSystem, tableNet, tableBuild, tableGit, tableCloud, tableData}

// specs holds what is known about programs, by canonical name. It is made of the
// tables when a few programs have been looked up: a program that looks at one command
// and ends is done long before.
var specs struct {
	looked atomic.Int32
	once   sync.Once
	byName map[string]*spec
}

// fewLooks is how many look-ups read one line of the tables rather than all.
const fewLooks = 16

// functionsOnce keeps the programs that need more than a line.
var functionsOnce struct {
	once   sync.Once
	byName map[string]func(*cmd, *spec, []word)
}

func functions() map[string]func(*cmd, *spec, []word) {
	functionsOnce.once.Do(func() { functionsOnce.byName = programs() })
	return functionsOnce.byName
}

// specOf returns the spec of a program, or of "tool subcommand"; nil if there is none.
func specOf(name string) *spec {
	if specs.looked.Load() < fewLooks {
		specs.looked.Add(1)
		return lookUp(name)
	}
	return allSpecs()[name]
}

func allSpecs() map[string]*spec {
	specs.once.Do(func() {
		m := parseSpecs(tables[:]...)
		for name, run := range functions() {
			sp := m[name]
			if sp == nil {
				sp = &spec{name: name, access: effect.Read}
				m[name] = sp
			}
			sp.run = run
		}
		for name, sp := range wrappers() {
			sp.name, sp.run = name, runWrapper
			m[name] = &sp
		}
		specs.byName = m
	})
	return specs.byName
}

// lookUp finds what allSpecs has of one program.
func lookUp(name string) *spec {
	if sp, ok := wrappers()[name]; ok {
		sp.name, sp.run = name, runWrapper
		return &sp
	}
	sp := parseSpecs(lineOf(name))[name]
	if run := functions()[name]; run != nil {
		if sp == nil {
			sp = &spec{name: name, access: effect.Read}
		}
		sp.run = run
	}
	return sp
}

// lineOf returns the line of the tables that describes a program; "" if none does. No
// program has two.
func lineOf(name string) string {
	_, last, ok := strings.Cut(name, " ")
	if !ok {
		last = name
	}
	if last == "" {
		return ""
	}
	for _, t := range tables {
		for at := 0; ; {
			i := strings.Index(t[at:], last)
			if i < 0 {
				break
			}
			i += at
			begin := strings.LastIndexByte(t[:i], '\n') + 1
			end := strings.IndexByte(t[i:], '\n')
			if end < 0 {
				end = len(t) - i
			}
			line := t[begin : i+end]
			names, _, _ := strings.Cut(line, "|")
			if i-begin >= len(names) { // not among the names: the next line
				at = begin + len(line)
				continue
			}
			for n := range namesOf(names) {
				if n == name {
					return line
				}
			}
			at = i + len(last)
		}
	}
	return ""
}

// namesOf yields the programs that the first column of a line names: "git log,show"
// is two of git.
func namesOf(column string) func(func(string) bool) {
	return func(yield func(string) bool) {
		first := ""
		for name := range strings.SplitSeq(column, ",") {
			name = strings.TrimSpace(name)
			if first != "" && !strings.Contains(name, " ") {
				if tool, _, ok := strings.Cut(first, " "); ok {
					name = tool + " " + name
				}
			}
			if first == "" {
				first = name
			}
			if !yield(name) {
				return
			}
		}
	}
}

// parseSpecs reads tables. A line is
//
//	name,name | roles of operands | options | attributes
//
// Roles are one letter per operand; "*" behind a letter means all others, and
// ">x" the role of the last of several. An option is a name, with "=role" if it
// takes a value, "=." for a value that does not matter; one letter is a short
// option. A bare name followed by "^" makes operands trees, by "+" makes what
// is read written.
func parseSpecs(tables ...string) map[string]*spec {
	m := map[string]*spec{}
	for _, t := range tables {
		for line := range strings.Lines(t) {
			line = strings.TrimSpace(line)
			if line == "" || line[0] == '#' {
				continue
			}
			names, rest, _ := strings.Cut(line, "|")
			roles, rest, _ := strings.Cut(rest, "|")
			opts, attrs, _ := strings.Cut(rest, "|")
			sp := parseSpec(strings.TrimSpace(roles), opts, attrs)
			for name := range namesOf(names) {
				one := sp
				one.name = name
				m[name] = &one
			}
		}
	}
	return m
}

func parseSpec(roles, opts, attrs string) spec {
	sp := spec{access: effect.Read, star: roleNone}
	for i := 0; i < len(roles); i++ {
		switch {
		case roles[i] == ' ':
		case roles[i] == '>':
			i++
			sp.last = roles[i]
		case i+1 < len(roles) && roles[i+1] == '*':
			sp.star = roles[i]
			i++
		default:
			sp.first += string(roles[i])
		}
	}
	for o := range strings.FieldsSeq(opts) {
		if sp.opts == nil {
			sp.opts = map[string]byte{}
		}
		name, role, ok := strings.Cut(o, "=")
		switch {
		case ok && role == "":
			sp.opts[name] = roleNone
		case ok:
			sp.opts[name] = role[0]
			if strings.IndexByte("wWdmxscliUe", role[0]) >= 0 {
				sp.hazard = true
			}
		case strings.HasSuffix(name, "^"):
			sp.opts[name[:len(name)-1]] = roleMode
		case strings.HasSuffix(name, "+"):
			sp.opts[name[:len(name)-1]] = roleEdit
			sp.hazard = true
		default:
			sp.opts[name] = 0
		}
	}
	for o := range sp.opts {
		if len(o) > 2 {
			sp.long = append(sp.long, o)
		}
	}
	slices.Sort(sp.long)
	for a := range strings.FieldsSeq(attrs) {
		switch name, value, _ := strings.Cut(a, ":"); name {
		case "exec":
			sp.access = effect.Exec
		case "code":
			sp.access, sp.code = effect.Exec, workspace
		case "remote":
			sp.access, sp.code = effect.Exec, remote
		case "net":
			sp.host = value
		case "to":
			sp.host, sp.sends = value, true
		case "dash":
			sp.dash = true
		case "away":
			sp.away = true
		case "sub":
			sp.sub = true
		case "stop":
			sp.stop = true
		case "cwd":
			sp.cwd = true
		case "tree":
			sp.tree = true
		case "pass":
			sp.pass = true
		case "token":
			sp.out = feedToken
		case "names":
			sp.out = feedNames
		case "quiet":
			sp.out = feedNone
		case "any":
			sp.out = feedAny
		default:
			panic("analyze: table: unknown attribute " + a)
		}
	}
	return sp
}

// direction is the one in which data goes that the program exchanges with its host.
func (sp *spec) direction() effect.Direction {
	if sp.sends {
		return effect.Out
	}
	return effect.In
}

// takes reports the role of the value of the option name, which getopt lets
// people shorten: "--outp=x" is "--output=x".
func (sp *spec) takes(name string) (byte, bool) {
	if r, ok := sp.opts[name]; ok {
		return r, true
	}
	if len(name) < 2 || sp.dash {
		return 0, false
	}
	for _, o := range sp.long {
		if o[0] == name[0] && strings.HasPrefix(o, name) {
			return sp.opts[o], true
		}
	}
	return 0, false
}

// apply reads args as sp says and adds what they touch.
func (c *cmd) apply(sp *spec, args []word) {
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
				sp = withoutLast(sp)
			}
		}
	}
	c.operands(sp, args, c.ops[base:], star, tree, edit)
	c.ops = c.ops[:base]
}

func withoutLast(sp *spec) *spec {
	other := *sp
	other.last = 0
	return &other
}

// option reads the option at args[i]. It returns how many words behind it
// belong to it, and what it says about the operands.
func (c *cmd) option(sp *spec, args []word, i int) (int, byte) {
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
func (c *cmd) operands(sp *spec, args []word, ops []int, star byte, tree, edit bool) {
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
