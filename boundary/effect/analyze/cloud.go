package analyze

import (
	"slices"
	"strings"

	"github.com/ambit-go/ambit/boundary/effect"
)

// Command lines of clouds: which object, with which identity, to do what. The
// account is known only where the command names it; a resource's missing field
// means "the default of the identity", never "any".

// cloudAccess grades a verb ("describe-instances", "delete") of a cloud's API.
func cloudAccess(verb string) effect.Access {
	head, _, _ := strings.Cut(verb, "-")
	switch head {
	case "describe", "list", "ls", "get", "head", "show", "search", "lookup", "select", "query", "scan", "view", "wait", "filter", "estimate", "validate", "preview", "test", "check", "read",
		"detect", "export", "discover", "tail", "logs", "download", "print", "info", "help", "version", "what", "cat", "stat", "du", "hash", "access":
		return effect.Read
	case "delete", "terminate", "remove", "rm", "rb", "destroy", "purge", "deregister", "release", "cancel", "disable", "detach", "drop", "empty", "clear", "forget":
		return effect.Delete
	case "presign": // an address that whoever has it may use
		return effect.Grant
	case "invoke", "execute", "run", "ssh", "exec", "call", "start":
		return effect.Exec
	}
	return effect.Write
}

// resource adds a cloud or cluster object.
func (c *cmd) resource(access effect.Access, provider string, fields map[string]string, sure effect.Certainty, d effect.Direction) {
	for k, v := range fields {
		if v == "" {
			delete(fields, k)
		}
	}
	c.add(effect.Effect{Kind: effect.Resource, Access: access, Target: effect.ResourceID{Provider: provider, Fields: fields}.String(), Raw: c.raw, Certainty: sure, Direction: d})
}

// cloudUse is the access of the Command effect that belongs to an access of an object.
func cloudUse(a effect.Access) effect.Access {
	if a <= effect.Connect {
		return effect.Read
	}
	return effect.Exec
}

const awsFlags = " debug no-verify-ssl no-paginate no-sign-request no-cli-pager no-cli-auto-prompt cli-auto-prompt recursive dryrun quiet delete with-decryption force no-progress only-show-errors exact-timestamps size-only dry-run no-dry-run human-readable summarize " +
	"no-follow-symlinks follow-symlinks include-values help version page no-fail-on-empty-changeset "

// awsNames are options that name the object of a call.
var awsNames = []string{
	"bucket", "function-name", "secret-id", "role-name", "user-name", "group-name", "table-name", "stack-name", "cluster-name", "cluster", "db-instance-identifier", "db-cluster-identifier",
	"repository-name", "log-group-name", "queue-url", "topic-arn", "key-id", "instance-ids", "instance-id", "policy-arn", "policy-name", "target", "names", "name", "parameter-name", "resource-arn", "arn", "domain-name", "hosted-zone-id", "state-machine-arn", "stream-name", "id",
}

