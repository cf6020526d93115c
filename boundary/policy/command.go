package policy

import (
	"errors"
	"strings"
)

// A commandPattern matches the targets of command effects: words, of which "*"
// at the end stands for any further ones.
type commandPattern struct {
	text  string
	words []glob
	open  bool // ends in " *"
}

var errCommand = errors.New(`not a command: want a program, its subcommand and "*" for any arguments, as in "go test *"`)

func compileCommand(text string, params []string) (commandPattern, error) {
	c := commandPattern{text: text}
	if len(text) > maxPattern {
		return c, errLongPattern
	}
	words := strings.Fields(text)
	if len(words) == 0 {
		return c, errEmptyPattern
	}
	if strings.ContainsAny(text, "|;&<>`\n") {
		return c, errCommand // a pattern is about one command; what joins several is judged apart
	}
	if n := len(words) - 1; words[n] == "*" {
		words, c.open = words[:n], true
	}
	for _, w := range words {
		g, err := compileGlob(w, 0, params, false)
		if err != nil {
			return c, err
		}
		c.words = append(c.words, g)
	}
	return c, nil
}

// match reports whether the command that an effect names is the pattern's. raw
// is its text; what follows program and subcommand is taken from there. forbids
// makes a pattern match what cannot be told.
func (c *commandPattern) match(target, raw string, e *env, forbids bool) bool {
	is := func(g *glob, word string) bool {
		if forbids {
			return g.matchUnset(word, e, whole, false)
		}
		return g.match(word, e, whole, false)
	}
	words := c.words
	rest := target
	for rest != "" {
		if len(words) == 0 {
			return c.open
		}
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if !is(&words[0], word) {
			return false
		}
		words = words[1:]
	}
	if len(words) == 0 && c.open {
		return true
	}
	args, ok := arguments(target, raw)
	if !ok {
		return forbids || len(words) == 0 && raw == ""
	}
	for len(words) > 0 {
		word, tail, ok := nextWord(args)
		if !ok {
			return forbids
		}
		if word == "" || !is(&words[0], word) {
			return false
		}
		words, args = words[1:], tail
	}
	if c.open {
		return true
	}
	word, _, ok := nextWord(args)
	return ok && word == "" || !ok && forbids
}

// arguments returns what follows the words of target in raw, if raw holds them
// in this order with nothing but the program's folder added.
func arguments(target, raw string) (string, bool) {
	for first := true; target != ""; first = false {
		var want string
		want, target, _ = strings.Cut(target, " ")
		word, tail, ok := nextWord(raw)
		if !ok {
			return "", false
		}
		if first {
			word = word[strings.LastIndexByte(word, '/')+1:]
		}
		if word != want {
			return "", false
		}
		raw = tail
	}
	return raw, true
}

// nextWord cuts the first word off s. It knows plain words and words in quotes
// without escapes; everything else it reports as not understood. An empty word
// is the end.
func nextWord(s string) (word, rest string, ok bool) {
	s = strings.TrimLeft(s, " \t")
	if s == "" {
		return "", "", true
	}
	if q := s[0]; q == '\'' || q == '"' {
		end := strings.IndexByte(s[1:], q)
		if end <= 0 {
			return "", "", false
		}
		word, rest = s[1:1+end], s[2+end:]
		if q == '"' && strings.ContainsAny(word, "$`\\") || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
			return "", "", false
		}
		return word, rest, true
	}
	end := strings.IndexAny(s, " \t")
	if end < 0 {
		end = len(s)
	}
	if strings.ContainsAny(s[:end], "'\"\\$`|;&<>(){}*?[~\n#") {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// inertTools are what coding agents keep their own notes with. They touch
// nothing outside the conversation; a call without effects needs no grant.
var inertTools = map[string]bool{
	"TodoWrite": true, "TodoRead": true, "AskUserQuestion": true, "EnterPlanMode": true, "ExitPlanMode": true,
	"TaskCreate": true, "TaskGet": true, "TaskList": true, "TaskUpdate": true, "ToolSearch": true, "update_plan": true,
	"write_todos": true, "manage_todo_list": true, "ReportFindings": true, "EndConversation": true,
}
