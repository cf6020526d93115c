package intentmodel

import (
	"strings"
	"unsafe"
)

// What is read of one call's arguments, at most. Effects, which the analyzer finds
// in all of them, carry what lies beyond.
const (
	maxArguments = 4096 // bytes of JSON
	maxField     = 1024 // bytes of one field, decoded
)

// facts are things seen in a command or a program that are no words.
type facts uint32

const (
	factPipeShell  facts = 1 << iota // fetched text goes into a shell
	factDecodeRun                    // decoded text goes into a shell
	factSendsFile                    // "@file": a form or body made of a file
	factBlob                         // a long run of base64 or hex
	factEscapes                      // characters written as numbers
	factBroken                       // words broken up by quotes, or spelled with ${IFS}
	factRootTarget                   // "/" or "/*" is an argument
	factSudo                         // run with another user's rights
	factHome                         // a whole home folder is an argument
	factHeredoc                      // text is handed to a program in place
	factLoop                         // something is done to many things
	factSilent                       // output and errors are thrown away
	factBackground                   // goes on by itself
	factStranger                     // names a host that is neither this machine nor a place for code
)

// A scan reads the arguments of one call. It lives on the stack: nothing of it is
// kept.
type scan struct {
	t           *table
	w           *table // commands by what they are for
	deeds       signs
	to          *signs // where signs go now: acted or written
	acted       signs  // what the call does
	written     signs  // what a program it writes would do
	facts       facts
	programs    [maxPrograms]uint64 // hashes of the programs the analyzer found
	known       int
	ran         [maxRan]uint64 // hashes of the names of files that are run
	rans        int
	within      bool // a command inside a program's text
	inert       bool // what is written does not run as it is
	shellScript bool // what is written is for a shell
	paths       bool // no effect tells of paths: take them from the words
	buf         [maxField]byte
}

const (
	maxPrograms = 24
	maxRan      = 8
)

func (x *scan) run(name uint64) {
	if x.rans < maxRan {
		x.ran[x.rans] = name
		x.rans++
	}
}

// A field says what the value of a JSON key holds.
type field uint8

const (
	fieldOther  field = iota
	fieldShell        // a shell command
	fieldCode         // text of a file or program
	fieldIgnore       // said by the agent about itself, or text that is taken away
)

func fieldOf(name string) field {
	switch name {
	case "command", "cmd", "script", "shell", "bash", "commands", "args", "argv", "input":
		return fieldShell
	case "content", "contents", "new_string", "new_str", "file_text", "code", "new_source", "insert_text", "patch", "diff", "actions", "source", "body", "text", "newText", "sql", "statement":
		return fieldCode
	case "description", "old_string", "old_str", "oldText", "title", "subject", "activeForm", "todos", "prompt", "thought", "explanation", "reason", "justification", "timeout", "message", "plan", "question", "questions", "pattern", "regex", "query", "tasks", "metadata":
		return fieldIgnore
	}
	return fieldOther
}

// arguments reads a call's arguments. run says that code among them runs now
// rather than being written to a file.
func (x *scan) arguments(text string, shell, run bool) {
	x.to = &x.acted
	if text == "" {
		return
	}
	if text[0] != '{' && text[0] != '[' {
		n := min(len(text), maxField)
		b := x.buf[:copy(x.buf[:], text[:n])]
		if shell {
			x.shell(b)
		} else {
			x.code(b, run)
		}
		return
	}
	if len(text) > maxArguments {
		text = text[:maxArguments]
	}
	f := fieldOther
	for i := 0; i < len(text); {
		q := strings.IndexByte(text[i:], '"')
		if q < 0 {
			return
		}
		i += q + 1
		end := stringEnd(text, i)
		value := text[i:end]
		i = min(end+1, len(text))
		j := i
		for j < len(text) && (text[j] == ' ' || text[j] == '\n' || text[j] == '\t') {
			j++
		}
		if j < len(text) && text[j] == ':' {
			f = fieldOf(value)
			i = j + 1
			continue
		}
		switch f {
		case fieldShell:
			x.shell(decode(x.buf[:], value))
		case fieldCode:
			if !x.inert {
				x.code(decode(x.buf[:], value), run)
			}
		case fieldOther:
			if len(value) > 3 {
				x.code(decode(x.buf[:min(len(x.buf), 256)], value), run)
			}
		case fieldIgnore:
		}
	}
}

