package analyze

import (
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Infrastructure as code, and stores of secrets.

func runTerraform(c *cmd, sp spec, args []word) {
	here := c.st
	defer func() { c.st = here }()
	var ops []word
	for i := 0; i < len(args); i++ {
		w := args[i]
		t := w.text
		if t == "" || t[0] != '-' {
			ops = append(ops, w)
			continue
		}
		name, _, has := strings.Cut(strings.TrimLeft(t, "-"), "=")
		v := value{}
		if has {
			v = w.after(strings.IndexByte(t, '=') + 1)
		}
		switch name {
		case "chdir":
			c.cd(v, w.raw)
		case "var-file", "state", "backend-config", "config":
			if !has && i+1 < len(args) {
				i++
				v = args[i].value
			}
			if pathLike(orElse(v.text, "-")) {
				c.path(&c.st, v, w.raw, effect.Read, self)
			}
		case "out", "state-out", "backup", "generate-config-out":
			if !has && i+1 < len(args) {
				i++
				v = args[i].value
			}
			if !v.is("-") {
				c.path(&c.st, v, w.raw, effect.Write, self)
			}
		case "plugin-dir":
			c.code(plugin, effect.Unknown, w.raw)
		case "target", "var", "replace", "lock-timeout", "parallelism":
			if !has {
				i++
			}
		}
	}
	verb := ""
	if len(ops) > 0 {
		var ok bool
		if verb, ok = ops[0].lit(); !ok {
			c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: sp.name + " ", Raw: c.raw, Certainty: effect.Prefix})
			c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
			return
		}
	}
	name := strings.TrimSpace("terraform " + verb)
	second := ""
	if len(ops) > 1 {
		second, _ = ops[1].lit()
	}
	access := effect.Read
	code := false
	switch verb {
	case "", "version", "help", "providers", "graph", "metadata", "get", "validate", "show", "login", "logout", "console", "run-all":
		if verb == "console" || verb == "run-all" {
			access, code = effect.Exec, true
		}
		if verb == "get" || verb == "login" {
			access = effect.Write
		}
	case "fmt":
		c.ran(name, effect.Read, effect.Exact)
		if !hasFlag(args, "-check") {
			c.path(&c.st, known("."), c.raw, effect.Write, tree)
		}
		return
	case "init":
		c.ran(name, effect.Exec, effect.Exact)
		c.registry("registry.terraform.io", "", ".terraformrc", "terraform.rc")
		for _, w := range args {
			if from, ok := strings.CutPrefix(strings.TrimLeft(w.text, "-"), "from-module="); ok {
				c.named(value{text: from, exact: w.exact}, w.raw)
			}
		}
		c.code(remote, effect.Exact, c.raw)
		c.path(&c.st, known(".terraform"), c.raw, effect.Write, tree)
		return
	case "plan", "refresh", "test":
		code = true
		if verb != "plan" {
			access = effect.Write
		}
	case "apply", "import", "taint", "untaint":
		access, code = effect.Write, true
	case "destroy":
		access, code = effect.Delete, true
	case "output":
		c.ran(name, effect.Read, effect.Exact)
		c.secret(effect.Read, "store:terraform/"+second, effect.Prefix, c.raw)
		return
	case "state":
		name += " " + second
		switch second {
		case "list":
		case "pull", "show":
			c.secret(effect.Read, "store:terraform/state", effect.Prefix, c.raw)
		case "rm":
			access = effect.Delete
		default:
			access = effect.Write
		}
	case "workspace":
		name += " " + second
		if second == "select" && len(ops) > 2 {
			c.identity("terraform-workspace:"+ops[2].text, ops[2].sure(), c.raw)
		}
		if second == "delete" {
			access = effect.Delete
		}
	case "force-unlock":
		access = effect.Write
	default:
		access = effect.Write
	}
	if verb == "apply" && hasFlag(args, "-destroy") {
		access = effect.Delete
	}
	c.ran(name, cloudUse(access), effect.Exact)
	if access != effect.Read || code {
		sure := effect.Prefix
		dir := c.st.dir
		if c.st.lost || c.st.alt != "" {
			dir, sure = "", effect.Unknown
		}
		c.resource(access, "terraform", map[string]string{"dir": c.paths.walk(orElse(dir, "/"), 0).path}, sure, effect.NoDirection)
	}
	if code {
		c.code(workspace, effect.Exact, c.raw)
	}
}