func runAWS(c *cmd, _ spec, args []word) {
	p := parseOptions(args, awsFlags, "", 0)
	c.awsIdentity(&p)
	service, verb := p.op(0), p.op(1)
	if service == "" {
		if len(p.ops) == 0 {
			c.ran("aws", effect.Read, effect.Exact)
			return
		}
		c.add(effect.Effect{Kind: effect.Command, Access: effect.Exec, Target: "aws ", Raw: c.raw, Certainty: effect.Prefix})
		c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		return
	}
	for _, o := range p.opts { // file://x is the content of x
		if f, ok := strings.CutPrefix(o.val.text, "file://"); ok {
			o.val.text = f
			c.path(&c.st, o.val, o.raw, effect.Read, self)
		} else if f, ok := strings.CutPrefix(o.val.text, "fileb://"); ok {
			o.val.text = f
			c.path(&c.st, o.val, o.raw, effect.Read, self)
		}
	}
	if v, ok := p.get("endpoint-url"); ok {
		c.url(v, c.raw, effect.NoDirection)
	}
	switch service {
	case "configure":
		c.awsConfigure(verb, &p)
		return
	case "s3":
		c.awsS3(verb, &p)
		return
	case "sts":
		if c.awsSTS(verb, &p) {
			return
		}
	case "sso", "login", "logout":
		c.ran(strings.TrimSpace("aws "+service+" "+verb), effect.Exec, effect.Exact)
		c.identity("aws-profile:", effect.Unknown, c.raw)
		return
	case "help":
		c.ran("aws help", effect.Read, effect.Exact)
		return
	}
	if verb == "" {
		c.ran("aws "+service, effect.Exec, effect.Exact)
		c.resource(effect.Write, "aws", map[string]string{"service": service}, effect.Prefix, effect.NoDirection)
		return
	}
	access := cloudAccess(verb)
	if service == "ec2" && strings.HasPrefix(verb, "start") || verb == "start-query" || strings.HasPrefix(verb, "start-query") {
		access = effect.Write
	}
	if strings.HasPrefix(verb, "start-query") {
		access = effect.Read
	}
	if service == "ssm" && (verb == "send-command" || verb == "start-session") || service == "lambda" && verb == "update-function-code" || service == "ecs" && verb == "execute-command" {
		access = effect.Exec
	}
	if awsGrants(service, verb) {
		access = effect.Grant
	}
	c.ran("aws "+service+" "+verb, cloudUse(access), effect.Exact)
	fields := map[string]string{"service": service}
	sure := effect.Exact
	if v, ok := p.get("region"); ok {
		fields["region"] = v.text
	}
	named := false
	for _, n := range awsNames {
		if v, ok := p.get(n); ok {
			if t, exact := v.lit(); exact {
				awsFields(fields, t)
				named = true
			} else {
				sure = effect.Prefix
				named = true
			}
			break
		}
	}
	if !named && access != effect.Read || p.open {
		sure = effect.Prefix
	}
	c.resource(access, "aws", fields, sure, effect.NoDirection)
	c.awsSecrets(service, verb, &p)
	if last := len(p.ops) - 1; last >= 2 && (service == "lambda" && verb == "invoke" || service == "s3api" && verb == "get-object") {
		c.path(&c.st, p.ops[last].value, p.ops[last].raw, effect.Write, self)
	}
	if v, ok := p.get("body"); ok && service == "s3api" {
		c.path(&c.st, v, c.raw, effect.Read, self)
	}
	if service == "eks" && verb == "update-kubeconfig" {
		name := value{}
		if v, ok := p.get("name"); ok {
			name = v
		}
		if v, ok := p.get("kubeconfig"); ok {
			c.path(&c.st, v, c.raw, effect.Write, self)
		}
		c.identity("kube-context:"+name.text, name.sure(), c.raw)
	}
}

// awsFields sorts a name or an ARN into fields.
func awsFields(fields map[string]string, t string) {
	if strings.HasPrefix(t, "arn:") {
		if p := strings.SplitN(t, ":", 6); len(p) == 6 {
			fields["service"] = orElse(p[2], fields["service"])
			fields["region"] = orElse(p[3], fields["region"])
			fields["account"] = p[4]
			fields["name"] = p[5]
			return
		}
	}
	fields["name"] = t
}

// awsIdentity adds the profile a call is made with.
func (c *cmd) awsIdentity(p *parsedArgs) {
	if v, ok := p.get("profile"); ok {
		c.identity("aws-profile:"+v.text, v.sure(), c.raw)
	}
}

// awsGrants reports whether a call changes who may do what.
func awsGrants(service, verb string) bool {
	switch service {
	case "iam", "organizations", "sso-admin", "identitystore":
		a := cloudAccess(verb)
		return a != effect.Read
	case "sts":
		return false
	}
	return strings.HasSuffix(verb, "-policy") && !strings.HasPrefix(verb, "get-") && !strings.HasPrefix(verb, "describe-") || strings.HasSuffix(verb, "-permission") || strings.HasSuffix(verb, "-permissions") || strings.HasSuffix(verb, "-acl") && strings.HasPrefix(verb, "put-") ||
		strings.HasSuffix(verb, "-grant") || strings.Contains(verb, "security-group-ingress") || strings.Contains(verb, "security-group-egress") || verb == "put-public-access-block" || verb == "delete-public-access-block" || verb == "modify-snapshot-attribute" || verb == "modify-image-attribute" || verb == "share-resource"
}

