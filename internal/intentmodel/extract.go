package intentmodel

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
	"github.com/ambit-go/ambit/boundary/secret"
	"github.com/ambit-go/ambit/identity"
)

// maxEffects is how many effects of one call are looked at: as many as the default
// analyzer finds.
const maxEffects = 256

// A sight is what is seen of one action by itself, before what came earlier is
// taken into account.
type sight struct {
	x    scan
	v    vector
	tool toolKind

	fetch signs // those that say that something is fetched

	out       bool // data goes to somebody else
	fetches   bool // something is fetched
	runs      bool // code the command does not show is run
	ran       bool // a file is run
	secret    bool // a place that holds a secret is read
	grants    bool
	deletes   bool
	changes   bool // something beyond the workspace is changed
	outsides  int  // paths deleted outside the workspace
	onlyTemp  bool // all of those for temporary files
	forge     bool // what goes out goes to a place that holds code
	elsewhere bool // a file is written on another machine
	here      bool // and one on this
	trawls    bool // reads all of a folder where secrets lie
	local     bool // reads a file by a path that counts from where the work is
	tests     bool // touches a file that holds tests
	docs      bool
	config    bool
	source    bool

	class uint16 // classes of the signs, one bit each, those of tier 0 left out
	mild  uint16 // classes of all signs
}

// look fills s with what a does. prompt and output actions do nothing.
func (l *lexicon) look(s *sight, a *Action) {
	s.tool = toolOf(a.Tool, a.Server)
	s.x.t, s.x.w, s.fetch = &l.table, &loadWords().commands, l.known.fetch
	s.v.set(featTool + int(s.tool))

	effects := a.Effects
	if len(effects) > maxEffects {
		effects = effects[:maxEffects]
		s.other(manyEffects)
	}
	s.x.paths = true
	for i := range effects {
		e := &effects[i]
		switch e.Kind {
		case effect.Command:
			if s.x.known < maxPrograms {
				s.x.programs[s.x.known] = hashProgram(e.Target)
				s.x.known++
			}
			if e.Target != "" && e.Target[0] == '/' {
				s.x.run(hashProgram(e.Target))
			}
			s.x.variable = s.x.variable || e.Certainty == effect.Unknown && strings.HasPrefix(e.Raw, "$")
		case effect.Path:
			s.x.paths = false
		default:
		}
	}
	x := &s.x
	if s.tool == toolEdit || s.tool == toolWrite {
		p := argument(a.Text, "path")
		x.inert, x.shellScript = !script(p), shellFile(p)
	}
	run := s.tool == toolShell || s.tool == toolCode || s.tool == toolWeb || s.tool == toolMCP || s.tool == toolOther
	if !x.inert && s.tool != toolRead && s.tool != toolSearch && s.tool != toolTask && s.tool != toolPlan && s.tool != toolAsk {
		x.arguments(a.Text, s.tool == toolShell, run)
	}
	x.find(kindAny, hash(toolWord(a.Tool)))
	for i := range effects {
		s.effect(&effects[i])
	}

	if s.tool == toolShell && onlySearchPath(a.Text) {
		x.banks[bankActed].without(l.known.shellrc)
	}
	if x.facts&factPipeShell != 0 && installs(effects) {
		x.facts &^= factPipeShell // as its makers say to
	}
	for i := range a.Findings {
		switch a.Findings[i].Place {
		case secret.Path, secret.EnvName, secret.Host:
			s.other(secretPath)
		case secret.Anywhere, secret.Argument, secret.Result, secret.Prompt:
			s.other(secretArgument)
		}
		if i == 8 {
			break
		}
	}
	for i := range a.Switches {
		if k := a.Switches[i].Kind; k <= identity.AudienceMismatch {
			s.v.set(featSwitch + int(k))
		}
		if i == 8 {
			break
		}
	}
	s.sum(l)
}

