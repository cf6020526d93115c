package intentmodel

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// A workState is what a session keeps about the purpose of its work.
type workState struct {
	said     [purposes]float32 // what the prompts speak for, as logits
	prompts  uint16
	deeds    [maxDeeds]uint16
	calls    uint16
	surveys  uint16 // of the calls, those that look around on the machine
	first    uint8  // the first deed since the last prompt, from 1
	latest   uint8
	task     uint32  // the intents the session was declared to have, a bit each
	reached  uint8   // what was reached, a bit a kind
	drift    float32 // the farthest
	departed int32
}

// Where the groups of features of the purpose begin.
const (
	workHead   = 0                      // concepts at the beginning of the prompt
	workBody   = workHead + maxConcepts // concepts anywhere in it
	workShape  = workBody + maxConcepts
	workPrompt = workShape + shapes // above it, features of the prompt; from here, of the actions

	workHas   = workPrompt         // a deed was done
	workShare = workHas + maxDeeds // the share of a deed among the calls
	workFirst = workShare + maxDeeds
	workSize  = workFirst + maxDeeds // how many calls
	sizes     = 4
	workMuch  = workSize + sizes // edits and reads
	workEnd   = workMuch + 4

	workFeatures = workEnd
)

// WorkFeatureNames returns the name of every feature of the purpose, by its
// number.
func WorkFeatureNames() []string {
	w := loadWords()
	names := make([]string, workFeatures)
	for i, c := range w.concepts[min(1, len(w.concepts)):] {
		names[workHead+i] = "head." + c
		names[workBody+i] = "body." + c
	}
	for i, n := range shapePromptNames {
		names[workShape+i] = "shape." + n
	}
	deeds := make([]string, maxDeeds)
	copy(deeds, deedNames[:])
	for i, d := range w.deeds[min(1, len(w.deeds)):] {
		deeds[int(deedFirst)+i] = d
	}
	for i, d := range deeds {
		if d != "" {
			names[workHas+i], names[workShare+i], names[workFirst+i] = "has."+d, "share."+d, "first."+d
		}
	}
	for i, n := range [...]string{"1", "2-3", "4-9", "10+"} {
		names[workSize+i] = "calls." + n
	}
	for i, n := range [...]string{"no.edits", "only.reads", "only.commands", "no.prompt"} {
		names[workMuch+i] = n
	}
	return names
}

// A Term is a feature of the purpose and its value.
type Term struct {
	Feature int
	Value   float32
}

// terms appends the features of a prompt.
func (s *said) terms(dst []Term) []Term {
	for i := range maxConcepts {
		if s.head&(1<<i) != 0 {
			dst = append(dst, Term{workHead + i, 1})
		}
		if s.body&(1<<i) != 0 {
			dst = append(dst, Term{workBody + i, 1})
		}
	}
	for i := range shapes {
		if s.shape&(1<<i) != 0 {
			dst = append(dst, Term{workShape + i, 1})
		}
	}
	return dst
}

// PromptTerms returns the features of a prompt.
func PromptTerms(text string) []Term {
	said := loadWords().listen(text)
	return said.terms(nil)
}

// WorkTerms returns the features of what a session did.
func (s *State) WorkTerms() []Term { return s.work.terms(nil) }

// maxTerms is how many features of the actions can be set at once.
const maxTerms = 2*maxDeeds + 8

// terms appends the features of what was done.
func (w *workState) terms(dst []Term) []Term {
	if w.prompts == 0 {
		dst = append(dst, Term{workMuch + 3, 1})
	}
	if w.calls == 0 {
		return dst
	}
	all := float32(w.calls)
	for d, n := range w.deeds {
		if n > 0 {
			dst = append(dst, Term{workHas + d, 1}, Term{workShare + d, min(float32(n)/all, 1)})
		}
	}
	if w.first > 0 {
		dst = append(dst, Term{workFirst + int(w.first) - 1, 1})
	}
	size := 3
	switch {
	case w.calls == 1:
		size = 0
	case w.calls <= 3:
		size = 1
	case w.calls <= 9:
		size = 2
	}
	dst = append(dst, Term{workSize + size, 1})
	edits := w.deeds[deedSource] + w.deeds[deedTests] + w.deeds[deedDocs] + w.deeds[deedConfig] + w.deeds[deedOther]
	if edits == 0 {
		dst = append(dst, Term{workMuch, 1})
		if w.deeds[deedRead]+w.deeds[deedSearch] == w.calls {
			dst = append(dst, Term{workMuch + 1, 1})
		}
		if w.deeds[deedRead]+w.deeds[deedSearch] == 0 {
			dst = append(dst, Term{workMuch + 2, 1})
		}
	}
	return dst
}

