package intentmodel

import "strings"

// A command is what the scan knows of the simple command it is in.
type command struct {
	program, sub uint64 // hashes; 0 while not known
	role         role   // of the program
	want         bool   // the next word is a program
	skip         bool   // the next word belongs to the option before it
	shell        bool   // the text the program is given is a command
	code         bool   // the text the program is given is a program
	unsure       bool   // the analyzer found no such program: its words say nothing
	custom       bool   // a file of the workspace: what it is given may be anything, a command too
	nested       bool   // these are the words of a text that a program was given
	execs        bool   // find -exec: what follows is a program of its own
	value        bool   // the quoted text that follows is the value of a variable
}

// A pipeline is what stands to the left in it.
type pipeline struct{ fetch, decode bool }

// maxDepth is how deep commands are followed into the texts of others.
const maxDepth = 4

// shell reads a shell command. It is no parser: it tells programs from their words
// well enough to find options, and leaves the rest to the effects.
func (x *scan) shell(b []byte) {
	if x.depth == maxDepth {
		return
	}
	x.depth++
	if text := view(b); strings.Contains(text, ":|:&") || strings.Contains(text, ":|: &") {
		x.find(kindAny, hashBomb)
	}
	var (
		c         = command{want: true}
		p         pipeline
		quote     byte
		inner     byte // the quote around a text that is a command itself
		quoteFrom int
		redirect  bool
		held      bool // inner is around the value of a variable
	)
	for i := 0; i < len(b); {
		ch := b[i]
		cl := chars[ch]
		if cl&isSpace != 0 {
			i++
			continue
		}
		if cl&isQuote != 0 {
			switch {
			case ch == quote:
				quote = 0
			case ch == inner && quote == 0:
				inner = 0
				c = command{want: held}
				held = false
			case quote != 0 && c.nested:
				c = command{want: true, nested: true}
			case quote != 0:
				goto word
			case c.value && quote == 0 && inner == 0: // d="base64 -d"; $d file
				inner, held = ch, true
				c = command{want: true, nested: true}
			case c.want && c.skip: // exec -a '[name]' program
				c.skip = false
				i = closing(b, i)
			case c.code || c.role&roleText != 0 && !c.want:
				end := closing(b, i)
				x.code(b[i+1:end], c.code)
				if !c.code && intoFile(b[min(end+1, len(b)):]) {
					x.laid(b[i+1 : end])
				}
				i = end
			case c.shell && inner == 0:
				inner = ch
				if rest := view(b[i+1:]); strings.HasPrefix(rest, "$(") || strings.HasPrefix(rest, "`") {
					x.given = true
				}
				c = command{want: true}
			case c.custom:
				quote, quoteFrom = ch, i
				c = command{want: true, nested: true}
			default:
				quote, quoteFrom = ch, i
			}
			i++
			continue
		}
		if cl&isOperator != 0 {
			if ch == '<' && quote == 0 && i+2 < len(b) && b[i+1] == '<' && b[i+2] != '<' {
				i = x.heredoc(b, i+2, &c)
				continue
			}
			i = x.operator(b, i, quote, &c, &p, &redirect)
			continue
		}
		if ch == '#' && quote == 0 && (i == 0 || chars[b[i-1]]&(isSpace|isOperator) != 0) {
			for i < len(b) && b[i] != '\n' {
				i++
			}
			continue
		}
	word:
		w := x.word(b, i, quote)
		i = w.end
		if redirect {
			redirect = false
			if w.full == hashDevNull {
				x.facts |= factSilent
			}
			x.place(b[w.from:w.end], kindWrite)
			x.connects(b[w.from:w.end])
			continue
		}
		single := quote == 0 || quoteFrom == w.from-1 && i < len(b) && b[i] == quote
		x.take(b, &w, &c, &p, single)
	}
	x.depth--
}

// operator takes an operator and returns where what follows it begins.
func (x *scan) operator(b []byte, i int, quote byte, c *command, p *pipeline, redirect *bool) int {
	ch := b[i]
	next := byte(0)
	if i+1 < len(b) {
		next = b[i+1]
	}
	switch ch {
	case '\n', ';':
		if quote == 0 || c.want {
			*c, *p = command{want: true, nested: c.nested}, pipeline{}
		}
	case '|':
		if quote == 0 || c.nested {
			if next == '|' {
				*p = pipeline{}
				i++
			}
			*c = command{want: true, nested: c.nested}
		}
	case '&':
		if quote != 0 || *redirect {
			break
		}
		if next == '&' {
			i++
		} else if next != '>' && next != 0 {
			x.facts |= factBackground
		}
		*c, *p = command{want: true}, pipeline{}
	case '(', '`':
		if quote != '\'' {
			x.given = x.given || c.shell && c.role&(roleShell|roleEval) != 0
			*c = command{want: true}
		}
	case '{':
		if i > 0 && strings.HasPrefix(view(b[i:]), "{IFS") {
			x.facts |= factBroken
		}
		if quote != '\'' && next == ' ' {
			*c = command{want: true}
		}
	case '<', '>':
		*redirect = quote == 0
		return i + 1
	}
	*redirect = false
	return i + 1
}

