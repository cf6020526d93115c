package policy

import (
	"bytes"
	"strings"
)

// Parse compiles the text of a policy, YAML or JSON. file is its name in errors;
// nothing is read from it. The error is an [Errors] with everything that is wrong.
func Parse(file string, data []byte, o Options) (*Policy, error) {
	root, err := parseTree(file, data)
	if err != nil {
		return nil, err
	}
	doc, err := decode(file, root, &o)
	if err != nil {
		return nil, err
	}
	doc.source = bytes.Clone(data)
	protect, err := protected(file, &o)
	if err != nil {
		return nil, err
	}
	p := newPolicy([]*layer{newLayer(doc, &o)}, protect)
	if p.heardKey = processKey(); o.HeardKey != [32]byte{} {
		p.heardKey = &o.HeardKey
	}
	if errs := p.checkExamples(&o); len(errs) > 0 {
		return nil, errs
	}
	return p, nil
}

// agentFiles are what governs the usual coding agents: who changes them changes
// what is allowed, or who is asked.
var agentFiles = []string{
	"**/.claude/settings.json", "**/.claude/settings.local.json", "**/.claude/hooks/**", "**/.claude/plugins/**", "**/.claude.json",
	"**/.codex/config.toml", "**/.codex/hooks.json", "**/.codex/hooks/**", "**/.codex/rules/**",
	"**/.gemini/settings.json", "**/.gemini/policies/**", "**/.gemini/extensions/**",
	"**/.cursor/hooks.json", "**/.cursor/hooks/**", "**/.cursor/mcp.json", "**/.cursor/cli.json", "**/.cursor/permissions.json",
	"**/.github/hooks/**", "**/.copilot/**", "**/.vscode/mcp.json", "**/.mcp.json", "**/.grok/**",
	"/etc/claude-code/**", "/etc/codex/**", "/etc/gemini-cli/**", "/etc/cursor/**",
	"/private/etc/claude-code/**", "/private/etc/codex/**", "/private/etc/gemini-cli/**", "/private/etc/cursor/**", // the same on macOS
	"/Library/Application Support/ClaudeCode/**", "/Library/Application Support/GeminiCli/**", "/Library/Application Support/Cursor/**",
	"**/Program Files/ClaudeCode/**", "**/ProgramData/ClaudeCode/**", "**/ProgramData/gemini-cli/**", "**/ProgramData/Cursor/**",
}

// agentFolders hold such files. Who deletes one, or opens it up, reaches them all.
var agentFolders = [...]string{"/.claude", "/.codex", "/.gemini", "/.cursor"}

// agentPatterns are agentFiles compiled. Each has a part of [agentParts] in it.
var agentPatterns = func() []pathPattern {
	list := make([]pathPattern, len(agentFiles))
	for i, text := range agentFiles {
		list[i].glob, _ = compileGlob(text, '/', nil, false) // a test compiles them too
	}
	return list
}()

// agentParts is what makes a path worth holding against agentPatterns, where case counts.
var agentParts = [...]string{"/.", "/etc/", "/Library/Application Support/", "/Program"}

// protected compiles the further paths that no call may write.
func protected(file string, o *Options) ([]pathPattern, error) {
	d := decoder{file: file}
	var list []pathPattern
	known := map[string]string{}
	for _, text := range o.Protect {
		if len(text) > 2 && text[1] == ':' && text[2] == '/' { // a drive of Windows, whichever
			text = "**" + text[2:]
		}
		p, err := d.path(text)
		if err != nil {
			return nil, Errors{{File: file, Field: "Options.Protect", Problem: quoteKey(text) + ": " + err.Error()}}
		}
		if !o.Elsewhere {
			p.resolve(known)
		}
		list = append(list, p)
	}
	for _, f := range o.files {
		f = strings.ReplaceAll(f, "\\", "/")
		for _, name := range []string{f, realPath(f)} {
			g := glob{sep: '/', text: name, literal: true}
			for _, c := range []byte(name) {
				g.elems = append(g.elems, elem(c))
			}
			list = append(list, pathPattern{glob: g})
		}
	}
	return list, nil
}