// stringEnd returns where the JSON string that begins at i ends.
func stringEnd(text string, i int) int {
	for {
		q := strings.IndexByte(text[i:], '"')
		if q < 0 {
			return len(text)
		}
		i += q
		slashes := 0
		for i-slashes > 0 && text[i-1-slashes] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return i
		}
		i++
	}
}

// decode writes what a JSON string stands for to buf, as far as it goes. What is
// not ASCII and written as a number becomes one byte that is in no pattern.
func decode(buf []byte, s string) []byte {
	n := 0
	for i := 0; i < len(s) && n < len(buf); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			i++
			switch c = s[i]; c {
			case 'n', 'r':
				c = '\n'
			case 't', 'b', 'f':
				c = ' '
			case 'u':
				c = 0xff
				if i+4 < len(s) {
					if s[i+1] == '0' && s[i+2] == '0' && s[i+3] < '8' {
						c = unhex(s[i+3])<<4 | unhex(s[i+4])
					}
					i += 4
				}
			}
		}
		buf[n] = c
		n++
	}
	return buf[:n]
}

func unhex(c byte) byte {
	switch {
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return c & 15
}

// Classes of bytes. A shell word ends at space, an operator or a quote.
const (
	isSpace = 1 << iota
	isOperator
	isQuote
	isIdent
	isUpper
	isBase64
)

var bytes = func() (t [256]uint8) {
	for _, c := range []byte(" \t\r\x00\x0b\x0c") {
		t[c] |= isSpace
	}
	for _, c := range []byte("\n;|&()<>{}`") {
		t[c] |= isOperator
	}
	for _, c := range []byte(`"'`) {
		t[c] |= isQuote
	}
	for c := range 256 {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[c] |= isIdent | isBase64
		case 'A' <= c && c <= 'Z':
			t[c] |= isIdent | isUpper | isBase64
		case c == '_':
			t[c] |= isIdent
		case c == '+' || c == '/':
			t[c] |= isBase64
		}
	}
	return t
}()

// Words whose hashes the scan itself needs.
var (
	wordSudo    = [...]uint64{hash("sudo"), hash("doas")}
	wordWrap    = [...]uint64{hash("env"), hash("nohup"), hash("time"), hash("xargs"), hash("exec"), hash("command"), hash("builtin"), hash("nice"), hash("timeout"), hash("watch"), hash("then"), hash("do"), hash("else"), hash("elif"), hash("if"), hash("while"), hash("until"), hash("!"), hash("setsid"), hash("stdbuf"), hash("ionice"), hash("busybox"), hash("gtimeout")}
	wordShell   = [...]uint64{hash("sh"), hash("bash"), hash("zsh"), hash("dash"), hash("ksh"), hash("ash"), hash("fish"), hash("csh"), hash("tcsh")}
	wordRemote  = [...]uint64{hash("ssh"), hash("su"), hash("eval"), hash("kubectl"), hash("docker"), hash("podman"), hash("runuser"), hash("chroot"), hash("nsenter"), hash("sshpass"), hash("watch"), hash("trap"), hash("systemd-run"), hash("at")}
	wordProgram = [...]uint64{hash("python"), hash("python3"), hash("python2"), hash("perl"), hash("ruby"), hash("node"), hash("php"), hash("lua"), hash("deno"), hash("bun"), hash("osascript"), hash("swift"), hash("pwsh"), hash("powershell"), hash("tclsh"), hash("r"), hash("julia"), hash("gawk"), hash("awk")}
	wordFetch   = [...]uint64{hash("curl"), hash("wget"), hash("fetch"), hash("aria2c"), hash("lwp-download"), hash("nscurl")}
	wordDecode  = [...]uint64{hash("base64"), hash("base32"), hash("xxd"), hash("openssl"), hash("uudecode"), hash("b64decode"), hash("basenc")}
	wordSend    = [...]uint64{hash("curl"), hash("http"), hash("https"), hash("xh"), hash("wget")}
	wordText    = [...]uint64{hash("echo"), hash("printf")}
	wordSource  = [...]uint64{hash("source"), hash(".")}
	wordBuiltin = [...]uint64{hash("echo"), hash("printf"), hash("unset"), hash("export"), hash("set"), hash("trap"), hash("eval"), hash("alias"), hash("ulimit"), hash("umask"), hash("history"), hash("shopt"), hash("enable"), hash("source"), hash(".")}
	wordLoop    = [...]uint64{hash("for"), hash("while"), hash("xargs"), hash("until")}
)