// onlySearchPath reports whether what a command says into a file is where programs
// are looked for: what installers ask people to put into their shell's start-up file.
func onlySearchPath(text string) bool {
	_, rest, ok := strings.Cut(text, "export PATH=")
	if !ok || strings.ContainsAny(rest, ";|`&") || strings.Contains(rest, `\u0026`) || strings.Contains(rest, "$(") || strings.Contains(rest, "/tmp") {
		return false
	}
	return strings.Count(text, "echo") == 1
}

// script reports whether the file p runs as it is, or makes something run. What is
// written to other sources goes through a build and somebody's review first.
func script(p string) bool {
	name := p[strings.LastIndexByte(p, '/')+1:]
	i := strings.LastIndexByte(name, '.')
	if i < 0 {
		return true
	}
	switch strings.ToLower(name[i+1:]) {
	case "sh", "bash", "zsh", "fish", "ksh", "command", "py", "pyw", "pl", "rb", "php", "ps1", "psm1", "bat", "cmd", "vbs", "wsf", "inf", "lua", "js", "cjs", "mjs", "scpt", "applescript",
		"service", "timer", "plist", "desktop", "cron", "conf", "cfg", "ini", "reg", "env", "yml", "yaml", "exp", "awk", "tcl", "jsp", "asp", "aspx", "hta", "gradle", "rc":
		return true
	}
	return fileKind(p) == fileOther
}

// shellFile reports whether the file p is a script for a shell.
func shellFile(p string) bool {
	for _, e := range [...]string{".sh", ".bash", ".zsh", ".ksh", ".command", ".bat", ".cmd", ".ps1"} {
		if strings.HasSuffix(p, e) {
			return true
		}
	}
	return false
}

// toolWord returns the part of a tool's name that says what it does.
func toolWord(name string) string {
	if len(name) > 128 {
		return ""
	}
	if i := strings.LastIndex(name, "__"); i >= 0 {
		return name[i+2:]
	}
	return name
}

// hashProgram hashes the first word of a command effect's target, folded: a
// program's name without its folder.
func hashProgram(target string) uint64 {
	h := offset
	for i := range min(len(target), 256) {
		c := target[i]
		if c == ' ' {
			break
		}
		if c == '/' {
			h = offset
			continue
		}
		if chars[c]&isUpper != 0 {
			c |= 0x20
		}
		h = (h ^ uint64(c)) * prime
	}
	return h
}

func (s *sight) other(o other) { s.v.set(featOther + int(o)) }

// effect takes one effect in.
func (s *sight) effect(e *effect.Effect) {
	k, a := int(e.Kind), int(e.Access)
	if k >= kinds || a >= access {
		s.other(unknownEffect)
		return
	}
	s.v.set(featEffect + k*access + a)
	if e.Certainty == effect.Unknown {
		s.other(unknownEffect)
	}
	t := s.x.t
	switch e.Kind {
	case effect.Path:
		s.path(e)
	case effect.Host:
		s.peer(e, e.Target)
	case effect.URL:
		s.peer(e, hostOf(e.Target))
	case effect.Repo:
		if e.Access >= effect.Write {
			s.v.set(featOut + k)
			s.changes = true
		}
	case effect.Command:
		s.command(e)
	case effect.Code:
		s.runs = true
		if e.Target == "remote" && s.x.banks[bankActed].meets(s.fetch) {
			s.x.facts |= factPipeShell
		}
	case effect.Secret:
		if e.Access > effect.Connect {
			break
		}
		s.secret = s.secret || e.Certainty == effect.Exact
		s.trawls = s.trawls || e.Certainty == effect.Prefix && e.Access == effect.Read
		switch kind, place, _ := strings.Cut(e.Target, ":"); kind {
		case "file":
			t.path(&s.x.banks[bankActed], kindRead, place)
		case "metadata":
			t.host(&s.x.banks[bankActed], kindTo, place)
		}
	case effect.Identity, effect.Resource, effect.Data:
		if e.Kind == effect.Data && e.Access == effect.Delete && strings.HasPrefix(e.Target, "sql:") {
			s.x.banks[bankActed].union(loadLexicon().known.drop)
		}
		if e.Direction == effect.Out {
			s.v.set(featOut + k)
			s.out = true
		}
		if e.Access >= effect.Write && e.Kind != effect.Identity {
			s.changes = true
			s.elsewhere = s.elsewhere || strings.HasPrefix(e.Target, "ssh:") && strings.Contains(e.Target, ",path=")
			s.other(mutatesRemote)
			if e.Kind == effect.Resource && !strings.HasPrefix(e.Target, "docker:") { // containers of this machine come and go
				s.other(mutatesCloud)
			}
		}
	case effect.AnyKind:
		s.other(unknownEffect)
	}
	switch e.Access {
	case effect.Grant:
		s.grants = true
	case effect.Delete:
		s.deletes = true
	case effect.NoAccess, effect.Read, effect.Connect, effect.Write, effect.Exec:
	}
}

