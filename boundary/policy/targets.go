package policy

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// This file finds, among many grants or rules of one tool, those whose patterns
// may match a target, without asking the others. It only ever leaves out what
// surely does not match: what it cannot place is always asked.

// minIndexed is from how many on finding is cheaper than asking all.
const minIndexed = 16

// A finder files items under how the targets they match begin or end. Its zero
// value is no finder.
type finder struct {
	all    []int
	always [effect.Data + 1][]int            // asked for every effect of the kind
	paths  [varCount + 1]map[string][]int    // by variable and folder; the last is for absolute ones
	vars   [varCount][]int                   // everything that starts with a variable, for when it is not set
	hosts  map[string][]int                  // by name, and by what follows "*." with the dot
	texts  [effect.Data + 1]map[string][]int // by the whole target, or by the first word of a command
}

// newFinder files items by their selectors. A nil selector, or one that is about
// a kind without naming targets, is always asked.
func newFinder(items []int, of func(int) *selector) *finder {
	if len(items) < minIndexed {
		return nil
	}
	f := &finder{all: items, hosts: map[string][]int{}}
	for i := range f.paths {
		f.paths[i] = map[string][]int{}
	}
	for i := range f.texts {
		f.texts[i] = map[string][]int{}
	}
	for _, item := range items {
		s := of(item)
		for k := effect.AnyKind; k <= effect.Data; k++ {
			f.file(item, s, k)
		}
	}
	return f
}

func (f *finder) file(item int, s *selector, k effect.Kind) {
	if s.kinds != 0 && !s.kinds.has(k) && k != effect.Host && k != effect.Data {
		return // a server's own connection and data need no mention
	}
	put := func(m map[string][]int, key string) {
		if list := m[key]; len(list) == 0 || list[len(list)-1] != item {
			m[key] = append(list, item)
		}
	}
	always := func() {
		if list := f.always[k]; len(list) == 0 || list[len(list)-1] != item {
			f.always[k] = append(list, item)
		}
	}
	host := func(h *hostPattern) {
		switch {
		case h.exact != "":
			put(f.hosts, h.exact)
		case h.deep && h.name.literal:
			put(f.hosts, "."+h.name.text)
		default:
			always()
		}
	}
	names := func(list []glob) {
		for i := range list {
			if list[i].literal {
				put(f.texts[k], foldedKey(k, list[i].text))
			} else {
				always()
			}
		}
	}
	filed := 0
	switch k {
	case effect.Path:
		filed = len(s.paths)
		for i := range s.paths {
			f.path(item, &s.paths[i], put, always)
		}
	case effect.Host, effect.URL:
		filed = len(s.hosts) + len(s.urls)
		for i := range s.hosts {
			host(&s.hosts[i])
		}
		for i := range s.urls {
			host(&s.urls[i].host)
		}
	case effect.Command:
		filed = len(s.commands)
		for i := range s.commands {
			if w := &s.commands[i].words; len(*w) > 0 && (*w)[0].literal {
				put(f.texts[k], (*w)[0].text)
			} else {
				always()
			}
		}
	case effect.Code:
		filed = len(s.code)
		for _, c := range s.code {
			put(f.texts[k], c)
		}
	case effect.Identity:
		filed = len(s.identities)
		names(s.identities)
	case effect.Data:
		filed = len(s.data)
		names(s.data)
	case effect.AnyKind, effect.Repo, effect.Secret, effect.Resource:
	}
	if filed == 0 || k == effect.Host && s.kinds != 0 && !s.kinds.has(effect.Host) || k == effect.Data && s.kinds != 0 && !s.kinds.has(effect.Data) {
		always()
	}
}

// path files a pattern under the folder in which its fixed part ends.
func (f *finder) path(item int, p *pathPattern, put func(map[string][]int, string), always func()) {
	one := func(g *glob) {
		n := 0 // bytes of the fixed part
		for n < len(g.elems) && g.elems[n] < anyByte {
			n++
		}
		fixed := make([]byte, n)
		for i := range n {
			fixed[i] = byte(g.elems[i])
		}
		head := string(fixed)
		if n < len(g.elems) && g.elems[n] != deepTail && g.elems[n] != deepMid {
			head = head[:strings.LastIndexByte(head, '/')+1] // the rest is part of a name
			head = strings.TrimSuffix(head, "/")
		}
		root := varCount
		if g.variable > 0 {
			root = g.variable - 1
			f.vars[root] = append(f.vars[root], item)
		} else if head == "" {
			always()
			return
		}
		put(f.paths[root], head)
	}
	if foldPaths {
		always()
		return
	}
	one(&p.glob)
	if p.real != nil {
		one(p.real)
	}
}

// find calls ask with every item that may match e, some perhaps twice, until it
// returns true.
func (f *finder) find(e *effect.Effect, env *env, ask func(int) bool) bool {
	if e.Kind > effect.Data || e.Certainty == effect.Prefix {
		return slices.ContainsFunc(f.all, ask) // it may turn out to be under any
	}
	if slices.ContainsFunc(f.always[e.Kind], ask) {
		return true
	}
	switch e.Kind {
	case effect.Path:
		return f.findPath(e.Target, env, ask)
	case effect.Host:
		return f.findHost(e.Target, ask)
	case effect.URL:
		return f.findHost(hostOfURL(e.Target), ask)
	case effect.Command:
		word, _, _ := strings.Cut(e.Target, " ")
		return slices.ContainsFunc(f.texts[e.Kind][word], ask)
	default:
		return slices.ContainsFunc(f.texts[e.Kind][foldedKey(e.Kind, e.Target)], ask)
	}
}

// foldedKey is what a name is filed under: tables without regard to case, since a
// prohibition takes them so.
func foldedKey(k effect.Kind, text string) string {
	if k == effect.Data && strings.HasPrefix(text, "sql:") {
		return strings.ToLower(text)
	}
	return text
}

func (f *finder) findPath(target string, env *env, ask func(int) bool) bool {
	for root := range f.paths {
		if len(f.paths[root]) == 0 {
			continue
		}
		rest := target
		if root < varCount {
			if !env.set[root] {
				if slices.ContainsFunc(f.vars[root], ask) {
					return true
				}
				continue
			}
			if !strings.HasPrefix(rest, env.vars[root]) {
				continue
			}
			rest = rest[len(env.vars[root]):]
		}
		for {
			if slices.ContainsFunc(f.paths[root][rest], ask) {
				return true
			}
			i := strings.LastIndexByte(rest, '/')
			if i < 0 {
				break
			}
			rest = rest[:i]
		}
	}
	return false
}

func (f *finder) findHost(target string, ask func(int) bool) bool {
	if strings.HasPrefix(target, "mcp:") {
		return slices.ContainsFunc(f.all, ask) // whoever names the server
	}
	host, _, _ := splitHost(target)
	if slices.ContainsFunc(f.hosts[host], ask) {
		return true
	}
	for i := range len(host) {
		if host[i] == '.' && slices.ContainsFunc(f.hosts[host[i:]], ask) {
			return true
		}
	}
	return false
}