func among(list []uint64, h uint64) bool {
	for _, w := range list {
		if w == h {
			return true
		}
	}
	return false
}

// A command is what the scan knows of the simple command it is in.
type command struct {
	program, sub uint64 // hashes; 0 while not known
	want         bool   // the next word is a program
	skip         bool   // the next word belongs to the option before it
	shell        bool   // program runs the text it is given as shell
	code         bool   // program runs the text it is given as its own language
	text         bool   // program passes the text it is given on: to a file, most often
	unsure       bool   // the analyzer found no such program: its words say nothing
	custom       bool   // program is a file of the workspace: what it is given may be anything, a command too
	nested       bool   // these are the words of a text that a program was given
}

// shell reads a shell command. It is no parser: it tells programs from their words
// well enough to find options, and leaves the rest to the effects.
func (x *scan) shell(b []byte) {
	var (
		c             = command{want: true}
		quote         byte
		quoteFrom     int
		fetch, decode bool // somewhere to the left in this pipeline
		redirect      bool
	)
	for i := 0; i < len(b); {
		ch := b[i]
		cl := bytes[ch]
		switch {
		case quote != 0 && ch == quote:
			quote = 0
			i++
			continue
		case cl&isQuote != 0 && quote == 0:
			if c.code || c.text && !c.want {
				end := closing(b, i)
				x.code(b[i+1:end], c.code)
				i = min(end+1, len(b))
				continue
			}
			quote, quoteFrom = ch, i
			switch {
			case c.shell:
				c = command{want: true}
			case c.custom:
				c = command{want: true, nested: true}
			}
			i++
			continue
		case cl&isQuote != 0 && c.nested:
			c = command{want: true, nested: true}
			i++
			continue
		case cl&isSpace != 0:
			i++
			continue
		case cl&isOperator != 0:
			if quote == '\'' && ch != '\n' && ch != ';' && ch != '|' {
				i++
				continue
			}
			switch ch {
			case '\n', ';':
				if quote == 0 || c.want {
					c, fetch, decode = command{want: true}, false, false
				}
			case '|':
				if quote == 0 {
					if i+1 < len(b) && b[i+1] == '|' {
						fetch, decode = false, false
						i++
					}
					c = command{want: true}
				}
			case '&':
				if quote == 0 && !redirect {
					if i+1 < len(b) && b[i+1] == '&' {
						i++
					} else if i+1 < len(b) && b[i+1] != '>' {
						x.facts |= factBackground
					}
					c, fetch, decode = command{want: true}, false, false
				}
			case '(', '`':
				if quote != '\'' {
					c = command{want: true}
				}
			case '{':
				if i+1 < len(b) && b[i+1] == ' ' {
					c = command{want: true}
				}
			case '<':
				if quote == 0 && i+2 < len(b) && b[i+1] == '<' && b[i+2] != '<' {
					i = x.heredoc(b, i+2, &c)
					continue
				}
				redirect = true
				i++
				continue
			case '>':
				redirect = true
				i++
				continue
			}
			redirect = false
			i++
			continue
		case ch == '#' && quote == 0 && (i == 0 || bytes[b[i-1]]&(isSpace|isOperator) != 0):
			for i < len(b) && b[i] != '\n' {
				i++
			}
			continue
		}

		w := x.word(b, i, quote)
		i = w.end
		single := quote == 0 || quoteFrom == w.from-1 && i < len(b) && b[i] == quote
		if redirect {
			redirect = false
			if w.full == hashDevNull {
				x.facts |= factSilent
			}
			x.place(b[w.from:w.end], kindWrite)
			continue
		}
		x.take(b, w, &c, single, &fetch, &decode)
	}
}