func (c *cmd) awsSecrets(service, verb string, p *parsedArgs) {
	name := value{}
	for _, n := range []string{"secret-id", "secret-id-list", "name", "names", "path", "key-id", "instance-id", "user-name"} {
		if v, ok := p.get(n); ok {
			name = v
			break
		}
	}
	place := ""
	switch {
	case service == "secretsmanager" && (verb == "get-secret-value" || verb == "batch-get-secret-value"):
		place = "secretsmanager"
	case service == "ssm" && strings.HasPrefix(verb, "get-parameter") && p.has("with-decryption"):
		place = "ssm"
	case service == "kms" && (verb == "decrypt" || verb == "re-encrypt"):
		place = "kms"
	case service == "ec2" && verb == "get-password-data":
		place = "ec2"
	case (service == "ecr" || service == "ecr-public") && strings.HasPrefix(verb, "get-login"), service == "ecr" && verb == "get-authorization-token":
		place = "ecr"
	case service == "iam" && verb == "create-access-key":
		place = "iam"
	case service == "lightsail" && verb == "get-instance-access-details", service == "codeartifact" && verb == "get-authorization-token", service == "rds" && verb == "generate-db-auth-token":
		place = service
	default:
		return
	}
	sure := name.sure()
	if name.text == "" && name.exact || place == "ecr" {
		sure = effect.Exact
	}
	if name.text == "" && place != "ecr" && place != "codeartifact" && place != "rds" {
		sure = effect.Prefix
	}
	c.secret(effect.Read, "store:"+place+"/"+name.text, max(sure, effect.Prefix), c.raw)
}

func (c *cmd) awsSTS(verb string, p *parsedArgs) bool {
	switch verb {
	case "assume-role", "assume-role-with-web-identity", "assume-role-with-saml", "assume-root":
		v, ok := p.get("role-arn", "target-principal")
		c.ran("aws sts "+verb, effect.Exec, effect.Exact)
		if !ok {
			v = value{}
		}
		c.identity("role:"+v.text, v.sure(), c.raw)
		c.secret(effect.Read, "store:sts/credentials", effect.Exact, c.raw)
		return true
	case "get-session-token", "get-federation-token":
		c.ran("aws sts "+verb, effect.Exec, effect.Exact)
		c.secret(effect.Read, "store:sts/credentials", effect.Exact, c.raw)
		return true
	}
	return false
}

func (c *cmd) awsConfigure(verb string, p *parsedArgs) {
	c.ran(strings.TrimSpace("aws configure "+verb), effect.Exec, effect.Exact)
	home := value{text: c.call.Home + "/.aws/", exact: c.call.Home != ""}
	file := func(n string) value { v := home; v.text += n; return v }
	switch verb {
	case "list", "list-profiles":
	case "get":
		if strings.Contains(p.op(2), "secret") || strings.Contains(p.op(2), "token") || strings.Contains(p.op(2), "key") || p.op(2) == "" {
			c.path(&c.st, file("credentials"), c.raw, effect.Read, self)
		}
	case "export-credentials":
		c.secret(effect.Read, "store:aws/credentials", effect.Exact, c.raw)
	default:
		c.path(&c.st, file("config"), c.raw, effect.Write, self)
		if verb == "" || verb == "import" || strings.Contains(p.op(2), "aws_") {
			c.path(&c.st, file("credentials"), c.raw, effect.Write, self)
		}
	}
}

// awsS3 looks at aws s3, where either side may be a file.
func (c *cmd) awsS3(verb string, p *parsedArgs) {
	access := effect.Read
	switch verb {
	case "rm", "rb":
		access = effect.Delete
	case "mb", "website":
		access = effect.Write
	case "presign":
		access = effect.Grant
	case "cp", "mv", "sync":
		if p.has("acl", "grants") { // who may read it from then on
			for _, w := range p.ops[min(2, len(p.ops)):] {
				if w.begins("s3://") {
					c.storeObject(w, effect.Grant, effect.NoDirection)
				}
			}
		}
		c.storeCopy("aws s3 "+verb, p.ops[min(2, len(p.ops)):], verb == "mv", p.has("delete"), "s3://")
		return
	}
	c.ran("aws s3 "+verb, cloudUse(access), effect.Exact)
	if len(p.ops) < 3 {
		c.resource(access, "aws", map[string]string{"service": "s3"}, effect.Exact, effect.NoDirection)
		return
	}
	for _, w := range p.ops[2:] {
		c.storeObject(w, access, effect.NoDirection)
	}
}

