package policy

import (
	"runtime"
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// This file says whether an effect is one that a grant or rule means. The two
// directions differ wherever something is not known: a grant covers only what it
// surely means, a rule catches what it may mean.

// foldPaths says whether the file systems of this kind of machine usually take
// "INFRA" for "infra". A prohibition then does so too.
var foldPaths = runtime.GOOS == "darwin" || runtime.GOOS == "windows"

// otherNames says whether the file systems of this kind of machine open x by
// "x::$DATA", "x." and "x " as well, and by a short name such as "X~1".
var otherNames = runtime.GOOS == "windows"

// anotherName reports whether p may be a second name of a file that has another: a
// grant is not for it. Judging by the name that is meant is for [plainName].
func anotherName(p string) bool {
	for part := range strings.SplitSeq(p, "/") {
		if strings.ContainsRune(part, ':') || strings.HasSuffix(part, ".") || strings.HasSuffix(part, " ") {
			return true
		}
		if i := strings.LastIndexByte(part, '~'); i >= 0 && i+1 < len(part) && '0' <= part[i+1] && part[i+1] <= '9' {
			return true
		}
	}
	return false
}

// plainName returns p without what such a file system drops from the names in it:
// streams, and dots and blanks at the end. A short name stays as it is.
func plainName(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		part, _, _ = strings.Cut(part, ":")
		parts[i] = strings.TrimRight(part, ". ")
	}
	return strings.Join(parts, "/")
}

// certainty returns how much of e may be relied on. What claims to be known and
// is not in the canonical form of its kind is not known: somebody's analyzer may
// have left a path as it was written.
func certainty(e *effect.Effect) effect.Certainty {
	switch {
	case e.Certainty == effect.Unknown, e.Certainty > effect.Exact, e.Kind == effect.AnyKind, e.Kind > effect.Data,
		e.Target == "", len(e.Target) > maxTarget:
		return effect.Unknown
	case e.Kind == effect.Path && (!canonicalPath(e.Target) || otherNames && anotherName(e.Target)):
		return effect.Unknown
	}
	return e.Certainty
}

// maxTarget bounds what is matched, in bytes: no system takes longer paths.
const maxTarget = 8 << 10

// canonicalPath reports whether p is absolute and has no empty, "." or ".."
// parts, but perhaps a slash at its end.
func canonicalPath(p string) bool {
	if p[0] != '/' || strings.IndexByte(p, 0) >= 0 || strings.Contains(p, "//") {
		return false
	}
	for rest := p; ; {
		i := strings.Index(rest, "/.")
		if i < 0 {
			return true
		}
		rest = rest[i+2:]
		if rest == "" || rest[0] == '/' || rest == "." || strings.HasPrefix(rest, "./") {
			return false
		}
	}
}

// covers reports whether a grant surely includes e, and if not, which of its
// conditions failed. tool is the tool that is called.
func (g *grant) covers(e *effect.Effect, env *env, tool *toolName) (bool, failure) {
	s := &g.targets
	own := g.calls.names() && tool.owns(e)
	if own && e.Kind == effect.Host {
		return true, failNothing // whoever may call a server may reach it
	}
	if !s.kinds.has(e.Kind) {
		if !own {
			return false, failKind
		}
		// What is the tool's own comes with its name, unless the grant says which
		// of it, or how. Of a server named without its tools it is what is read.
		if s.access.has(e.Access) || s.access == 0 && (g.calls.namesTool || e.Access <= effect.Read) {
			return true, failNothing
		}
		return false, failAccess
	}
	sure := certainty(e)
	if sure == effect.Unknown {
		return false, failUnknown
	}
	how := whole
	if sure == effect.Prefix {
		how = every
	}
	if f := s.target(e, env, how); f != failNothing {
		return false, f
	}
	if !s.admits(e) {
		return false, failAccess
	}
	if s.direction != effect.NoDirection && s.direction != e.Direction {
		return false, failAccess
	}
	if s.except != nil && s.except.catches(e, env) != no {
		return false, failExcept
	}
	return true, failNothing
}