var hashDevNull = hash("/dev/null")

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

// A word is one word of a command. Hashes are of its folded text.
type word struct {
	from, end int
	full      uint64 // all of it
	base      uint64 // what follows the last slash of all of it
	slash     bool
	option    bool // begins with "-"

	// of "name=value": the name, the name with its "=", and the value
	equal           int // where the value begins; 0 if there is none
	name, nameEqual uint64
	value           uint64
}

// word reads the word at i. Quotes and backslashes inside it are passed over, as a
// shell does.
func (x *scan) word(b []byte, i int, quote byte) word {
	w := word{from: i, full: offset, base: offset, value: offset, option: b[i] == '-'}
	fold := !w.option
	run, hexes := 0, 0
loop:
	for ; i < len(b); i++ {
		ch := b[i]
		switch cl := bytes[ch]; {
		case cl&isBase64 != 0:
			run++
			if run == 48 {
				x.blob(b[i-47 : i+1])
			}
			if ch == '/' {
				w.slash = true
				w.base = offset
				w.full = (w.full ^ '/') * prime
				w.value = (w.value ^ '/') * prime
				continue
			}
			if cl&isUpper != 0 && fold {
				ch |= 0x20
			}
		case cl&isQuote != 0:
			if quote != 0 && ch == quote || !x.broken(b, w, i, quote) {
				break loop
			}
			continue // c'ur'l is one word for a shell
		case cl&(isSpace|isOperator) != 0, ch == ',' && quote != 0:
			break loop
		case (ch == '=' || ch == ':' && b[w.from] == '/' && i-w.from < 16 && !w.dotted(b, i)) && w.equal == 0 && i > w.from:
			run = 0
			w.name, w.nameEqual = w.full, (w.full^'=')*prime
			w.equal = i + 1
			w.full, w.value, w.base = w.nameEqual, offset, offset
			fold = true
			continue
		case ch == '\\' && quote != 0 && i+1 < len(b) && bytes[b[i+1]]&isUpper != 0:
			x.any(w.base) // C:\Windows\System32\
			w.slash = true
			w.base = offset
			continue
		case ch == '\\' && quote != '\'':
			if i+1 < len(b) && (b[i+1] == 'x' || b[i+1] >= '0' && b[i+1] <= '7') {
				hexes++
			}
			if i+1 < len(b) && b[i+1] == '\n' {
				if i == w.from {
					i++ // the line goes on
				}
				break loop
			}
			continue
		default:
			run = 0
		}
		w.full = (w.full ^ uint64(ch)) * prime
		w.base = (w.base ^ uint64(ch)) * prime
		w.value = (w.value ^ uint64(ch)) * prime
	}
	if hexes >= 4 {
		x.facts |= factEscapes
	}
	w.end = max(i, w.from+1)
	return w
}

// dotted reports whether the word up to i is more than "/name".
func (w *word) dotted(b []byte, i int) bool {
	for _, c := range b[w.from+1 : i] {
		if bytes[c]&isIdent == 0 {
			return true
		}
	}
	return i == w.from+1
}

// broken reports whether the quote at i only breaks up a word.
func (x *scan) broken(b []byte, w word, i int, quote byte) bool {
	if quote != 0 || w.option || w.equal != 0 || i == w.from || i+1 >= len(b) || bytes[b[i-1]]&isIdent == 0 {
		return false
	}
	if bytes[b[i+1]]&isIdent == 0 && b[i+1] != b[i] || closing(b, i)-i > 3 {
		return false
	}
	x.facts |= factBroken
	return true
}