// storeObject adds an object or bucket given by URL.
func (c *cmd) storeObject(w word, access effect.Access, d effect.Direction) {
	scheme, rest, ok := strings.Cut(w.text, "://")
	if !ok {
		c.path(&c.st, w.value, w.raw, access, tree)
		return
	}
	before := len(c.dst)
	c.bucket(scheme, rest, w.value, w.raw, d)
	for i := before; i < len(c.dst); i++ {
		if c.dst[i].Kind == effect.Resource && access > effect.Read {
			c.dst[i].Access = access
		}
	}
}

// storeCopy looks at a copy between files and an object store.
func (c *cmd) storeCopy(name string, ops []word, move, remove bool, schemes ...string) {
	c.ran(name, effect.Read, effect.Exact)
	isStore := func(w word) bool {
		return slices.ContainsFunc(schemes, w.begins)
	}
	for i, w := range ops {
		last := i == len(ops)-1 && i > 0
		if w.is("-") {
			continue
		}
		switch {
		case isStore(w) && last:
			c.storeObject(w, effect.Write, effect.Out)
			if remove {
				c.storeObject(w, effect.Delete, effect.Out)
			}
		case isStore(w):
			access := effect.Read
			if move {
				access = effect.Delete
			}
			c.storeObject(w, access, effect.In)
		case last:
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
			if remove {
				c.path(&c.st, w.value, w.raw, effect.Delete, tree)
			}
		default:
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
			if move {
				c.path(&c.st, w.value, w.raw, effect.Delete, entry)
			}
		}
	}
	c.out = feed{kind: feedAny}
}

const gcloudFlags = " quiet q async no-async uri log-http verbosity-debug help all-versions force recursive r include-deleted no-user-output-enabled show-unscheduled brief update-adc no-launch-browser "