// do counts what a call does towards a purpose.
func (w *workState) do(l *wordlist, g *sight, a *Action) {
	if w.calls == 1<<15 { // shares stay what they are
		for i := range w.deeds {
			w.deeds[i] /= 2
		}
		w.calls /= 2
		w.surveys /= 2
	}
	w.calls++
	if g.mild&(1<<Reconnaissance) != 0 {
		w.surveys++
	}
	first := deed(0)
	did := func(d deed) {
		w.deeds[d]++
		if first == 0 {
			first = d + 1
		}
	}
	switch g.tool {
	case toolRead:
		did(deedRead)
	case toolSearch:
		did(deedSearch)
	case toolEdit, toolWrite:
		w.edit(g, a, did)
		if g.tool == toolWrite {
			did(deedNew)
		}
	case toolWeb:
		did(deedWeb)
	case toolTask:
		did(deedTask)
	case toolPlan:
		did(deedPlan)
	case toolAsk:
		did(deedAsk)
	case toolMCP:
		did(deedMCP)
	case toolShell, toolCode, toolOther, toolKinds:
		before := first
		var deeds signs
		for i := range a.Effects[:min(len(a.Effects), maxEffects)] {
			if e := &a.Effects[i]; e.Kind == effect.Command {
				l.commandDeeds(&deeds, e.Target)
				if e.Target == "apply_patch" { // how some agents edit
					did(deedSource)
				}
			}
		}
		deeds.union(g.x.deeds)
		deeds.each(func(n sign) { did(deedFirst + deed(n) - 1) })
		if first == before {
			did(deedShell)
		}
	}
	if w.first == 0 {
		w.first = uint8(first)
	}
	w.latest = uint8(first)
}

// surveying reports whether three calls in five look around on the machine.
func (w *workState) surveying() bool { return w.surveys > 0 && int(w.surveys)*5 >= int(w.calls)*3 }

// edit tells what kind of file an edit changes, from its effects, else from the
// path among its arguments.
func (w *workState) edit(g *sight, a *Action, did func(deed)) {
	any := false
	for _, k := range []struct {
		yes bool
		d   deed
	}{{g.tests, deedTests}, {g.docs, deedDocs}, {g.config, deedConfig}, {g.source, deedSource}} {
		if k.yes {
			did(k.d)
			any = true
		}
	}
	if any {
		return
	}
	switch fileKind(argument(a.Text, "path")) {
	case fileTest:
		did(deedTests)
	case fileDocs:
		did(deedDocs)
	case fileConfig:
		did(deedConfig)
	case fileSource:
		did(deedSource)
	case fileOther:
		did(deedOther)
	}
}

// argument returns the first string in a JSON text whose key ends in name.
func argument(text, name string) string {
	text = text[:min(len(text), maxArguments)]
	for {
		i := strings.Index(text, name)
		if i < 0 {
			return ""
		}
		text = text[i+len(name):]
		if text == "" || text[0] != '"' {
			continue
		}
		text = strings.TrimLeft(text[1:], ": ")
		if text != "" && text[0] == '"' {
			return text[1:stringEnd(text, 1)]
		}
	}
}

// commandDeeds adds the deeds of a command effect: a program and its subcommand.
func (l *wordlist) commandDeeds(s *signs, target string) {
	h := hashProgram(target)
	sub := uint64(0)
	rest := target
	for i := 0; ; i++ {
		at := -1
		for j := range len(rest) {
			if rest[j] == ' ' {
				at = j
				break
			}
		}
		if at < 0 {
			break
		}
		rest = rest[at+1:]
		word := hashProgram(rest)
		l.commands.find(s, key(kindPair, h, word, 0))
		if sub != 0 {
			l.commands.find(s, key(kindTriple, h, sub, word))
		} else {
			sub = word
		}
	}
	if s.empty() {
		l.commands.find(s, key(kindProg, h, 0, 0))
	}
}