// blob decides whether 48 letters and digits are data: names of files do not mix
// cases and digits throughout.
func (x *scan) blob(b []byte) {
	var upper, low, digit, slash int
	for _, c := range b {
		switch {
		case c >= '0' && c <= '9':
			digit++
		case bytes[c]&isUpper != 0:
			upper++
		case c == '/':
			slash++
		default:
			low++
		}
	}
	if upper >= 6 && low >= 6 && digit >= 2 && slash <= 4 {
		x.facts |= factBlob
	}
}

// take looks a word up and moves the command on.
func (x *scan) take(b []byte, w word, c *command, single bool, fetch, decode *bool) {
	text := b[w.from:w.end]
	if text[0] == '\\' {
		return
	}
	name := w.full
	if w.slash {
		name = w.base
	}
	x.any(w.full)
	x.parts(text)
	if w.slash {
		x.any(w.base)
		x.address(text[w.valueAt():])
	}
	if core := pattern(text); len(core) < len(text) {
		h := hashFolded(view(core))
		x.any(h)
		x.arg(h)
	}
	if !c.want || !single {
		x.arg(w.full)
	}
	if w.equal > 0 {
		x.any(w.name)
		x.any(w.value)
	}
	if at := w.valueAt(); at < len(text) && text[at] == '@' && len(text) > at+1 && among(wordSend[:], c.program) {
		x.facts |= factSendsFile
	}
	if text[0] == '$' && (startsWith(text, "$IFS") || startsWith(text, "${IFS")) {
		x.facts |= factBroken
	}
	if c.want && (single || c.nested) && !w.option {
		x.program(b, w, c, name, fetch, decode)
		return
	}
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
	if x.paths && (w.slash || text[0] == '~') {
		x.place(text[w.valueAt():], kindRead)
		if c.program == hashRemove {
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
		return
	}
	x.pair(c, w.full)
	if w.slash {
		x.pair(c, w.base)
	}
	if w.equal > 0 {
		x.pair(c, w.name)
		x.pair(c, w.nameEqual)
	}
	if c.sub == 0 {
		x.t.find(x.to, key(kindPair, c.program, hashAny, 0))
		c.sub = w.full
		if among(wordShell[:], c.program) || among(wordProgram[:], c.program) || among(wordSource[:], c.program) {
			x.run(name)
		}
	}
}

// parts looks up the parts of a word: "MacKeylogger.swift" has mac, keylogger and
// swift.
func (x *scan) parts(text []byte) {
	h, n := offset, 0
	for i, c := range text {
		if cl := bytes[c]; cl&isUpper != 0 {
			if n > 0 && bytes[text[i-1]]&isUpper == 0 {
				x.part(h, n)
				h, n = offset, 0
			}
			c |= 0x20
		} else if c < 'a' || c > 'z' {
			x.part(h, n)
			h, n = offset, 0
			continue
		}
		h = (h ^ uint64(c)) * prime
		n++
	}
	x.part(h, n)
}

func (x *scan) part(h uint64, n int) {
	if n >= 4 {
		x.t.find(x.to, key(kindPart, h, 0, 0))
	}
}

// pattern returns the word inside a search pattern: ^name$, /name/, *name*.
func pattern(text []byte) []byte {
	if n := len(text); n < 3 || n > 64 || text[0] != '^' && text[n-1] != '$' && (text[0] != '/' || text[n-1] != '/') && (text[0] != '*' || text[n-1] != '*') {
		return text
	}
	for len(text) > 0 && (text[0] == '^' || text[0] == '/' || text[0] == '*') {
		text = text[1:]
	}
	for n := len(text); n > 0 && (text[n-1] == '$' || text[n-1] == '/' || text[n-1] == '*'); n-- {
		text = text[:n-1]
	}
	return text
}

// valueAt returns where the value of "name=value" begins in the word; 0 if it is
// no such word.
func (w *word) valueAt() int {
	if w.equal == 0 {
		return 0
	}
	return w.equal - w.from
}

func startsWith(b []byte, s string) bool { return len(b) >= len(s) && string(b[:len(s)]) == s }

func (x *scan) arg(h uint64) { x.t.find(x.to, key(kindArg, h, 0, 0)) }

func (x *scan) any(h uint64) { x.t.find(x.to, key(kindAny, h, 0, 0)) }

var (
	hashRoot, hashRootAll = hash("/"), hash("/*")
	hashHome, hashHomeVar = hash("~"), hash("$home")
	hashRemove            = hash("rm")
	hashDashDash          = hash("--")
	hashAny               = hash("*") // "crontab *": the program with any word that is no option
	hashAwk, hashGawk     = hash("awk"), hash("gawk")
)

func (x *scan) pair(c *command, h uint64) {
	k := key(kindPair, c.program, h, 0)
	x.t.find(x.to, k)
	x.w.find(&x.deeds, k)
	if c.sub != 0 {
		k = key(kindTriple, c.program, c.sub, h)
		x.t.find(x.to, k)
		x.w.find(&x.deeds, k)
	}
}

// program takes the word that names a program.
func (x *scan) program(b []byte, w word, c *command, name uint64, fetch, decode *bool) {
	if w.equal > 0 {
		return // NAME=value program
	}
	if c.skip {
		c.skip = false
		return
	}
	if among(wordSudo[:], name) {
		x.facts |= factSudo
		c.program = name
		x.t.find(x.to, key(kindProg, name, 0, 0))
		return
	}
	if c.program != 0 && among(wordSudo[:], c.program) {
		x.pair(c, w.full) // "sudo su", "sudo bash"
	}
	if among(wordLoop[:], name) {
		x.facts |= factLoop
	}
	if among(wordWrap[:], name) {
		x.t.find(x.to, key(kindProg, name, 0, 0))
		return
	}
	if c.program != 0 && b[w.from] >= '0' && b[w.from] <= '9' {
		return // timeout 5
	}
	nested := c.nested
	*c = command{program: name, nested: nested, custom: w.slash && !nested}
	c.unsure = !nested && x.known > 0 && !among(x.programs[:x.known], name) && !among(wordBuiltin[:], name)
	if c.unsure {
		return
	}
	if w.slash {
		x.run(w.base)
	}
	x.t.find(x.to, key(kindProg, name, 0, 0))
	x.w.find(&x.deeds, key(kindProg, name, 0, 0))
	if w.slash && x.paths {
		x.place(b[w.from:w.end], kindExec)
	}
	if among(wordShell[:], name) || among(wordProgram[:], name) && name != hashAwk && name != hashGawk {
		if *fetch {
			x.facts |= factPipeShell
		}
		if *decode {
			x.facts |= factDecodeRun
		}
	}
	if among(wordFetch[:], name) {
		*fetch = true
	}
	if among(wordDecode[:], name) {
		*decode = true
	}
	c.shell = among(wordRemote[:], name)
	c.text = among(wordText[:], name)
}

// option takes a word that begins with "-": whole, up to its "=", and letter by
// letter if it may be a group of short ones.
func (x *scan) option(text []byte, w word, c *command) {
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
		if bytes[l]&isIdent == 0 {
			break
		}
		x.pair(c, hashOption(l))
		x.letter(c, l)
	}
}