func (s *sight) path(e *effect.Effect) {
	t, p := s.x.t, e.Target
	if p == "" || ordinaryDevice(p) {
		return
	}
	region := regionOf(p)
	if (region == regionHomeTop || region == regionHome) && relative(e.Raw) {
		region = regionWork // "." may well be a folder right in somebody's home
	}
	r := featRegion + 4*region
	switch e.Access {
	case effect.Read, effect.NoAccess, effect.Connect:
		s.local = s.local || relative(e.Raw)
		s.v.set(r)
		t.path(&s.x.banks[bankActed], kindRead, p)
	case effect.Write, effect.Grant:
		if e.Access == effect.Grant && p == "/" && !among(s.x.programs[:s.x.known], hashFind) {
			s.other(grantWithRoot)
		}
		s.v.set(r + 1)
		s.here = true
		t.path(&s.x.banks[bankActed], kindWrite, p)
		s.file(p)
	case effect.Delete:
		if e.Certainty == effect.Prefix && e.Raw != "" && !strings.Contains(e.Raw, "*") && p != "/" {
			// some of what lies below it: what a search finds, say
			if region == regionHome || region == regionHomeTop || region == regionRoot {
				s.v.set(featRegion + 4*regionWork + 2)
				break
			}
		}
		s.v.set(r + 2)
		t.path(&s.x.banks[bankActed], kindDelete, p)
		if region != regionWork {
			s.onlyTemp = region == regionTemp && (s.outsides == 0 || s.onlyTemp)
			s.outsides++
		}
	case effect.Exec:
		// it runs, or it is changed and something else will run it
		if among(s.x.ran[:s.x.rans], hashFolded(p[strings.LastIndexByte(p, '/')+1:])) {
			s.v.set(r + 3)
			t.path(&s.x.banks[bankActed], kindExec, p)
			s.ran = true
			return
		}
		s.v.set(r + 1)
		t.path(&s.x.banks[bankActed], kindWrite, p)
		s.file(p)
	}
	if hiddenTemp(p) {
		s.other(hiddenPlace)
	}
}

// relative reports whether raw, a path as it was given, counts from the folder the
// work goes on in.
func relative(raw string) bool {
	return raw != "" && raw[0] != '/' && raw[0] != '~' && raw[0] != '$' && raw[0] != '"' && raw[0] != '\''
}

// hiddenTemp reports whether p is hidden right below a folder for temporary files,
// or has a name that looks like another and ends in a blank.
func hiddenTemp(p string) bool {
	if strings.HasSuffix(p, " ") || strings.Contains(p, " /") {
		return true
	}
	for _, dir := range [...]string{"/tmp/.", "/var/tmp/.", "/dev/shm/.", "/private/tmp/.", "/private/var/tmp/."} {
		if strings.HasPrefix(p, dir) {
			return true
		}
	}
	return false
}

func hostOf(address string) string {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		rest = address
	}
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		rest = rest[:i]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		rest = rest[i+1:]
	}
	return rest
}

