package identity

// effect.go turns what a shell command takes on into a use: "sudo -u", "aws
// --profile", "kubectl --context" and their kind name an identity and show no
// credential. boundary/effect reports them; this package must not import it, so
// it takes the two words as text.

import (
	"strings"
	"sync"
)

// UseFromEffect returns the use that an effect stands for. Kind is the effect's
// kind ("identity", "secret") and target its target:
//
//	user:root  role:arn:aws:iam::123456789012:role/admin  aws-profile:prod
//	kube-context:prod  gcp-account:ada@example.net  gcp-project:shop-prod  azure-subscription:shop
//	gh-user:ada  docker-context:prod  git-author:ada@example.net  ssh-key:/home/ada/.ssh/id_ed25519
//	ssh-user:deploy  http-user:ada
//
// A user is one of this machine's; one that logs in to another is no change of who
// acts here. A word it does not know is taken as a service that has a name taken on in it; a
// name that could not be told is left empty. Of secrets, environment variables
// that programs authenticate with and metadata services count; a file that is read
// is not yet used.
//
// It reports false for what is no use of an identity. So is an author of commits
// that nobody is: "test@test.com", an address under example.com or .invalid, which
// is what set-up code of throw-away repositories writes.
//
// The use is [Asserted]: the command says so. The caller adds the delegation.
func UseFromEffect(kind, target string) (Use, bool) {
	word, name, named := strings.Cut(target, ":")
	if _, known := taken()[word]; !named && !known || word == "" || len(target) > maxMaterial {
		return Use{}, false
	}
	name = clean(name)
	switch {
	case word == "env" && (kind == "identity" || kind == "secret"):
		return variableUsed(kind, name)
	case kind == "identity":
		return takenOn(clean(word), name)
	case kind == "secret" && word == "metadata" && name != "":
		return Use{
			Credential: Credential{Kind: "instance-identity", Source: FromMetadata, Assurance: Asserted},
			Target:     Target{Service: "metadata", Host: name},
		}, true
	}
	return Use{}, false
}

func takenOn(word, name string) (Use, bool) {
	u := Use{Credential: Credential{Kind: CredentialKind(word), Source: InCommand, Assurance: Asserted}}
	c, t := &u.Credential, &u.Target
	as, ok := taken()[word]
	if !ok {
		as = takenAs{word, isSubject}
	}
	t.Service = as.service
	switch as.name {
	case isSubject:
		c.Subject = name
	case isTenant:
		t.Account = name
	case isFile:
		c.Instance = name // a path is no handle: nobody logs it; but two paths are two credentials
	}
	switch word {
	case "user":
		c.Kind = osUser
		if name == forgeUser {
			c.Kind, c.Subject, t.Service = sshUser, "", "ssh"
		}
	case "ssh-user":
		if name == forgeUser {
			c.Subject = ""
		}
	case "role":
		c.Kind, c.Issuer = awsRole, "aws"
		if named, ok := inspectARN([]byte(name)); ok {
			c.Subject, c.Account, c.Instance = named.Subject, named.Account, named.Instance
			t.Account = named.Account
		}
	case "gcp-account", "gcloud-account":
		if strings.HasSuffix(name, gcpServiceAccounts) {
			c.Account = gcpProject(name)
		}
	case "git-author":
		if throwAway(name) {
			return Use{}, false
		}
	}
	return u, true
}

// What the name behind a word is.
type nameOf uint8

const (
	isSubject nameOf = iota // who the identity is
	isTenant                // an account, project, cluster, or a profile that stands for one
	isFile                  // where the credential is kept
)

type takenAs struct {
	service string
	name    nameOf
}

// taken lists the words of identities that commands take on.
var taken = sync.OnceValue(func() map[string]takenAs {
	return map[string]takenAs{
		"user": {"os", isSubject}, "role": {"aws", isSubject}, "aws-profile": {"aws", isTenant}, "aws-config": {"aws", isFile}, "aws-token": {"aws", isFile},
		"kube-context": {"kubernetes", isTenant}, "kube-user": {"kubernetes", isSubject}, "kube-config": {"kubernetes", isFile},
		"gcp-account": {"gcp", isSubject}, "gcp-project": {"gcp", isTenant}, "gcp-config": {"gcp", isTenant}, "gcp-key": {"gcp", isFile},
		"gcloud-account": {"gcp", isSubject}, "gcloud-project": {"gcp", isTenant}, "gcloud-config": {"gcp", isTenant},
		"azure-subscription": {"azure", isTenant}, "azure-user": {"azure", isSubject}, "azure-client": {"azure", isSubject},
		"gh-user": {"github", isSubject}, "gh-account": {"github", isSubject}, "glab-user": {"gitlab", isSubject},
		"docker-context": {"docker", isTenant}, "docker-user": {"docker", isSubject}, "container-user": {"container", isSubject},
		"terraform-workspace": {"terraform", isTenant}, "vault-token": {"vault", isFile}, "kube-token": {"kubernetes", isFile}, "db-user": {"db", isSubject},
		"git-author": {"git", isSubject}, "git-signing-key": {"git", isFile}, "ssh-key": {"ssh", isFile}, "ssh-user": {"ssh", isSubject}, "http-user": {"http", isSubject},
	}
})

const (
	osUser  CredentialKind = "os-user"
	sshUser CredentialKind = "ssh-user"
	awsRole CredentialKind = "aws-role"
)