var hashDash = hash("-")

func hashOption(l byte) uint64 { return (hashDash ^ uint64(l)) * prime }

// letter notes options that change how what follows is read.
func (x *scan) letter(c *command, l byte) {
	switch {
	case l == 'c' && among(wordShell[:], c.program):
		c.shell = true
	case (l == 'c' || l == 'e' || l == 'r' || l == 'E') && among(wordProgram[:], c.program):
		c.code = true
	case (l == 'u' || l == 'g' || l == 'h' || l == 'p') && c.want && among(wordSudo[:], c.program):
		c.skip = true
	}
}

// heredoc reads a text given in place: run if a shell or an interpreter gets it,
// else written. It returns where the text ends.
func (x *scan) heredoc(b []byte, i int, c *command) int {
	for i < len(b) && (b[i] == '-' || bytes[b[i]]&(isSpace|isQuote) != 0 || b[i] == '\\') {
		i++
	}
	from := i
	for i < len(b) && bytes[b[i]]&(isIdent) != 0 {
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
		for len(l) > 0 && bytes[l[0]]&isSpace != 0 {
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
	run := among(wordShell[:], c.program) || among(wordProgram[:], c.program)
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
			for i++; i < len(b) && (bytes[b[i]]&isSpace != 0 || b[i] == '>'); i++ {
			}
			from := i
			for i < len(b) && bytes[b[i]]&(isSpace|isOperator|isQuote) == 0 {
				i++
			}
			x.place(b[from:i], kindWrite)
			return
		}
	}
}