func (s *sight) peer(e *effect.Effect, h string) {
	if local(h) {
		return
	}
	k := kindFrom
	if e.Direction == effect.Out && !linkLocal(h) {
		k = kindTo
		s.forge = !s.out && forge(h) || s.out && s.forge && forge(h)
		s.out = true
		s.v.set(featOut + int(e.Kind))
	}
	if e.Direction == effect.In {
		s.fetches = true
	}
	if h == "" {
		s.other(unknownEffect)
		return
	}
	s.x.t.host(&s.x.banks[bankActed], k, h)
	if rawIP(h) {
		s.other(rawAddress)
	}
}

// forge reports whether h is one of the places where code is kept in common. What
// goes there goes where the work goes.
func forge(h string) bool {
	switch h {
	case "github.com", "api.github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "dev.azure.com", "git.sr.ht", "mcp:github", "mcp:gitlab", "mcp:linear", "mcp:linear-server", "mcp:jira", "mcp:atlassian":
		return true
	}
	return strings.HasPrefix(h, "github.") || strings.HasPrefix(h, "gitlab.") || strings.HasPrefix(h, "git.")
}

// command takes a program the analyzer found, with its subcommand.
func (s *sight) command(e *effect.Effect) {
	name, sub, _ := strings.Cut(e.Target, " ")
	if name == "" || e.Certainty == effect.Unknown {
		s.other(unknownProgram)
		return
	}
	h := hashProgram(name)
	s.x.t.find(&s.x.banks[bankActed], key(kindProg, h, 0, 0))
	if sub != "" && len(sub) < 64 {
		for w := range strings.SplitSeq(sub, " ") {
			s.x.t.find(&s.x.banks[bankActed], key(kindPair, h, hashProgram(w), 0))
		}
	}
}

// file notes what kind of file is changed.
func (s *sight) file(p string) {
	switch fileKind(p) {
	case fileTest:
		s.tests = true
	case fileDocs:
		s.docs = true
	case fileConfig:
		s.config = true
	case fileSource:
		s.source = true
	}
}

// Signs that the combinations below need, by name.
type known struct {
	gather, encode, survey, personal, channel, shell, fetch, mark, tmp, kill, stop, critical, security, delete, work, search,
	gadget, production, ends, probe, dynamic, copies, keyWords, dialog, password, remote, remoteCopy, file, codec, socket, shellPath,
	shellrc, drop, keys, eval, build, disguise, script, upload, channelOut, install signs

	program programSigns
}