func hasFlag(args []word, flag string) bool {
	for _, w := range args {
		if w.text == flag || strings.HasPrefix(w.text, flag+"=") || w.text == "-"+flag {
			return true
		}
	}
	return false
}

// runVault looks at HashiCorp Vault.
func runVault(c *cmd, _ spec, args []word) {
	p := parseOptions(longOptions(args), " tls-skip-verify no-store token-only non-interactive force versions ", "", 0)
	for _, o := range p.opts {
		switch o.name {
		case "address":
			c.url(o.val, o.raw, effect.NoDirection)
		case "namespace":
		}
	}
	if b := c.st.lookup("VAULT_ADDR"); b != nil {
		c.url(b.val, c.raw, effect.NoDirection)
	}
	verb, second := p.op(0), p.op(1)
	at := 1
	name := "vault " + verb
	switch verb {
	case "kv", "token", "policy", "auth", "secrets", "lease", "audit", "operator", "transit", "pki", "ssh", "plugin", "namespace":
		name += " " + second
		at = 2
	}
	path := value{}
	if at < len(p.ops) {
		path = p.ops[at].value
	}
	sure := path.sure()
	place := "store:vault/" + path.text
	switch {
	case verb == "read", verb == "kv" && second == "get", verb == "unwrap", verb == "kv" && second == "rollback":
		c.ran(name, effect.Exec, effect.Exact)
		c.secret(effect.Read, place, max(sure, effect.Prefix), c.raw)
	case verb == "list", verb == "kv" && (second == "list" || second == "metadata"):
		c.ran(name, effect.Read, effect.Exact)
		c.resource(effect.Read, "vault", map[string]string{"name": path.text}, max(sure, effect.Prefix), effect.NoDirection)
	case verb == "write", verb == "kv" && (second == "put" || second == "patch" || second == "undelete"):
		c.ran(name, effect.Exec, effect.Exact)
		access := effect.Write
		if strings.Contains(path.text, "policy") || strings.HasPrefix(path.text, "auth/") || strings.HasPrefix(path.text, "sys/") {
			access = effect.Grant
		}
		c.secret(access, place, max(sure, effect.Prefix), c.raw)
		for _, w := range p.ops[min(at+1, len(p.ops)):] {
			if _, f, ok := strings.Cut(w.text, "=@"); ok {
				c.path(&c.st, value{text: f, exact: w.exact}, w.raw, effect.Read, self)
			} else if f, ok := strings.CutPrefix(w.text, "@"); ok {
				c.path(&c.st, value{text: f, exact: w.exact}, w.raw, effect.Read, self)
			}
		}
	case verb == "delete", verb == "kv" && (second == "delete" || second == "destroy"):
		c.ran(name, effect.Exec, effect.Exact)
		c.secret(effect.Delete, place, max(sure, effect.Prefix), c.raw)
	case verb == "login":
		c.ran(name, effect.Exec, effect.Exact)
		c.identity("vault-token", effect.Exact, "")
	case verb == "token":
		c.ran(name, effect.Exec, effect.Exact)
		if second == "create" {
			c.secret(effect.Read, "store:vault/token", effect.Exact, c.raw)
			c.resource(effect.Grant, "vault", map[string]string{"kind": "token"}, effect.Exact, effect.NoDirection)
		}
	case verb == "status", verb == "version", verb == "print", verb == "":
		c.ran(strings.TrimSpace(name), effect.Read, effect.Exact)
	default:
		c.ran(name, effect.Exec, effect.Exact)
		access := effect.Grant
		if second == "list" || second == "read" || second == "lookup" {
			access = effect.Read
		}
		c.resource(access, "vault", map[string]string{"kind": verb, "name": path.text}, max(sure, effect.Prefix), effect.NoDirection)
	}
}

// longOptions writes "-name" as "--name", for programs that take one dash.
func longOptions(args []word) []word {
	out := make([]word, len(args))
	copy(out, args)
	for i := range out {
		if t := out[i].text; len(t) > 2 && t[0] == '-' && t[1] != '-' {
			out[i].text = "-" + t
		}
	}
	return out
}