// place looks up a path that a word names, if effects do not tell of it.
func (x *scan) place(p []byte, k kind) {
	if len(p) == 0 || len(p) > maxPath || ordinaryDevice(p) || !x.paths && !startsWith(p, "/dev/") {
		return
	}
	if p[0] != '/' && p[0] != '~' && p[0] != '$' && p[0] != '.' {
		x.t.name(x.to, k, view(p))
		return
	}
	x.t.path(x.to, k, view(p))
}

// view is b as a string for as long as b is left alone: a lookup, which keeps
// nothing.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

func ordinaryDevice[T string | []byte](p T) bool {
	switch string(p) {
	case "/dev/null", "/dev/stdout", "/dev/stderr", "/dev/stdin", "/dev/tty", "/dev/fd", "/dev/zero", "/dev/urandom", "/dev/random", "/dev/full":
		return true
	}
	return false
}

// address looks up the host of an address in a word.
func (x *scan) address(text []byte) {
	i := indexScheme(text)
	if i < 0 {
		return
	}
	h := text[i:]
	for j, c := range h {
		if c == '/' || c == '?' || c == '#' {
			h = h[:j]
			break
		}
		if c == '@' {
			h = h[j+1:]
			break
		}
	}
	x.hostName(h, x.to)
}

func (x *scan) hostName(h []byte, to *signs) {
	if len(h) == 0 || len(h) > 128 {
		return
	}
	var s [128]byte
	n := 0
	for _, c := range h {
		if c == '/' {
			break
		}
		if bytes[c]&isUpper != 0 {
			c |= 0x20
		}
		s[n] = c
		n++
	}
	if name := view(s[:n]); !local(name) && !forge(name) {
		x.facts |= factStranger
	}
	x.t.host(to, kindTo, view(s[:n]))
}

// indexScheme returns where the host of "scheme://host" begins; -1 if there is none.
func indexScheme(b []byte) int {
	for i := 3; i+3 < len(b) && i < 16; i++ {
		if b[i] == ':' && b[i+1] == '/' && b[i+2] == '/' {
			return i + 3
		}
		if bytes[b[i]]&isIdent == 0 && b[i] != '+' {
			return -1
		}
	}
	return -1
}