func runGcloud(c *cmd, _ spec, args []word) {
	p := parseOptions(args, gcloudFlags, "", 0)
	for len(p.ops) > 0 && (p.op(0) == "alpha" || p.op(0) == "beta" || p.op(0) == "preview") {
		p.ops = p.ops[1:]
	}
	for _, o := range p.opts {
		switch o.name {
		case "account":
			c.identity("gcp-account:"+o.val.text, o.val.sure(), c.raw)
		case "impersonate-service-account":
			c.identity("gcp-account:"+o.val.text, o.val.sure(), c.raw)
		case "configuration":
			c.identity("gcp-config:"+o.val.text, o.val.sure(), c.raw)
		case "key-file", "cred-file", "access-token-file", "credential-file-override":
			c.identityFile(&c.st, "gcp-key:", o.val, c.raw)
		case "flags-file", "source", "config", "metadata-from-file", "env-vars-file", "data-file", "payload-file", "policy-file":
			if o.has && pathLike(orElse(o.val.text, "-")) {
				c.path(&c.st, o.val, o.raw, effect.Read, self)
			}
		}
	}
	group := p.op(0)
	if group == "" {
		c.ran("gcloud", effect.Exec, effect.Exact)
		if len(p.ops) > 0 {
			c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		}
		return
	}
	verb, name := "", word{}
	path := []string{}
	for i := range p.ops { // the words up to the first known verb are the command
		t := p.op(i)
		path = append(path, t)
		if t == "" {
			break
		}
		if i > 0 && gcloudVerb(t) {
			verb = t
			if i+1 < len(p.ops) {
				name = p.ops[i+1]
			}
			break
		}
	}
	target := "gcloud " + strings.Join(path, " ")
	if verb == "" {
		target = strings.TrimSpace("gcloud " + group + " " + p.op(1))
		verb = p.op(1)
	}
	switch group {
	case "auth", "config", "init", "info", "version", "help", "components", "topic":
		c.gcloudOwn(group, target, &p)
		return
	case "storage":
		if verb == "cp" || verb == "mv" || verb == "rsync" {
			c.storeCopy(target, p.ops[2:], verb == "mv", p.has("delete-unmatched-destination-objects"), "gs://", "s3://")
			return
		}
	}
	access := cloudAccess(verb)
	if strings.Contains(verb, "iam-policy") && !strings.HasPrefix(verb, "get-") || group == "iam" && access != effect.Read || strings.Contains(verb, "access-policy") {
		access = effect.Grant
	}
	if verb == "deploy" || verb == "submit" {
		access = effect.Write
		c.path(&c.st, known("."), c.raw, effect.Read, tree)
	}
	c.ran(target, cloudUse(access), effect.Exact)
	fields := map[string]string{"service": group}
	if len(path) > 2 {
		fields["kind"] = strings.Join(path[1:len(path)-1], "/")
	}
	sure := effect.Exact
	for _, f := range []string{"project", "region", "zone", "cluster", "location"} {
		if v, ok := p.get(f); ok {
			if t, exact := v.lit(); exact {
				fields[f] = t
			} else {
				sure = effect.Prefix
			}
		}
	}
	if t, ok := name.lit(); ok && t != "" {
		fields["name"] = t
	} else if name.raw != "" || access > effect.Read {
		sure = effect.Prefix
	}
	c.resource(access, "gcp", fields, sure, effect.NoDirection)
	switch {
	case group == "secrets" && verb == "access":
		s, ok := p.get("secret")
		if !ok {
			s = name.value
		}
		c.secret(effect.Read, "store:secretmanager/"+s.text, s.sure(), c.raw)
	case group == "kms" && verb == "decrypt":
		c.secret(effect.Read, "store:kms/", effect.Prefix, c.raw)
	case group == "container" && verb == "get-credentials":
		c.identity("kube-context:"+name.text, name.sure(), c.raw)
	case group == "compute" && (verb == "ssh" || verb == "scp"):
		if verb == "scp" {
			c.gcloudCopy(p.ops)
			break
		}
		c.host(name.value, c.raw, effect.NoDirection)
		if v, ok := p.get("command"); ok {
			w := word{value: v, raw: v.text}
			c.awayShell([]word{w}, &machine{provider: "gcp", fields: fields, sure: sure})
		}
	case group == "sql" && strings.Contains(target, "users"):
	}
}

// gcloudCopy looks at the files of gcloud compute scp: "vm:path" is on the machine.
func (c *cmd) gcloudCopy(ops []word) {
	at := slices.IndexFunc(ops, func(w word) bool { return w.is("scp") })
	ops = ops[at+1:]
	for i, w := range ops {
		to := i == len(ops)-1 && i > 0
		host, _, remote := strings.Cut(w.text, ":")
		if _, after, ok := strings.Cut(host, "@"); ok {
			host = after
		}
		switch {
		case remote && to:
			c.host(value{text: host, exact: true}, w.raw, effect.Out)
		case remote:
			c.host(value{text: host, exact: true}, w.raw, effect.In)
		case to:
			c.path(&c.st, w.value, w.raw, effect.Write, tree)
		default:
			c.path(&c.st, w.value, w.raw, effect.Read, tree)
		}
	}
}

// gcloudVerb reports whether a word of a gcloud command is its verb.
func gcloudVerb(t string) bool {
	switch t {
	case "list", "describe", "create", "delete", "update", "add", "remove", "set", "unset", "get", "deploy", "ssh", "scp", "cp", "mv", "rm", "ls", "cat", "rsync", "access", "decrypt", "encrypt", "submit", "call", "logs", "read", "tail",
		"enable", "disable", "start", "stop", "reset", "resize", "import", "export", "login", "activate", "revoke", "publish", "pull", "execute", "run", "browse", "restart", "clone", "patch", "replace", "rollback", "wait", "sign", "move", "copy", "undelete", "destroy", "du", "hash", "stat", "versions-access":
		return true
	}
	return strings.Contains(t, "-") && (strings.HasPrefix(t, "get-") || strings.HasPrefix(t, "set-") || strings.HasPrefix(t, "add-") || strings.HasPrefix(t, "remove-") || strings.HasPrefix(t, "create-") || strings.HasPrefix(t, "update-") || strings.HasPrefix(t, "print-") || strings.HasPrefix(t, "activate-") || strings.HasPrefix(t, "list-") || strings.HasPrefix(t, "describe-") || strings.HasPrefix(t, "reset-") || strings.HasPrefix(t, "attach-") || strings.HasPrefix(t, "detach-") || strings.HasPrefix(t, "delete-") || strings.HasPrefix(t, "configure-"))
}