// surely reports whether an exception of a rule includes e.
func (s *selector) surely(e *effect.Effect, env *env) bool {
	sure := certainty(e)
	if sure == effect.Unknown || s.kinds != 0 && !s.kinds.has(e.Kind) || s.access != 0 && !s.access.has(e.Access) ||
		s.direction != effect.NoDirection && s.direction != e.Direction {
		return false
	}
	how := whole
	if sure == effect.Prefix {
		how = every
	}
	return s.kinds == 0 || s.target(e, env, how) == failNothing
}

// A toolName is a tool as a policy knows it.
type toolName struct{ server, tool string }

// nameOf takes the server out of a tool's name, as some clients put it in front:
// mcp__server__tool (Claude Code), mcp_server_tool (Gemini CLI, where the server
// is known), server__tool. A tool of a server must not pass for a local one.
func nameOf(server, tool string) toolName {
	if rest, ok := strings.CutPrefix(tool, "mcp__"); ok {
		if i := strings.LastIndex(rest, "__"); i > 0 && i+2 < len(rest) {
			if server == "" {
				server = rest[:i]
			}
			return toolName{server, rest[i+2:]}
		}
	}
	if server == "" {
		return toolName{server, tool}
	}
	rest := strings.TrimPrefix(tool, "mcp_")
	if rest, ok := strings.CutPrefix(rest, server); ok && len(rest) > 1 {
		switch {
		case strings.HasPrefix(rest, "__") && len(rest) > 2:
			return toolName{server, rest[2:]}
		case rest[0] == '.' || rest[0] == '/' || rest[0] == '_' && strings.HasPrefix(tool, "mcp_"):
			return toolName{server, rest[1:]}
		}
	}
	return toolName{server, tool}
}

// owns reports whether e is about the tool's own: the connection to its server,
// its data.
func (t *toolName) owns(e *effect.Effect) bool {
	if certainty(e) == effect.Unknown {
		return false
	}
	owner, rest, ok := strings.Cut(e.Target, ":")
	switch e.Kind {
	case effect.Host:
		return ok && owner == "mcp" && rest == t.server && rest != "" && e.Certainty == effect.Exact
	case effect.Data:
		return ok && (t.server != "" && owner == t.server && owner != "sql" || t.server == "" && owner == "tool")
	default:
		return false
	}
}

// target matches e's target against the patterns for its kind.
func (s *selector) target(e *effect.Effect, env *env, how compare) failure {
	switch e.Kind {
	case effect.Path:
		for i := range s.paths {
			if s.paths[i].covers(e.Target, env, how) {
				return failNothing
			}
		}
	case effect.Host:
		if how != whole {
			return failUnknown
		}
		for i := range s.hosts {
			if s.hosts[i].match(e.Target, env, false) {
				return failNothing
			}
		}
		for i := range s.urls { // the address is judged by its own effect
			if s.urls[i].host.match(e.Target, env, false) && s.urls[i].path.text == "/**" {
				return failNothing
			}
		}
	case effect.URL:
		host := hostOfURL(e.Target)
		if how == whole || strings.Count(e.Target, "/") > 2 {
			for i := range s.hosts {
				if s.hosts[i].match(host, env, false) {
					return failNothing
				}
			}
		}
		for i := range s.urls {
			if s.urls[i].match(e.Target, env, how, false) {
				return failNothing
			}
		}
	case effect.Repo:
		return s.repo(e.Target, env, how)
	case effect.Command:
		for i := range s.commands {
			if how != whole && (!s.commands[i].open || len(s.commands[i].words) > 1+strings.Count(e.Target, " ")) {
				continue
			}
			if s.commands[i].match(e.Target, e.Raw, env, false) {
				return failNothing
			}
		}
	case effect.Code:
		if slices.Contains(s.code, e.Target) {
			return failNothing
		}
	case effect.Secret:
		for i := range s.secrets {
			if s.secrets[i].covers(e.Target, env, how) {
				return failNothing
			}
		}
	case effect.Identity:
		if how == whole && anyGlob(s.identities, e.Target, env, false) {
			return failNothing
		}
	case effect.Resource:
		for i := range s.resources { // the fields that are there are known, whatever else is not
			if s.resources[i].match(e.Target, env, false) {
				return failNothing
			}
		}
	case effect.Data:
		if how == whole && anyGlob(s.data, e.Target, env, false) {
			return failNothing
		}
	case effect.AnyKind:
		return failUnknown
	}
	return failTarget
}

