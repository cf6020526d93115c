package analyze

import (
	"maps"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// kubectl and helm: which object in which namespace of which cluster. The
// cluster is the context a command names; without one it is the current one,
// which the command does not tell.

// kubeKind returns the full name of a kind that people shorten.
func kubeKind(short string) string {
	switch short {
	case "po", "pod":
		return "pods"
	case "svc", "service":
		return "services"
	case "deploy", "deployment":
		return "deployments"
	case "rs", "replicaset":
		return "replicasets"
	case "sts", "statefulset":
		return "statefulsets"
	case "ds", "daemonset":
		return "daemonsets"
	case "job":
		return "jobs"
	case "cj", "cronjob":
		return "cronjobs"
	case "cm", "configmap":
		return "configmaps"
	case "secret":
		return "secrets"
	case "ns", "namespace":
		return "namespaces"
	case "no", "node":
		return "nodes"
	case "ing", "ingress":
		return "ingresses"
	case "pv":
		return "persistentvolumes"
	case "pvc":
		return "persistentvolumeclaims"
	case "sa", "serviceaccount":
		return "serviceaccounts"
	case "role":
		return "roles"
	case "rolebinding":
		return "rolebindings"
	case "clusterrole":
		return "clusterroles"
	case "clusterrolebinding":
		return "clusterrolebindings"
	case "crd":
		return "customresourcedefinitions"
	case "hpa":
		return "horizontalpodautoscalers"
	case "ep":
		return "endpoints"
	case "ev", "event":
		return "events"
	case "netpol":
		return "networkpolicies"
	case "quota":
		return "resourcequotas"
	case "limits":
		return "limitranges"
	case "csr":
		return "certificatesigningrequests"
	case "sc":
		return "storageclasses"
	case "pdb":
		return "poddisruptionbudgets"
	}
	return short
}

// kubeVerb returns what a subcommand does, NoAccess if it is not known.
func kubeVerb(verb string) effect.Access {
	switch verb {
	case "get", "describe", "logs", "top", "explain", "api-resources", "api-versions", "version", "cluster-info", "diff", "events", "wait", "completion", "kustomize", "options", "help":
		return effect.Read
	case "apply", "create", "replace", "patch", "edit", "label", "annotate", "scale", "set", "expose", "run", "autoscale", "rollout", "cordon", "uncordon", "drain", "taint":
		return effect.Write
	case "exec", "attach", "cp", "port-forward", "debug", "proxy":
		return effect.Exec
	case "delete":
		return effect.Delete
	}
	return effect.NoAccess
}

// kubeGrants reports whether objects of a kind say who may do what.
func kubeGrants(kind string) bool {
	switch kind {
	case "roles", "rolebindings", "clusterroles", "clusterrolebindings", "serviceaccounts", "certificatesigningrequests":
		return true
	}
	return false
}

// kubeCluster reports whether objects of a kind belong to the cluster and to no namespace.
func kubeCluster(kind string) bool {
	switch kind {
	case "nodes", "namespaces", "persistentvolumes", "clusterroles", "clusterrolebindings", "storageclasses", "customresourcedefinitions", "crd", "crds",
		"validatingwebhookconfigurations", "mutatingwebhookconfigurations", "certificatesigningrequests", "priorityclasses", "ingressclasses", "runtimeclasses", "apiservices", "csidrivers",
		"csinodes", "volumeattachments", "validatingadmissionpolicies", "componentstatuses", "podsecuritypolicies":
		return true
	}
	return false
}

const kubeFlags = " all-namespaces watch stdin tty force follow previous all prefix timestamps no-headers show-labels ignore-not-found server-side prune overwrite all-containers insecure-skip-tls-verify recursive raw-flag quiet rm " +
	"delete-emptydir-data ignore-daemonsets wait-flag now local show-managed-fields decode flatten minify raw attach privileged "

func runKubectl(c *cmd, sp spec, args []word) {
	shorts := "nflopcLskv"
	if verb := parseOptions(args, kubeFlags, shorts, 1); verb.op(0) == "logs" || verb.op(0) == "attach" {
		shorts = "nlcsv" // -f follows, -p is the one before
	}
	p := parseOptions(beforeTail(args), kubeFlags, shorts, 0)
	p.tail = tailOf(args)
	fields := c.kubeFields(&p)
	verb := p.op(0)
	if verb == "" {
		if len(p.ops) == 0 {
			c.ran("kubectl", effect.Read, effect.Exact)
			return
		}
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "kubectl ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	rest := p.ops[1:]
	if p.has("raw") && verb != "config" { // a path of the server's own API, which can name anything
		for _, w := range rest {
			if !w.exact || strings.Contains(w.text, "secrets") || strings.Contains(w.text, "token") {
				c.secret(effect.Read, "store:k8s/", effect.Prefix, c.raw)
			}
		}
	}
	for _, o := range p.opts {
		if o.name == "f" || o.name == "filename" || o.name == "k" || o.name == "kustomize" || o.name == "patch-file" || o.name == "from-file" || o.name == "from-env-file" || o.name == "cert" || o.name == "key" {
			if verb == "logs" && o.name == "f" {
				continue
			}
			v := o.val
			if _, f, ok := strings.Cut(v.text, "="); ok && o.name == "from-file" {
				v.text = f
			}
			if v.is("-") && c.in.kind == feedText {
				if access := kubeVerb(verb); access > effect.Read {
					c.objects(c.in.val.text, fields, access)
				}
			}
			if v.is("-") || !o.has {
				continue
			}
			if v.begins("https://") || v.begins("http://") {
				c.url(v, o.raw, effect.In)
				continue
			}
			c.path(&c.st, v, o.raw, effect.Read, tree)
			if access := kubeVerb(verb); access > effect.Read && (o.name == "f" || o.name == "filename") {
				c.manifest(v, fields, access)
			}
		}
	}
	switch verb {
	case "config":
		c.kubeConfig(&p)
		return
	case "auth", "plugin", "certificate", "krew":
		access := effect.Read
		if p.op(1) == "reconcile" || verb == "certificate" {
			access = effect.Grant
		}
		c.ran("kubectl "+verb, cloudUse(access), effect.Exact)
		c.resource(access, "k8s", fields, effect.Exact, effect.NoDirection)
		return
	case "version", "completion", "options", "help", "explain", "api-resources", "api-versions", "kustomize":
		c.ran("kubectl "+verb, effect.Read, effect.Exact)
		if verb == "kustomize" {
			c.readAll(rest)
		}
		return
	}
	access := kubeVerb(verb)
	if access == effect.NoAccess {
		c.ran("kubectl "+verb, effect.Exec, effect.Exact) // a plug-in
		c.resource(effect.Write, "k8s", fields, effect.Prefix, effect.NoDirection)
		return
	}
	name := "kubectl " + verb
	if verb == "rollout" {
		name += " " + p.op(1)
		if p.op(1) == "status" || p.op(1) == "history" {
			access = effect.Read
		}
		rest = rest[min(1, len(rest)):]
	}
	if dry, ok := p.get("dry-run"); ok && !dry.is("none") {
		access = effect.Read
	}
	switch verb {
	case "exec", "debug", "attach":
		c.ran(name, effect.Read, effect.Exact)
		c.kubeExec(&p, fields, rest)
		return
	case "cp":
		c.ran(name, effect.Read, effect.Exact)
		c.kubeCopy(fields, rest)
		return
	case "set", "create", "top", "label", "annotate":
		if verb != "label" && verb != "annotate" && len(rest) > 0 {
			if verb == "create" {
				c.kubeCreate(name, fields, &p, access)
				return
			}
			rest = rest[1:]
			if verb == "top" {
				rest = p.ops[1:]
			}
		}
	case "run":
		c.ran(name, effect.Exec, effect.Exact)
		f := copyFields(fields)
		f["kind"], f["name"] = "pods", p.op(1)
		c.resource(effect.Exec, "k8s", f, effect.Exact, effect.NoDirection)
		if len(p.tail) > 0 {
			c.awayWords(p.tail, &machine{provider: "k8s", fields: f, sure: effect.Exact})
		}
		return
	case "logs", "port-forward":
		if len(rest) > 0 && !strings.Contains(rest[0].text, "/") {
			rest = append([]word{{value: value{text: "pods/" + rest[0].text, exact: rest[0].exact}, raw: rest[0].raw}}, rest[1:]...)
		}
		rest = rest[:min(1, len(rest))]
	case "cordon", "uncordon", "drain":
		rest = append([]word{{value: value{text: "nodes", exact: true}}}, rest...)
	}
	c.ran(name, cloudUse(access), effect.Exact)
	c.kubeObjects(rest, fields, access)
}

func copyFields(f map[string]string) map[string]string {
	out := make(map[string]string, len(f)+2)
	maps.Copy(out, f)
	return out
}

// beforeTail and tailOf cut args at "--".
func beforeTail(args []word) []word {
	for i, w := range args {
		if w.is("--") {
			return args[:i]
		}
	}
	return args
}

func tailOf(args []word) []word {
	for i, w := range args {
		if w.is("--") {
			return args[i+1:]
		}
	}
	return nil
}

// kubeFields reads the options all of kubectl shares, with their identities.
func (c *cmd) kubeFields(p *parsedArgs) map[string]string {
	f := map[string]string{}
	if v, ok := p.get("namespace", "n"); ok && v.exact {
		f["namespace"] = v.text
	}
	if p.has("all-namespaces", "A") {
		f["namespace"] = "*"
	}
	for _, n := range [...]string{"context", "kube-context"} {
		if v, ok := p.get(n); ok {
			c.identity("kube-context:"+v.text, v.sure(), c.raw)
			if v.exact {
				f["cluster"] = v.text
			}
		}
	}
	if v, ok := p.get("cluster"); ok && v.exact {
		f["cluster"] = v.text
	}
	for _, n := range [...]string{"as", "as-group", "user"} {
		if v, ok := p.get(n); ok {
			c.identity("kube-user:"+v.text, v.sure(), c.raw)
		}
	}
	if v, ok := p.get("kubeconfig"); ok {
		c.identityFile(&c.st, "kube-config:", v, c.raw)
	}
	if p.has("token") {
		c.identity("kube-token", effect.Exact, "")
	}
	if v, ok := p.get("server", "s"); ok && v.begins("http") {
		c.url(v, c.raw, effect.NoDirection)
	}
	return f
}

// kubeObjects adds the objects that operands name: "pods x y", "deploy/x", "po,svc".
func (c *cmd) kubeObjects(ops []word, fields map[string]string, access effect.Access) {
	if len(ops) == 0 {
		sure := effect.Exact
		if access > effect.Read {
			sure = effect.Prefix // the objects are in a file
		}
		c.resource(access, "k8s", copyFields(fields), sure, effect.NoDirection)
		return
	}
	add := func(kind, name string, sure effect.Certainty) {
		f := copyFields(fields)
		kind, _, _ = strings.Cut(kind, ".")
		kind = strings.ToLower(kind)
		kind = kubeKind(kind)
		f["kind"], f["name"] = kind, name
		if kubeCluster(kind) {
			delete(f, "namespace") // it is in none, whatever the command says
		}
		use := access
		if kubeGrants(kind) && access > effect.Read {
			use = effect.Grant
		}
		if kind == "namespaces" && name != "" && f["namespace"] == "" {
			f["namespace"] = name
		}
		c.resource(use, "k8s", f, sure, effect.NoDirection)
		if kind == "secrets" {
			c.secret(use, "store:k8s/"+strings.TrimPrefix(orElse(f["namespace"], "")+"/"+name, "/"), min(sure, map[bool]effect.Certainty{true: effect.Exact, false: effect.Prefix}[name != ""]), c.raw)
		}
		if kind == "all" {
			return
		}
	}
	first, ok := ops[0].lit()
	if !ok {
		kind, _, has := strings.Cut(ops[0].text, "/")
		if has {
			add(kind, "", effect.Prefix)
		} else {
			c.resource(access, "k8s", copyFields(fields), effect.Unknown, effect.NoDirection)
		}
		return
	}
	if strings.Contains(first, "/") {
		for _, w := range ops {
			kind, name, has := strings.Cut(w.text, "/")
			if !has {
				break
			}
			if !w.exact {
				name = ""
			}
			add(kind, name, w.sure())
		}
		return
	}
	names := ops[1:]
	for kind := range strings.SplitSeq(first, ",") {
		if len(names) == 0 {
			sure := effect.Exact
			if access > effect.Read {
				sure = effect.Prefix
			}
			add(kind, "", sure)
			continue
		}
		for _, n := range names {
			if strings.Contains(n.text, "=") || strings.HasSuffix(n.text, "-") { // label and annotate
				continue
			}
			t, ok := n.lit()
			if !ok {
				add(kind, "", effect.Prefix)
				continue
			}
			add(kind, t, effect.Exact)
		}
	}
}

func (c *cmd) kubeCreate(name string, fields map[string]string, p *parsedArgs, access effect.Access) {
	kind := p.op(1)
	if kind == "token" {
		c.ran(name+" token", effect.Exec, effect.Exact)
		c.secret(effect.Read, "store:k8s/token/"+p.op(2), effect.Exact, c.raw)
		c.resource(effect.Grant, "k8s", fields, effect.Exact, effect.NoDirection)
		return
	}
	c.ran(name, cloudUse(access), effect.Exact)
	rest := p.ops[1:]
	if kind == "secret" && len(rest) > 2 { // create secret generic NAME
		rest = append([]word{rest[0]}, rest[2:]...)
	}
	c.kubeObjects(rest[:min(2, len(rest))], fields, access)
}

// kubeExec looks at a command in a pod.
func (c *cmd) kubeExec(p *parsedArgs, fields map[string]string, rest []word) {
	f := copyFields(fields)
	f["kind"] = "pods"
	sure := effect.Exact
	if len(rest) > 0 {
		t, ok := rest[0].lit()
		if kind, name, has := strings.Cut(t, "/"); has {
			f["kind"], t = kubeKind(kind), name
		}
		f["name"] = t
		if !ok {
			delete(f, "name")
			sure = effect.Prefix
		}
	}
	m := &machine{provider: "k8s", fields: f, sure: sure}
	tail := p.tail
	if len(tail) == 0 && len(rest) > 1 {
		tail = rest[1:] // the old form without "--"
	}
	if len(tail) > 0 {
		c.awayWords(tail, m)
		return
	}
	c.resource(effect.Exec, "k8s", f, sure, effect.NoDirection)
}

// kubeCopy looks at kubectl cp, with pod:path on one side.
func (c *cmd) kubeCopy(fields map[string]string, ops []word) {
	for i, w := range ops {
		last := i == len(ops)-1 && i > 0
		pod, path, ok := strings.Cut(w.text, ":")
		access, d := effect.Read, effect.In
		if last {
			access, d = effect.Write, effect.Out
		}
		if !ok {
			c.path(&c.st, w.value, w.raw, access, tree)
			continue
		}
		f := copyFields(fields)
		if ns, name, has := strings.Cut(pod, "/"); has {
			f["namespace"], pod = ns, name
		}
		f["kind"], f["name"], f["path"] = "pods", pod, path
		c.resource(access, "k8s", f, w.sure(), d)
	}
}

func (c *cmd) kubeConfig(p *parsedArgs) {
	file := value{text: c.call.Home + "/.kube/config", exact: c.call.Home != ""}
	if v, ok := p.get("kubeconfig"); ok {
		file = v
	}
	switch p.op(1) {
	case "use-context", "use", "set-context":
		v := value{}
		if len(p.ops) > 2 {
			v = p.ops[2].value
		}
		c.ran("kubectl config "+p.op(1), effect.Exec, effect.Exact)
		c.identity("kube-context:"+v.text, v.sure(), c.raw)
	case "view":
		c.ran("kubectl config view", effect.Read, effect.Exact)
		if p.has("raw") {
			c.path(&c.st, file, c.raw, effect.Read, self)
		}
	case "current-context", "get-contexts", "get-clusters", "get-users":
		c.ran("kubectl config "+p.op(1), effect.Read, effect.Exact)
	default:
		c.ran("kubectl config "+p.op(1), effect.Exec, effect.Exact)
		c.path(&c.st, file, c.raw, effect.Write, self)
	}
}

func runHelm(c *cmd, _ spec, args []word) {
	p := parseOptions(args, " install wait atomic dry-run debug force reset-values reuse-values create-namespace devel verify no-hooks all all-namespaces insecure-skip-tls-verify dependency-update short purge keep-history include-crds ", "nfo", 0)
	fields := c.kubeFields(&p)
	fields["kind"] = "release"
	for _, o := range p.opts {
		if o.name == "f" || o.name == "values" || o.name == "set-file" {
			v := o.val
			if o.name == "set-file" {
				_, v.text, _ = strings.Cut(v.text, "=")
			}
			if v.begins("http") {
				c.url(v, o.raw, effect.In)
			} else if v.text != "" {
				c.path(&c.st, v, o.raw, effect.Read, self)
			}
		}
		if o.name == "post-renderer" {
			c.text(o.val, o.raw)
		}
		if o.name == "repo" {
			c.url(o.val, o.raw, effect.In)
		}
	}
	verb := p.op(0)
	access := effect.Read
	switch verb {
	case "list", "ls", "get", "status", "history", "search", "show", "version", "env", "lint", "template", "verify", "help", "completion":
	case "uninstall", "delete", "del", "un":
		access = effect.Delete
	case "test":
		access = effect.Exec
	case "plugin":
		c.ran("helm plugin "+p.op(1), effect.Exec, effect.Exact)
		if p.op(1) != "list" {
			c.code(remote, effect.Exact, c.raw)
		}
		return
	case "repo", "registry", "dependency", "dep", "pull", "fetch", "push", "package", "create":
		c.ran(strings.TrimSpace("helm "+verb+" "+map[bool]string{true: p.op(1)}[verb == "repo" || verb == "registry" || verb == "dependency"]), effect.Exec, effect.Exact)
		d := effect.In
		if verb == "push" {
			d = effect.Out
		}
		for _, w := range p.ops[1:] {
			if strings.Contains(w.text, "://") {
				v := w.value
				v.text = strings.Replace(v.text, "oci://", "https://", 1)
				c.url(v, w.raw, d)
			} else if strings.HasPrefix(w.text, ".") || strings.HasPrefix(w.text, "/") {
				c.path(&c.st, w.value, w.raw, effect.Read, tree)
			}
		}
		return
	default:
		access = effect.Write
	}
	if p.has("dry-run") && access != effect.Read {
		access = effect.Read
	}
	c.ran(strings.TrimSpace("helm "+verb), cloudUse(access), effect.Exact)
	if verb == "template" || verb == "lint" || verb == "show" || verb == "version" || verb == "env" || verb == "search" || verb == "help" || verb == "completion" || verb == "verify" {
		for _, w := range p.ops[min(1, len(p.ops)):] {
			if strings.HasPrefix(w.text, ".") || strings.HasPrefix(w.text, "/") {
				c.path(&c.st, w.value, w.raw, effect.Read, tree)
			}
		}
		return
	}
	sure := effect.Exact
	if len(p.ops) > 1 {
		i := 1
		if verb == "get" {
			i = 2
		}
		if i < len(p.ops) {
			if t, ok := p.ops[i].lit(); ok {
				fields["name"] = t
			} else {
				sure = effect.Prefix
			}
		}
	}
	for _, w := range p.ops[min(2, len(p.ops)):] {
		if strings.HasPrefix(w.text, ".") || strings.HasPrefix(w.text, "/") {
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
		} else if strings.Contains(w.text, "://") {
			v := w.value
			v.text = strings.Replace(v.text, "oci://", "https://", 1)
			c.url(v, w.raw, effect.In)
		}
	}
	c.resource(access, "k8s", fields, sure, effect.NoDirection)
	if verb == "get" && (p.op(1) == "values" || p.op(1) == "all" || p.op(1) == "manifest") {
		c.secret(effect.Read, "store:helm/"+fields["name"], effect.Prefix, c.raw)
	}
}