// code reads the text of a program, a file or a message. run says that it runs
// now; if not, what it would do is only written.
func (x *scan) code(b []byte, run bool) {
	outer := x.to
	defer func() { x.to = outer }()
	if !run {
		x.to = &x.written
	}
	if x.shellScript && !run || shebang(b) {
		x.script(b)
	}
	to := x.to
	var (
		full   = offset // of the word, folded
		ident  = offset // of the identifier, as it is written
		object uint64   // the identifier before a dot
		last   uint64   // the identifier before this one, on the same line
		begin  = -1     // of the word
		digits = 0      // of the blob
	)
	flush := func(i int) {
		if ident != offset {
			x.t.find(to, key(kindCode, ident, 0, 0))
			if object != 0 {
				x.t.find(to, key(kindMember, object, ident, 0))
			}
		}
		if begin >= 0 {
			x.t.find(to, key(kindAny, full, 0, 0))
			x.t.find(to, key(kindArg, full, 0, 0))
			if w := b[begin:i]; len(w) > 2 {
				x.parts(w)
				x.codeWord(w, to)
			}
		}
	}
	for i := 0; i < len(b); i++ {
		c := b[i]
		cl := bytes[c]
		if cl&isIdent != 0 {
			if begin < 0 {
				begin = i
			}
			ident = (ident ^ uint64(c)) * prime
			if cl&isUpper != 0 {
				c |= 0x20
			}
			full = (full ^ uint64(c)) * prime
			digits++
			if digits == 48 {
				x.blob(b[i-47 : i+1])
			}
			continue
		}
		switch c {
		case '.', ':', '/', '-', '+', '~', '*', '@', '$', '[', ']', '|', '%':
			if ident != offset {
				x.t.find(to, key(kindCode, ident, 0, 0))
				if object != 0 {
					x.t.find(to, key(kindMember, object, ident, 0))
				}
			}
			object = 0
			if c == '.' || c == ':' && i+1 < len(b) && b[i+1] == ':' || c == ':' && i > 0 && b[i-1] == ':' {
				object = ident
			}
			if c != '+' && c != '/' {
				digits = 0
			} else {
				digits++
			}
			ident = offset
			if begin < 0 {
				begin = i
			}
			full = (full ^ uint64(c)) * prime
			continue
		case '\\':
			if i+2 < len(b) && b[i+1] == 'x' && bytes[b[i+2]]&isIdent != 0 {
				x.facts |= factEscapes
			}
		}
		flush(i)
		if cl&isQuote != 0 && i > 1 && !x.within {
			if last != 0 && among(calls[:], last) {
				end := closing(b, i)
				if end-i > 6 {
					x.within = true
					x.script(b[i+1 : end])
					x.within = false
				}
			}
		}
		if ident != offset {
			last = ident
		}
		if c == '\n' || c == ';' || c == ')' {
			last = 0
		}
		full, ident, object, begin, digits = offset, offset, 0, -1, 0
	}
	flush(len(b))
}

// script reads a shell script that is written, or given in place: its programs are
// in no effect.
func (x *scan) script(b []byte) {
	known, paths := x.known, x.paths
	x.known, x.paths = 0, true
	x.shell(b)
	x.known, x.paths = known, paths
}

// shebang reports whether b begins as a shell script does.
func shebang(b []byte) bool {
	if !startsWith(b, "#!") {
		return false
	}
	line := b[:min(len(b), 40)]
	for i := range line {
		if line[i] == '\n' {
			line = line[:i]
			break
		}
	}
	for i := range line {
		if startsWith(line[i:], "sh") && (i+2 == len(line) || line[i+2] == ' ') {
			return true
		}
	}
	return false
}

// calls are the functions of many languages that run their text as a command.
var calls = [...]uint64{
	hash("system"), hash("popen"), hash("Popen"), hash("run"), hash("call"), hash("check_output"), hash("check_call"), hash("getoutput"), hash("exec"), hash("execSync"),
	hash("spawn"), hash("shell_exec"), hash("passthru"), hash("Command"), hash("subprocess"), hash("execute"), hash("write"), hash("alias_command"),
}

// codeWord looks a path or an address in a program's text up.
func (x *scan) codeWord(w []byte, to *signs) {
	if i := indexScheme(w); i > 0 {
		x.hostName(w[i:], to)
		return
	}
	if (w[0] != '/' && w[0] != '~') || len(w) > maxPath {
		return
	}
	x.t.path(to, kindRead, view(w))
	if !startsWith(w, "/dev/null") && !startsWith(w, "/bin/") && !startsWith(w, "/usr/bin/") && !startsWith(w, "/dev/std") {
		x.t.path(to, kindWrite, view(w)) // "#!/bin/sh" writes nothing
	}
}
