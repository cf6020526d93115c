package intentmodel

import "strings"

// What is read of one call's arguments, at most. Effects, which the analyzer finds
// in all of them, carry what lies beyond.
const (
	maxArguments = 6144 // bytes of JSON
	maxField     = 3072 // bytes of one field, decoded
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
	factFor                          // a loop over a list
	factStranger                     // names a host that is neither this machine nor a place for code
)

// A scan reads the arguments of one call. It lives on the stack: nothing of it is
// kept.
type scan struct {
	t           *table
	w           *table // commands by what they are for
	deeds       signs
	bank        uint8 // where signs go now: bankActed or bankWritten
	banks       [2]signs
	facts       facts
	held        [2]deedSet
	programs    [maxPrograms]uint64 // hashes of the programs the analyzer found
	known       int
	ran         [maxRan]uint64 // hashes of the names of files that are run
	rans        int
	given       bool // what a substitution gives is run: sh -c "$(...)", eval "$(...)"
	within      bool // a command inside a program's text
	depth       uint8
	inert       bool // what is written does not run as it is
	shellScript bool // what is written is for a shell
	paths       bool // no effect tells of paths: take them from the words
	variable    bool // a program is named by a variable: values may be commands
	buf         [maxField]byte
}

const (
	maxPrograms = 24
	maxRan      = 8
)

// What a call does, and what a program it writes would do.
const (
	bankActed = iota
	bankWritten
)

// to is where signs go now.
func (x *scan) to() *signs { return &x.banks[x.bank] }

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
	x.bank = bankActed
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
	for len(s) > 0 && n < len(buf) {
		plain := strings.IndexByte(s, '\\')
		if plain < 0 {
			plain = len(s)
		}
		n += copy(buf[n:], s[:plain])
		if n == len(buf) || len(s) < plain+2 {
			break
		}
		c := s[plain+1]
		s = s[plain+2:]
		switch c {
		case 'n', 'r':
			c = '\n'
		case 't', 'b', 'f':
			c = ' '
		case 'u':
			c = 0xff
			if len(s) >= 4 {
				if s[0] == '0' && s[1] == '0' && s[2] < '8' {
					c = unhex(s[2])<<4 | unhex(s[3])
				}
				s = s[4:]
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
	isPlain // goes into a word as it is
	isStop  // a sentence of a result, or the text it stands in, ends
	isMark  // is in addresses and names, and in few words
)

var chars = func() (t [256]uint8) {
	for _, c := range []byte(" \t\r\x00\x0b\x0c") {
		t[c] |= isSpace
	}
	for _, c := range []byte("\n;|&()<>{}`") {
		t[c] |= isOperator
	}
	for _, c := range []byte(`"'`) {
		t[c] |= isQuote
	}
	for _, c := range []byte("\n\"\\<>{}") {
		t[c] |= isStop
	}
	for _, c := range []byte("@#.0123456789") {
		t[c] |= isMark
	}
	for c := range 256 {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t[c] |= isIdent | isPlain
		case 'A' <= c && c <= 'Z':
			t[c] |= isIdent | isUpper | isPlain
		case c == '_':
			t[c] |= isIdent | isPlain
		case c >= 0x80, strings.IndexByte("-.@%+~^*?!$[]#", byte(c)) >= 0:
			t[c] |= isPlain
		}
	}
	return t
}()