func (s *selector) repo(target string, env *env, how compare) failure {
	repo, ref := splitRepo(target)
	if how != whole && ref == "" {
		return failUnknown
	}
	fold := foldsCase(repo)
	if !slices.ContainsFunc(s.repos, func(g glob) bool { return g.match(repo, env, whole, fold) }) {
		return failTarget
	}
	if ref == "" {
		return failNothing
	}
	if slices.ContainsFunc(s.refs, func(g glob) bool {
		return g.match(ref, env, how, false) || how == every && strings.HasSuffix(g.text, "/*") && strings.HasPrefix(ref, strings.TrimSuffix(g.text, "*"))
	}) {
		return failNothing
	}
	return failRef
}

func (p *pathPattern) covers(target string, env *env, how compare) bool {
	return p.match(target, env, how, false) || p.real != nil && p.real.match(target, env, how, false)
}

func (p *pathPattern) catches(target string, env *env, how compare) bool {
	if otherNames {
		if plain := plainName(target); plain != target && p.catches(plain, env, how) {
			return true
		}
	}
	return p.matchUnset(target, env, how, foldPaths) || p.real != nil && p.real.matchUnset(target, env, how, foldPaths)
}

func (p *secretPattern) covers(target string, env *env, how compare) bool {
	if p.file {
		path, ok := strings.CutPrefix(target, "file:")
		return ok && p.pathPattern.covers(path, env, how)
	}
	return p.match(target, env, how, false)
}

func (p *secretPattern) catches(target string, env *env, how compare) bool {
	if p.file {
		path, ok := strings.CutPrefix(target, "file:")
		return ok && p.pathPattern.catches(path, env, how)
	}
	return p.matchUnset(target, env, how, false)
}

// admits reports whether a grant's access list includes what e does. Without a
// list it is the mildest access of the kind. Running a command or code, and
// taking on an identity, is what naming them grants.
func (s *selector) admits(e *effect.Effect) bool {
	switch e.Kind {
	case effect.Command, effect.Code, effect.Identity:
		return true
	case effect.Host, effect.URL:
		if s.access == 0 {
			return e.Access <= effect.Connect && e.Direction != effect.Out
		}
		if e.Direction == effect.Out {
			return s.access.has(effect.Write) || s.direction == effect.Out && s.access.has(effect.Connect)
		}
		if e.Access <= effect.Connect {
			return s.access.has(effect.Connect) || s.access.has(effect.Read) || s.access.has(effect.Write)
		}
		return s.access.has(e.Access)
	default:
		if s.access == 0 {
			return e.Access == effect.Read
		}
		return s.access.has(e.Access)
	}
}

// catches says whether a rule's selector means e. An effect of which too little
// is known is a doubt.
func (s *selector) catches(e *effect.Effect, env *env) truth {
	if e.Kind == effect.AnyKind || e.Kind > effect.Data {
		return doubt
	}
	if s.kinds != 0 && !s.kinds.has(e.Kind) {
		return no
	}
	if !s.forbids(e) {
		return no
	}
	if s.direction != effect.NoDirection && e.Direction != effect.NoDirection && e.Direction != s.direction {
		return no
	}
	t := yes
	if s.kinds != 0 {
		t = s.hits(e, env)
	}
	if t != no && s.except != nil {
		if s.except.surely(e, env) {
			return no
		}
	}
	return t
}

// hits matches e's target against a rule's patterns. A guess that hits is
// enough.
func (s *selector) hits(e *effect.Effect, env *env) truth {
	if len(e.Target) > maxTarget {
		return yes // nothing honest is so long
	}
	if e.Target != "" {
		if s.hitsAs(e, env, whole) {
			return yes
		}
		if e.Certainty == effect.Prefix && s.hitsAs(e, env, every) {
			return yes
		}
	}
	switch e.Certainty {
	case effect.Exact:
		return no
	case effect.Prefix:
		if s.hitsAs(e, env, possible) {
			return doubt
		}
		return no
	default:
		return doubt
	}
}