// runSecretStore looks at programs that hand out secrets: pass, op, bw, gopass,
// secret-tool, security (macOS), doppler, gpg and their kin.
func runSecretStore(c *cmd, sp spec, args []word) {
	verb, name := "", ""
	for _, w := range args {
		if w.text == "" || w.text[0] == '-' {
			continue
		}
		if verb == "" {
			verb = w.text
		} else if name == "" {
			name = w.text
		}
	}
	place := "store:" + sp.name + "/" + name
	access := effect.Read
	switch sp.name {
	case "security":
		place = "keychain"
		switch {
		case verb == "find-identity" || verb == "list-keychains" || verb == "help" || verb == "error" || verb == "default-keychain":
			c.ran("security "+verb, effect.Read, effect.Exact)
			return
		case strings.HasPrefix(verb, "add-") || strings.HasPrefix(verb, "set-") || verb == "import" || strings.HasPrefix(verb, "create-") || strings.HasPrefix(verb, "authorizationdb"):
			access = effect.Grant
		case strings.HasPrefix(verb, "delete-"):
			access = effect.Delete
		}
	case "pass", "gopass":
		switch verb {
		case "ls", "list", "find", "search", "version", "help", "git", "init":
			c.ran(sp.name+" "+verb, effect.Read, effect.Exact)
			return
		case "insert", "edit", "generate", "mv", "cp":
			access = effect.Write
		case "rm", "remove", "delete":
			access = effect.Delete
		case "show", "":
		default:
			place = "store:" + sp.name + "/" + verb
			verb = "show"
		}
	case "op", "bw", "lpass", "doppler", "infisical", "chamber", "aws-vault", "berglas", "sops", "ansible-vault", "keyring", "secret-tool", "credstash", "git-crypt", "age", "kwallet-query", "conjur", "akeyless", "teller", "envchain":
		switch verb {
		case "--version", "version", "help", "list", "ls", "status", "vault", "login", "signin", "whoami", "configure", "setup", "init", "lock", "sync", "projects":
			c.ran(sp.name+" "+verb, effect.Exec, effect.Exact)
			return
		case "set", "put", "write", "store", "create", "edit", "add", "encrypt":
			access = effect.Write
		case "delete", "clear", "rm", "remove":
			access = effect.Delete
		}
		if sp.name == "aws-vault" && verb == "exec" {
			c.identity("aws-profile:"+name, effect.Exact, c.raw)
		}
	}
	c.ran(strings.TrimSpace(sp.name+" "+verb), effect.Exec, effect.Exact)
	sure := effect.Exact
	for _, w := range args {
		if !w.exact {
			sure = effect.Prefix
		}
	}
	c.secret(access, place, sure, c.raw)
	if tail := tailOf(args); len(tail) > 0 && (verb == "run" || verb == "exec") {
		c.rest(tail)
	}
	for _, w := range args {
		if pathLike(orElse(w.text, "-")) && (sp.name == "sops" || sp.name == "age" || sp.name == "ansible-vault") {
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
	}
}

// runGPG looks at gpg: keys that leave it, files it writes.
func runGPG(c *cmd, sp spec, args []word) {
	p := parseOptions(args, " armor batch yes export-secret-keys export-secret-subkeys export decrypt encrypt sign verify import list-keys list-secret-keys detach-sign clearsign gen-key full-generate-key fingerprint dearmor symmetric no-tty quiet ", "orud", 0)
	c.ran(sp.name, effect.Exec, effect.Exact)
	if p.has("export-secret-keys", "export-secret-subkeys", "export-ssh-key") {
		c.secret(effect.Read, "file:"+c.call.Home+"/.gnupg", effect.Prefix, c.raw)
	}
	if v, ok := p.get("o", "output"); ok {
		c.path(&c.st, v, c.raw, effect.Write, self)
	}
	if v, ok := p.get("passphrase-file", "homedir"); ok {
		c.path(&c.st, v, c.raw, effect.Read, self)
	}
	if v, ok := p.get("keyserver"); ok {
		c.url(v, c.raw, effect.NoDirection)
	}
	if v, ok := p.get("d"); ok {
		c.path(&c.st, v, c.raw, effect.Read, self)
	}
	for _, w := range p.ops {
		if strings.ContainsAny(w.text, "./") {
			c.path(&c.st, w.value, w.raw, effect.Read, self)
		}
	}
}