// gcloudOwn looks at the commands that are about gcloud itself.
func (c *cmd) gcloudOwn(group, target string, p *parsedArgs) {
	switch {
	case group == "auth" && (p.op(1) == "print-access-token" || p.op(1) == "print-identity-token" || p.op(2) == "print-access-token"):
		c.ran(target, effect.Exec, effect.Exact)
		c.secret(effect.Read, "store:gcloud/access-token", effect.Exact, c.raw)
	case group == "auth" && p.op(1) == "list", group == "config" && (p.op(1) == "list" || p.op(1) == "get" || p.op(1) == "get-value" || p.op(2) == "list" || p.op(2) == "describe"), group == "info", group == "version", group == "help", group == "topic":
		c.ran(target, effect.Read, effect.Exact)
	case group == "auth":
		c.ran(target, effect.Exec, effect.Exact)
		if p.op(1) == "configure-docker" {
			c.path(&c.st, value{text: c.call.Home + "/.docker/config.json", exact: c.call.Home != ""}, c.raw, effect.Write, self)
			return
		}
		if !p.has("key-file", "cred-file") {
			v := value{}
			if len(p.ops) > 2 {
				v = p.ops[2].value
			}
			c.identity("gcp-account:"+v.text, v.sure(), c.raw)
		}
	case group == "config" && p.op(1) == "set":
		c.ran(target, effect.Exec, effect.Exact)
		if len(p.ops) > 3 {
			v := p.ops[3].value
			switch key := p.op(2); key {
			case "account", "core/account", "auth/impersonate_service_account":
				c.identity("gcp-account:"+v.text, v.sure(), c.raw)
			case "project", "core/project":
				c.identity("gcp-project:"+v.text, v.sure(), c.raw)
			}
		}
	case group == "config" && p.op(1) == "configurations":
		c.ran(target, effect.Exec, effect.Exact)
		if (p.op(2) == "activate" || p.op(2) == "create") && len(p.ops) > 3 {
			c.identity("gcp-config:"+p.ops[3].text, p.ops[3].sure(), c.raw)
		}
	default:
		c.ran(target, effect.Exec, effect.Exact)
		if group == "components" {
			c.code(remote, effect.Exact, c.raw)
		}
	}
}

func runGsutil(c *cmd, _ spec, args []word) {
	p := parseOptions(args, " ", "ohu", 0)
	verb := p.op(0)
	rest := p.ops[min(1, len(p.ops)):]
	switch verb {
	case "cp", "mv", "rsync":
		c.storeCopy("gsutil "+verb, rest, verb == "mv", p.has("d"), "gs://", "s3://")
		return
	}
	access := cloudAccess(verb)
	if verb == "iam" || verb == "acl" || verb == "defacl" {
		access = effect.Grant
		if p.op(1) == "get" {
			access = effect.Read
		}
	}
	c.ran("gsutil "+verb, cloudUse(access), effect.Exact)
	for _, w := range rest {
		if strings.Contains(w.text, "://") {
			c.storeObject(w, access, effect.NoDirection)
		}
	}
}