func (s *selector) hitsAs(e *effect.Effect, env *env, how compare) bool {
	switch e.Kind {
	case effect.Path:
		return slices.ContainsFunc(s.paths, func(p pathPattern) bool { return p.catches(e.Target, env, how) })
	case effect.Host:
		if how == possible {
			return len(s.hosts)+len(s.urls) > 0
		}
		return slices.ContainsFunc(s.hosts, func(h hostPattern) bool { return h.match(e.Target, env, true) }) ||
			slices.ContainsFunc(s.urls, func(u urlPattern) bool { return u.path.text == "/**" && u.host.match(e.Target, env, true) })
	case effect.URL:
		if how == possible && strings.Count(e.Target, "/") <= 2 { // the host may go on
			return len(s.hosts)+len(s.urls) > 0
		}
		host := hostOfURL(e.Target)
		return slices.ContainsFunc(s.hosts, func(h hostPattern) bool { return h.match(host, env, true) }) ||
			slices.ContainsFunc(s.urls, func(u urlPattern) bool { return u.match(e.Target, env, how, true) })
	case effect.Repo:
		repo, ref := splitRepo(e.Target)
		ofRepo := how
		if ref != "" { // what is known in part is the ref
			ofRepo = whole
		}
		return (len(s.repos) == 0 || means(s.repos, repo, env, ofRepo, foldsCase(repo))) &&
			(len(s.refs) == 0 || ref == "" && how == possible || ref != "" && means(s.refs, ref, env, how, false))
	case effect.Command:
		return slices.ContainsFunc(s.commands, func(c commandPattern) bool { return c.match(e.Target, e.Raw, env, true) })
	case effect.Code:
		return slices.Contains(s.code, e.Target) || how == possible && slices.ContainsFunc(s.code, func(c string) bool { return strings.HasPrefix(c, e.Target) })
	case effect.Secret:
		return slices.ContainsFunc(s.secrets, func(p secretPattern) bool { return p.catches(e.Target, env, how) })
	case effect.Identity:
		return means(s.identities, e.Target, env, how, false)
	case effect.Resource:
		return slices.ContainsFunc(s.resources, func(r resourcePattern) bool { return r.match(e.Target, env, true) })
	case effect.Data:
		fold := strings.HasPrefix(e.Target, "sql:") // "Orders" and orders are one table to many servers
		return means(s.data, e.Target, env, how, fold)
	default:
		return false
	}
}

// means reports whether a rule's patterns mean a text, of which how says how much is known.
func means(patterns []glob, text string, env *env, how compare, fold bool) bool {
	return slices.ContainsFunc(patterns, func(g glob) bool { return g.matchUnset(text, env, how, fold) })
}

// forbids reports whether a rule's access list means what e does. There, write
// includes what is stronger (deleting, changing what runs, changing rights), and
// connect is whatever reaches a network.
func (s *selector) forbids(e *effect.Effect) bool {
	switch {
	case s.access == 0 || e.Access == effect.NoAccess || s.access.has(e.Access):
		return true
	case s.access.has(effect.Write) && e.Access > effect.Write && e.Kind != effect.Command && e.Kind != effect.Code && e.Kind != effect.Identity:
		return true
	case s.access.has(effect.Connect):
		return leaves(e)
	}
	return false
}

// leaves reports whether e reaches beyond this machine.
func leaves(e *effect.Effect) bool {
	switch e.Kind {
	case effect.Host, effect.URL, effect.Repo:
		return true
	case effect.Resource:
		return e.Direction == effect.Out || e.Access >= effect.Write
	case effect.Code:
		return e.Target == "remote"
	default:
		return e.Access == effect.Connect || e.Direction == effect.Out
	}
}

// A failure is the condition of a grant that kept it from covering an effect,
// ordered from the nearest miss to the farthest.
type failure uint8

const (
	failNothing failure = iota
	failExpired
	failUses
	failAccess
	failExcept
	failRef
	failArgument
	failWhen
	failTarget
	failSubagent
	failTool
	failUnknown
	failKind
)