// intoFile reports whether what a command says goes into a file: b is what follows
// on its line.
func intoFile(b []byte) bool {
	for i, c := range b[:min(len(b), 256)] { // one look for each quote: it must stay short
		switch c {
		case '\n', ';':
			return false
		case '>':
			return i+1 >= len(b) || b[i+1] != '&'
		case '|':
			return startsWith(b[i:], "| tee ") || startsWith(b[i:], "| sudo tee ")
		}
	}
	return false
}

// laid reads a line of shell that is laid down in a file.
func (x *scan) laid(b []byte) {
	bank := x.bank
	x.bank = bankWritten
	x.script(b)
	x.bank = bank
}

// closing returns where the quoted text that begins at i ends.
func closing(b []byte, i int) int {
	q := b[i]
	for j := i + 1; j < len(b); j++ {
		if b[j] == '\\' && q == '"' {
			j++
			continue
		}
		if b[j] == q {
			return j
		}
	}
	return len(b)
}

// Words whose hashes the scan itself needs.
var (
	hashDevNull           = hash("/dev/null")
	hashRoot, hashRootAll = hash("/"), hash("/*")
	hashHome, hashHomeVar = hash("~"), hash("$home")
	hashRootMount         = hash("/:/")
	hashDash              = hash("-")
	hashDashDash          = hash("--")
	hashFor               = hash("for")
	hashFind              = hash("find")
	hashDate              = hash("date")
	hashNumber            = hash("<number>") // stands in patterns for a word of digits
	hashOpenSSL           = hash("openssl")
	hashClient            = hash("s_client")
	hashBomb              = hash(":(){") // a function that calls itself twice
	hashAny               = hash("*")    // "crontab *": the program with any word that is no option
)

// take looks a word up and moves the command on.
func (x *scan) take(b []byte, w *word, c *command, p *pipeline, single bool) {
	text := b[w.from:w.end]
	if text[0] == '\\' {
		return
	}
	x.words(text, w)
	if c.want && (single || c.nested) && !w.option {
		x.program(text, w, c, p)
		return
	}
	x.find(kindArg, w.full)
	if !single && !c.want && !c.nested {
		return // one word of a sentence: a message, an expression
	}
	if c.skip {
		c.skip = false
		return
	}
	if c.unsure || c.program == 0 {
		return
	}
	if c.role&roleSend != 0 {
		if at := w.valueAt(); at+1 < len(text) && text[at] == '@' {
			x.facts |= factSendsFile
		}
	}
	if x.paths && (w.slash || text[0] == '~') && c.role&roleKeys == 0 {
		x.place(text[w.valueAt():], kindRead)
		if c.role&roleRemove != 0 {
			x.place(text, kindDelete)
		}
	}
	switch w.full {
	case hashRoot, hashRootAll:
		x.facts |= factRootTarget
	case hashHome, hashHomeVar:
		x.facts |= factHome
	}
	if w.option && len(text) > 1 {
		x.option(text, w, c)
		if c.program == hashFind && starts(text) {
			c.want, c.execs, c.role = true, true, c.role&^roleSudo
		}
		return
	}
	if c.program == hashDate && len(text) >= 8 && number(text) {
		x.pair(c, hashNumber) // MMDDhhmm[[CC]YY] sets the clock
	}
	x.pair(c, w.full)
	if w.slash {
		x.pair(c, w.base)
		if startsWith(text, "/:/") {
			x.pair(c, hashRootMount) // docker run -v /:/host
		}
	}
	if w.equal > 0 {
		x.pair(c, w.name)
		x.pair(c, w.nameEqual)
	}
	if c.sub == 0 {
		if c.program == hashOpenSSL {
			p.decode, p.fetch = p.decode || w.full != hashClient, p.fetch || w.full == hashClient
		}
		x.t.find(x.to(), key(kindPair, c.program, hashAny, 0))
		c.sub = w.full
		if c.role&(roleShell|roleProgram|roleSource) != 0 {
			x.run(w.last())
		}
	}
}

// starts reports whether an option of find begins the command that it runs.
func starts(text []byte) bool {
	switch string(text) {
	case "-exec", "-execdir", "-ok", "-okdir":
		return true
	}
	return false
}