func runAz(c *cmd, _ spec, args []word) {
	p := parseOptions(args, " yes y only-show-errors debug verbose no-wait help use-device-code identity all auto-approve force no-prompt delete-source recursive overwrite ", "ngosulkfvcpt", 0)
	path, i := []string{}, 0
	verb := ""
	for ; i < len(p.ops); i++ {
		t := p.op(i)
		if t == "" {
			break
		}
		path = append(path, t)
		verb = t
	}
	if len(path) == 0 {
		c.ran("az", effect.Exec, effect.Exact)
		if len(p.ops) > 0 {
			c.unknown(effect.AnyKind, effect.NoAccess, c.raw)
		}
		return
	}
	target := "az " + strings.Join(path, " ")
	for _, o := range p.opts { // @file is what it holds
		if f, ok := strings.CutPrefix(o.val.text, "@"); ok && f != "-" {
			o.val.text = f
			c.path(&c.st, o.val, o.raw, effect.Read, self)
		}
	}
	if v, ok := p.get("subscription"); ok && !strings.HasPrefix(target, "az account set") {
		c.identity("azure-subscription:"+v.text, v.sure(), c.raw)
	}
	switch {
	case path[0] == "login":
		c.ran("az login", effect.Exec, effect.Exact)
		v, ok := p.get("username", "u")
		if !ok {
			v = value{}
		}
		c.identity("azure-user:"+v.text, v.sure(), c.raw)
		return
	case target == "az account set":
		v, _ := p.get("subscription", "s", "n", "name")
		c.ran(target, effect.Exec, effect.Exact)
		c.identity("azure-subscription:"+v.text, v.sure(), c.raw)
		return
	case target == "az account get-access-token":
		c.ran(target, effect.Exec, effect.Exact)
		c.secret(effect.Read, "store:azure/access-token", effect.Exact, c.raw)
		return
	case path[0] == "version" || path[0] == "find" || path[0] == "help" || path[0] == "extension" && verb == "list":
		c.ran(target, effect.Read, effect.Exact)
		return
	case path[0] == "extension":
		c.ran(target, effect.Exec, effect.Exact)
		c.code(remote, effect.Exact, c.raw)
		return
	}
	access := cloudAccess(verb)
	if path[0] == "rest" {
		way := effect.Out
		if m, ok := p.get("method", "m"); !ok || strings.EqualFold(m.text, "get") || strings.EqualFold(m.text, "head") {
			way, access = effect.In, effect.Read
		}
		v, _ := p.get("url", "u", "uri")
		if strings.HasPrefix(v.text, "/") {
			v.text = "https://management.azure.com" + v.text
		}
		c.url(v, c.raw, way)
	}
	if len(path) > 1 && (path[0] == "role" || path[0] == "ad" || path[1] == "policy" || path[0] == "policy") && access != effect.Read {
		access = effect.Grant
	}
	if strings.Contains(target, "run-command") {
		access = effect.Exec
	}
	c.ran(target, cloudUse(access), effect.Exact)
	fields := map[string]string{"service": path[0]}
	if len(path) > 2 {
		fields["kind"] = strings.Join(path[1:len(path)-1], "/")
	}
	sure := effect.Exact
	for _, f := range [][3]string{{"resource_group", "resource-group", "g"}, {"name", "name", "n"}, {"subscription", "subscription", ""}, {"vault", "vault-name", ""}, {"account", "account-name", ""}, {"container", "container-name", "c"}, {"location", "location", "l"}} {
		if v, ok := p.get(f[1], f[2]); ok {
			if t, exact := v.lit(); exact {
				fields[f[0]] = t
			} else {
				sure = effect.Prefix
			}
		}
	}
	if fields["name"] == "" && access > effect.Read {
		sure = effect.Prefix
	}
	c.resource(access, "azure", fields, sure, effect.NoDirection)
	if v, ok := p.get("file", "f", "source", "template-file", "script-path"); ok && strings.ContainsAny(v.text, "./") {
		d := effect.Read
		if verb == "download" {
			d = effect.Write
		}
		c.path(&c.st, v, c.raw, d, self)
	}
	if path[0] == "keyvault" && (verb == "show" || verb == "download" || verb == "decrypt" || verb == "backup") || strings.Contains(target, "list-keys") || verb == "keys" || strings.Contains(target, "get-credentials") || strings.Contains(target, "show-connection-string") || strings.Contains(target, "generate-sas") || strings.Contains(target, "credential list") {
		c.secret(effect.Read, "store:"+path[0]+"/"+strings.Trim(fields["vault"]+"/"+fields["name"], "/"), sure, c.raw)
	}
	if strings.HasPrefix(target, "az aks get-credentials") {
		c.identity("kube-context:"+fields["name"], sure, c.raw)
	}
}