func knownSigns(l *lexicon) *known {
	of := func(names ...string) signs {
		var s signs
		for _, n := range names {
			if l.names[n] != 0 {
				s.add(l.names[n])
			}
		}
		return s
	}
	return &known{
		gather:     of("exfil.archive", "exfil.stage"),
		encode:     of("evade.encode", "destroy.encrypt"),
		survey:     l.byClass[Reconnaissance],
		personal:   of("exfil.personal", "secret.history", "evade.mail"),
		channel:    of("foreign.channel", "foreign.tunnel"),
		shell:      of("foreign.shell"),
		fetch:      of("foreign.fetch"),
		mark:       of("foreign.mark", "foreign.open"),
		tmp:        of("foreign.tmp"),
		kill:       of("destroy.kill", "destroy.signal", "destroy.stop"),
		stop:       of("destroy.stop", "destroy.kill"),
		critical:   of("destroy.critical"),
		security:   of("recon.defense", "evade.security", "evade.firewall"),
		delete:     of("destroy.root", "destroy.system"),
		work:       of("destroy.work", "destroy.remove"),
		search:     of("secret.search", "recon.files"),
		keys:       of("secret.passwords", "secret.keys", "secret.cloud", "secret.browser", "secret.memory", "secret.store", "secret.metadata", "secret.history", "secret.dotenv", "secret.keyfile"),
		shellrc:    of("persist.shellrc"),
		drop:       of("destroy.env"),
		eval:       of("evade.exec"),
		build:      of("evade.build"),
		disguise:   of("evade.disguise"),
		script:     of("foreign.script"),
		upload:     of("exfil.upload", "exfil.form"),
		channelOut: of("exfil.channel", "exfil.dns", "exfil.serve"),
		install:    of("foreign.package"),
		probe:      of("recon.network", "foreign.channel", "lateral.login", "recon.scan", "foreign.shell"),
		program: programSigns{
			walk: of("code.walk"), remove: of("destroy.remove"), encrypt: of("destroy.cipher"), list: of("code.processes"), kill: of("destroy.signal"),
			fork: of("code.fork"), send: of("exfil.form"), fetch: of("foreign.fetch"), run: of("foreign.script"), dynamic: of("evade.dynamic"),
			codec: of("evade.codec"), socket: of("foreign.socket"), change: of("destroy.move"),
		},
		gadget:     of("privesc.gadget"),
		production: of("destroy.production"),
		ends:       of("destroy.env", "destroy.data", "destroy.stop", "destroy.disk"),
		dynamic:    of("evade.dynamic"),
		copies:     of("evade.copy"),
		keyWords:   of("secret.keyfile", "secret.search"),
		dialog:     of("foreign.applescript", "secret.dialog"),
		password:   of("secret.word"),
		remote:     of("exfil.repo"),
		remoteCopy: of("exfil.remote"),
		file:       of("exfil.file", "exfil.upload"),
		codec:      of("evade.codec"),
		socket:     of("foreign.socket"),
		shellPath:  of("foreign.shpath"),
	}
}

