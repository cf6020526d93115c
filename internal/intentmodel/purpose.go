package intentmodel

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed words.txt
var wordsText string

// A fileKind is what sort of file a path names, as far as its purpose goes.
type fileSort uint8

const (
	fileOther fileSort = iota
	fileSource
	fileTest
	fileDocs
	fileConfig
)

// fileKind tells by names and extensions. Paths are canonical, so "/" separates.
func fileKind(p string) fileSort {
	name := p[strings.LastIndexByte(p, '/')+1:]
	if len(name) > 128 {
		return fileOther
	}
	ext := ""
	if i := strings.LastIndexByte(name, '.'); i > 0 {
		ext = name[i+1:]
	}
	switch {
	case strings.Contains(name, "_test.") || strings.Contains(name, ".test.") || strings.Contains(name, ".spec.") ||
		strings.HasPrefix(name, "test_") || strings.HasSuffix(name, "Test.java") || strings.HasSuffix(name, "Tests.swift") || strings.HasSuffix(name, "_spec.rb") ||
		strings.Contains(p, "/tests/") || strings.Contains(p, "/test/") || strings.Contains(p, "/__tests__/") || strings.Contains(p, "/testdata/") ||
		strings.Contains(p, "/e2e/") || strings.Contains(p, "_test/") || strings.Contains(p, "/spec/") || strings.Contains(p, "/fixtures/"):
		return fileTest
	}
	switch ext {
	case "md", "mdx", "rst", "adoc", "txt", "tex":
		return fileDocs
	case "yml", "yaml", "toml", "ini", "cfg", "conf", "env", "properties", "hcl", "tf", "tfvars", "plist", "service", "editorconfig", "lock", "xml":
		return fileConfig
	case "json", "jsonc", "json5":
		return fileConfig
	case "":
		switch name {
		case "Makefile", "Dockerfile", "Justfile", "Procfile", "Jenkinsfile", "Vagrantfile", "Rakefile", "Gemfile":
			return fileConfig
		case "LICENSE", "README", "CHANGELOG", "CONTRIBUTING", "NOTICE", "AUTHORS":
			return fileDocs
		}
		if strings.HasPrefix(name, ".") {
			return fileConfig
		}
		return fileOther
	case "go", "py", "js", "ts", "tsx", "jsx", "rs", "java", "kt", "c", "h", "cc", "cpp", "hpp", "cs", "rb", "php", "swift", "scala", "sh", "bash", "zsh",
		"lua", "pl", "ex", "exs", "erl", "hs", "ml", "dart", "vue", "svelte", "css", "scss", "html", "sql", "zig", "nim", "r", "jl", "m", "mm", "proto", "graphql", "astro", "clj", "groovy", "ps1":
		return fileSource
	}
	if strings.HasPrefix(name, ".") {
		return fileConfig
	}
	return fileOther
}

// A deed is what a call does towards a purpose.
type deed uint8

const (
	deedRead deed = iota
	deedSearch
	deedSource // a source file is changed
	deedTests  // a test is changed
	deedDocs
	deedConfig
	deedOther // another file is changed
	deedNew   // a file is written whole
	deedWeb
	deedTask
	deedPlan
	deedAsk
	deedMCP
	deedShell // a command of no other kind
	deedFail  // a result was a failure
	deedFirst // the kinds of commands of words.txt follow
)

var deedNames = [deedFirst]string{"read", "search", "edit.source", "edit.tests", "edit.docs", "edit.config", "edit.other", "write", "web", "task", "plan", "ask", "mcp", "shell", "fail"}

const (
	maxDeeds    = int(deedFirst) + 16
	maxConcepts = 40
)

// A wordlist is words.txt, ready to be looked up.
type wordlist struct {
	concepts []string
	deeds    []string
	words    table // what is said: phrases by the hashes of their words
	commands table
	orders   table // phrases of an order in a result; the weight stands where a sign would
}

func parseWords(text string) (*wordlist, error) {
	w := &wordlist{concepts: []string{""}, deeds: []string{""}}
	words, commands, orders := map[uint64]*[4]sign{}, map[uint64]*[4]sign{}, map[uint64]*[4]sign{}
	order := sign(0) // the weight of phrases that follow; 0 for those of a concept
	no := 0
	for line := range strings.SplitSeq(text, "\n") {
		no++
		if line == "" || line[0] == '#' {
			continue
		}
		what, rest, _ := strings.Cut(line, " ")
		var err error
		switch what {
		case "concept":
			w.concepts, order = append(w.concepts, rest), 0
		case "deed":
			w.deeds = append(w.deeds, rest)
		case "order":
			if n, nerr := strconv.Atoi(rest); nerr != nil || n < 1 || n > 9 {
				err = fmt.Errorf("%q is no weight", rest)
			} else {
				order = sign(n)
			}
		case "say":
			for p := range strings.SplitSeq(rest, " | ") {
				f := strings.Fields(p)
				if len(f) == 0 || len(f) > 3 {
					err = fmt.Errorf("%q has no or too many words", p)
					break
				}
				into, what := words, sign(len(w.concepts)-1)
				if order > 0 {
					into, what = orders, order
				}
				if err = insert(into, phraseKey(f), what); err != nil {
					break
				}
			}
		case "cmd":
			for p := range strings.SplitSeq(rest, " | ") {
				keys, kerr := patternKeys("cmd", p)
				if kerr == nil {
					kerr = insert(commands, keys[0], sign(len(w.deeds)-1))
				}
				if kerr != nil {
					err = fmt.Errorf("%q: %w", p, kerr)
					break
				}
			}
		default:
			err = fmt.Errorf("%q is no kind of pattern", what)
		}
		if err == nil && (len(w.concepts) > maxConcepts || len(w.deeds) > 16) {
			err = fmt.Errorf("too many concepts or deeds")
		}
		if err != nil {
			return nil, fmt.Errorf("words.txt:%d: %w", no, err)
		}
	}
	w.words, w.commands, w.orders = newTable(words), newTable(commands), newTable(orders)
	return w, nil
}

func phraseKey(words []string) uint64 {
	var h [3]uint64
	for i, w := range words {
		h[i] = hash(w)
	}
	return key(kind(100+len(words)), h[0], h[1], h[2])
}