// number reports whether text is digits.
func number(text []byte) bool {
	for _, c := range text {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func (x *scan) pair(c *command, h uint64) {
	k := key(kindPair, c.program, h, 0)
	x.t.find(x.to(), k)
	x.w.find(&x.deeds, k)
	if c.sub != 0 {
		k = key(kindTriple, c.program, c.sub, h)
		x.t.find(x.to(), k)
		x.w.find(&x.deeds, k)
	}
}

// program takes the word that names a program.
func (x *scan) program(text []byte, w *word, c *command, p *pipeline) {
	if w.equal > 0 {
		c.value = x.variable && w.equal == w.end
		return // NAME=value program
	}
	c.value = false
	if c.skip {
		c.skip = false
		return
	}
	name := w.last()
	r := roleOf(name)
	if r&roleSudo != 0 {
		x.facts |= factSudo
		c.program, c.role = name, r
		x.find(kindProg, name)
		return
	}
	if c.role&roleSudo != 0 || c.execs {
		x.pair(c, w.full) // "sudo su", "sudo bash", "find -exec /bin/sh"
	}
	if r&roleLoop != 0 {
		x.facts |= factLoop
		if name == hashFor {
			x.facts |= factFor
		}
	}
	if r&roleWrap != 0 {
		x.find(kindProg, name)
		c.program, c.role = name, r // its options are its own: "exec -a NAME PROGRAM"
		return
	}
	if text[0] >= '0' && text[0] <= '9' && len(text) <= 4 {
		return // timeout 5
	}
	*c = command{program: name, role: r, nested: c.nested, custom: w.slash && !c.nested}
	c.unsure = !c.nested && x.known > 0 && r&roleBuiltin == 0 && !among(x.programs[:x.known], name)
	if c.unsure {
		c.role = 0
		return
	}
	if w.slash {
		x.run(w.base)
		if x.paths {
			x.place(text, kindExec)
		}
	}
	k := key(kindProg, name, 0, 0)
	x.t.find(x.to(), k)
	x.w.find(&x.deeds, k)
	if r == 0 {
		return
	}
	if r&(roleShell|roleProgram) != 0 && r&roleFilter == 0 {
		if p.fetch {
			x.facts |= factPipeShell
		}
		if p.decode {
			x.facts |= factDecodeRun
		}
	}
	p.fetch = p.fetch || r&roleFetch != 0
	p.decode = p.decode || r&roleDecode != 0
	if x.given && r&(roleDecode|roleTurn) != 0 {
		x.facts |= factDecodeRun
	}
	if x.given && r&roleFetch != 0 {
		x.facts |= factPipeShell
	}
	c.shell = r&roleRemote != 0
}

// option takes a word that begins with "-": whole, up to its "=", and letter by
// letter if it may be a group of short ones.
func (x *scan) option(text []byte, w *word, c *command) {
	if w.full == hashDashDash {
		if c.shell {
			*c = command{want: true}
		}
		return
	}
	x.pair(c, w.full)
	if w.equal > 0 {
		x.pair(c, w.name)
		x.pair(c, w.nameEqual)
	}
	if text[1] == '-' {
		return
	}
	if len(text) == 2 {
		x.letter(c, text[1])
		return
	}
	if len(text) > 6 {
		x.pair(c, hashOption(text[1])) // -ppassword
		return
	}
	for _, l := range text[1:] {
		if chars[l]&isIdent == 0 {
			break
		}
		x.pair(c, hashOption(l))
		x.letter(c, l)
	}
}

func hashOption(l byte) uint64 { return (hashDash ^ uint64(l)) * prime }

// letter notes options that change how what follows is read.
func (x *scan) letter(c *command, l byte) {
	switch {
	case l == 'c' && c.role&roleShell != 0:
		c.shell = true
	case (l == 'c' || l == 'e' || l == 'r' || l == 'E') && c.role&roleProgram != 0:
		c.code = true
	case (l == 'u' || l == 'g' || l == 'h' || l == 'p') && c.want && c.role&roleSudo != 0,
		l == 'a' && c.want && c.role&roleWrap != 0:
		c.skip = true
	}
}

// heredoc reads a text given in place: run if a shell or an interpreter gets it,
// else written. It returns where the text ends.
func (x *scan) heredoc(b []byte, i int, c *command) int {
	for i < len(b) && (b[i] == '-' || chars[b[i]]&(isSpace|isQuote) != 0 || b[i] == '\\') {
		i++
	}
	from := i
	for i < len(b) && chars[b[i]]&isIdent != 0 {
		i++
	}
	mark := b[from:i]
	if len(mark) == 0 {
		return i
	}
	x.facts |= factHeredoc
	line := i
	for line < len(b) && b[line] != '\n' {
		line++
	}
	// the rest of the line goes on as a command: "cat <<EOF > file"
	rest := b[i:line]
	begin := min(line+1, len(b))
	end := begin
	for end < len(b) {
		eol := end
		for eol < len(b) && b[eol] != '\n' {
			eol++
		}
		l := b[end:eol]
		for len(l) > 0 && chars[l[0]]&isSpace != 0 {
			l = l[1:]
		}
		if string(l) == string(mark) {
			break
		}
		end = min(eol+1, len(b))
		if eol == len(b) {
			break
		}
	}
	run := c.role&(roleShell|roleProgram) != 0
	x.code(b[begin:end], run)
	if len(rest) > 0 && !run {
		x.rest(rest)
	}
	for end < len(b) && b[end] != '\n' {
		end++
	}
	*c = command{want: true}
	return end
}

// rest reads what follows a heredoc's mark on its line, for the file it goes to.
func (x *scan) rest(b []byte) {
	for i := range b {
		if b[i] == '>' {
			for i++; i < len(b) && (chars[b[i]]&isSpace != 0 || b[i] == '>'); i++ {
			}
			from := i
			for i < len(b) && chars[b[i]]&(isSpace|isOperator|isQuote) == 0 {
				i++
			}
			x.place(b[from:i], kindWrite)
			return
		}
	}
}