// sum makes features of the signs and facts, and of what goes together.
func (s *sight) sum(l *lexicon) {
	x, k := &s.x, l.known
	if !s.out && s.here && x.banks[bankActed].meets(k.remoteCopy) {
		x.banks[bankActed].without(k.remoteCopy) // what is copied comes from there
		x.banks[bankActed].union(k.fetch)
	}
	for w := range x.banks[bankActed] {
		s.v[w] |= x.banks[bankActed][w]
	}
	for tier := 1; tier <= 3; tier++ {
		s.count(featTier, tier, meet(x.banks[bankActed], l.byTier[tier]))
		s.count(featWritten, tier, meet(x.banks[bankWritten], l.byTier[tier]))
	}
	strong := l.strong
	for c := range Class(classes) {
		if x.banks[bankWritten].meets(l.byClass[c]) && !onlyTier0(meet(x.banks[bankWritten], l.byClass[c]), l) {
			s.v.set(featClass + int(c))
		}
		if x.banks[bankActed].meets(l.byClass[c]) {
			s.mild |= 1 << c
			if m := meet(x.banks[bankActed], l.byClass[c]); m.meets(strong) {
				s.class |= 1 << c
			}
		}
	}
	for i := range factNames {
		if x.facts&(1<<i) != 0 {
			s.v.set(featFact + i)
		}
	}
	for bank, from := range [...]other{program1, writtenProgram1} {
		bad, what := badness(&x.banks[bank], x.held[bank], k)
		for n := range bad {
			s.other(from + other(n))
		}
		if bad > 0 {
			s.v.set([...]int{featDoes, featClass}[bank] + int(what))
		}
	}
	acted := x.banks[bankActed]
	if acted.empty() && x.banks[bankWritten].empty() && x.facts == 0 && !s.secret && !s.out {
		return // nothing that could go together
	}
	outside := s.out
	sends := s.out || s.elsewhere || acted.meets(k.upload) || x.facts&factSendsFile != 0 || acted.meets(k.channelOut)
	s.out = sends
	s.fetches = s.fetches || acted.meets(k.fetch)
	s.secret = s.secret || acted.meets(k.keys)
	any := acted.meets(strong)
	with := func(o other, yes bool) {
		if yes {
			s.other(o)
		}
	}
	with(secretWithOut, s.secret && sends)
	with(gatherWithOut, acted.meets(k.gather) && sends)
	with(encodeWithOut, acted.meets(k.encode) && sends)
	with(surveyWithOut, acted.meets(k.survey) && sends)
	with(fileWithOut, outside && (x.facts&factSendsFile != 0 || acted.meets(k.file)))
	with(repoWithStranger, acted.meets(k.remote) && x.facts&factStranger != 0)
	with(personalWithOut, acted.meets(k.personal) && sends)
	with(channelWithOut, acted.meets(k.channel) && sends)
	with(channelWithShell, acted.meets(k.channel) && (acted.meets(k.shell) || x.facts&factBackground != 0))
	with(fetchWithMark, s.fetches && acted.meets(k.mark))
	with(fetchWithRun, s.fetches && (acted.meets(k.tmp) || x.facts&factPipeShell != 0))
	with(killWithCritical, acted.meets(k.kill) && acted.meets(k.critical) || x.banks[bankWritten].meets(k.kill) && x.banks[bankWritten].meets(k.critical))
	with(stopWithSecurity, acted.meets(k.stop) && acted.meets(k.security))
	with(encodeWithRun, x.facts&factDecodeRun != 0 || acted.meets(k.encode) && acted.meets(k.eval) || acted.meets(k.codec) && acted.meets(k.dynamic))
	with(sudoWithSign, x.facts&factSudo != 0 && any)
	with(loopWithSign, x.facts&factLoop != 0 && any)
	with(silentWithSign, x.facts&factSilent != 0 && any)
	with(deleteWithRoot, (s.deletes || acted.meets(k.work)) && x.facts&(factRootTarget|factHome) != 0)
	with(deleteManyOutside, s.outsides >= 2)
	with(writeWithSecret, x.banks[bankWritten].meets(k.keys))
	with(buildWithRun, acted.meets(k.build) && acted.meets(k.tmp))
	with(disguised, acted.meets(k.disguise))
	keys := acted.meets(k.keyWords) && (s.v.has(featRegion+4*regionRoot) || s.v.has(featRegion+4*regionConfig) || s.v.has(featRegion+4*regionHome) || x.facts&(factRootTarget|factHome) != 0)
	with(searchWithKeys, keys || s.trawls && acted.meets(k.password))
	with(dialogWithPassword, acted.meets(k.dialog) && acted.meets(k.password))
	with(deleteWithHome, (s.v.has(featRegion+4*regionHome+2) || s.v.has(featRegion+4*regionHomeTop+2)) && acted.meets(k.work))
	with(tmpWithMark, acted.meets(k.tmp) && acted.meets(k.mark))
	with(socketWithShell, givesShell(acted, k) || givesShell(x.banks[bankWritten], k))
	with(encodeWithBlob, x.facts&factBlob != 0 && (acted.meets(k.encode) || acted.meets(k.codec)))
	with(manyClasses2, popcount(s.class) >= 2)
	with(manyClasses3, popcount(s.class) >= 3)
	with(grantWithSudo, s.grants && x.facts&factSudo != 0)
	with(sweep, x.facts&factFor != 0 && acted.meets(k.probe))
	with(sudoWithShell, x.facts&factSudo != 0 && (acted.meets(k.shellPath) || acted.meets(k.gadget)))
	with(endsProduction, acted.meets(k.production) && acted.meets(k.ends))
	surveyed := meet(acted, k.survey)
	with(survey3InOne, surveyed.len() >= 3)
	with(survey5InOne, surveyed.len() >= 5)
}

// givesShell reports whether a program connects, starts programs, and names a shell.
func givesShell(of signs, k *known) bool {
	return of.meets(k.script) && (of.meets(k.shell) || of.meets(k.socket) && of.meets(k.shellPath))
}

func onlyTier0(s signs, l *lexicon) bool { return !s.meets(l.strong) }

// count sets the features of one, two and three signs of a tier.
func (s *sight) count(from, tier int, of signs) {
	n := of.len()
	for i := range min(n, 3) {
		s.v.set(from + 3*(tier-1) + i)
	}
}