// forgeUser is how everybody logs in to a forge by SSH. It names nobody: the key
// does.
const forgeUser = "git"

// variableUsed describes the use of an environment variable that holds a
// credential. One that a command sets for another program may have any name; one
// that is read counts if programs authenticate with it.
func variableUsed(kind, name string) (Use, bool) {
	service, ok := environment()[name]
	if !ok && kind == "secret" || name == "" {
		return Use{}, false
	}
	if !ok {
		service = "env"
	}
	return Use{
		Credential: Credential{Kind: "env-credential", Instance: name, Source: FromEnv, Assurance: Asserted},
		Target:     Target{Service: service},
	}, true
}

// environment lists the variables whose value programs authenticate with, and to
// which service.
var environment = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"GITHUB_TOKEN": "github", "GH_TOKEN": "github", "GH_ENTERPRISE_TOKEN": "github",
		"GITLAB_TOKEN": "gitlab", "CI_JOB_TOKEN": "gitlab",
		"AWS_ACCESS_KEY_ID": "aws", "AWS_SECRET_ACCESS_KEY": "aws", "AWS_SESSION_TOKEN": "aws", "AWS_WEB_IDENTITY_TOKEN_FILE": "aws",
		"GOOGLE_APPLICATION_CREDENTIALS": "gcp", "CLOUDSDK_AUTH_ACCESS_TOKEN": "gcp", "GOOGLE_API_KEY": "gcp",
		"AZURE_CLIENT_SECRET": "azure", "AZURE_CLIENT_CERTIFICATE_PATH": "azure", "ARM_CLIENT_SECRET": "azure",
		"VAULT_TOKEN": "vault", "NPM_TOKEN": "npm", "NODE_AUTH_TOKEN": "npm", "TWINE_PASSWORD": "pypi",
		"ANTHROPIC_API_KEY": "anthropic", "OPENAI_API_KEY": "openai", "HF_TOKEN": "huggingface",
		"SLACK_BOT_TOKEN": "slack", "DATABRICKS_TOKEN": "databricks", "STRIPE_API_KEY": "stripe", "KUBECONFIG": "kubernetes",
	}
})

// throwAway reports whether a mail address is nobody's: in a name reserved for
// that (RFC 2606, RFC 6761), or made of the words that people write when the
// address does not matter.
func throwAway(mail string) bool {
	local, domain, ok := strings.Cut(strings.ToLower(mail), "@")
	domain = strings.TrimSuffix(domain, ".")
	dot := strings.LastIndexByte(domain, '.')
	if !ok || dot <= 0 {
		return true // no address that mail could reach
	}
	switch domain[dot+1:] {
	case "test", "invalid", "example", "localhost", "local", "internal", "lan":
		return true
	}
	labels := strings.Split(domain, ".")
	second := labels[len(labels)-2]
	if second == local || len(second) == 1 || nobody()[second] {
		return true
	}
	for part := range strings.FieldsFuncSeq(local, func(r rune) bool { return r == '.' || r == '-' || r == '_' || r == '+' }) {
		if nobody()[part] {
			return true
		}
	}
	return len(local) == 1 && len(second) < 4
}

var nobody = sync.OnceValue(func() map[string]bool {
	return map[string]bool{
		"test": true, "tests": true, "tester": true, "testing": true, "testuser": true, "example": true, "foo": true, "bar": true,
		"baz": true, "dummy": true, "fake": true, "mock": true, "sample": true, "temp": true, "tmp": true, "placeholder": true,
		"nobody": true, "none": true, "you": true, "your": true, "yourname": true, "noreply": true, "fixture": true, "localhost": true,
	}
})

// TargetFromHost returns the target that a host name stands for: the service, by
// the same words as [UseFromEffect], where the host is one of a well-known
// service's, and the host. It takes "host" and "host:port".
func TargetFromHost(host string) Target {
	t := Target{Host: clean(strings.ToLower(host))}
	name := bareHost(t.Host)
	for name != "" {
		if s, ok := services()[name]; ok {
			t.Service = s
			break
		}
		_, name, _ = strings.Cut(name, ".")
	}
	return t
}

// bareHost cuts off the port.
func bareHost(host string) string {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.Contains(host[i:], "]") {
		host = host[:i]
	}
	return strings.TrimSuffix(host, ".")
}

var services = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"github.com": "github", "githubusercontent.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket",
		"amazonaws.com": "aws", "amazonaws.com.cn": "aws", "api.aws": "aws",
		"googleapis.com": "gcp", "metadata.google.internal": "metadata", "169.254.169.254": "metadata",
		"azure.com": "azure", "windows.net": "azure", "azure.net": "azure", "graph.microsoft.com": "azure", "microsoftonline.com": "azure",
		"eks.amazonaws.com": "kubernetes", "azmk8s.io": "kubernetes", "kubernetes.default.svc": "kubernetes",
		"slack.com": "slack", "npmjs.org": "npm", "pypi.org": "pypi", "huggingface.co": "huggingface", "docker.io": "docker",
		"stripe.com": "stripe", "databricks.com": "databricks", "anthropic.com": "anthropic", "openai.com": "openai",
		"tailscale.com": "tailscale", "atlassian.net": "atlassian", "linear.app": "linear", "sentry.io": "sentry",
	}
})
