package secret

import (
	"bytes"
	"net/netip"

	"github.com/ambit-go/ambit/boundary/secret/internal/assign"
)

// namedPlace appends what the name of a place alone tells: a path where secrets are kept,
// a variable that holds one, an address that gives them out.
func namedPlace(dst []Finding, text []byte, place Place) []Finding {
	if len(text) == 0 || len(text) > maxPath {
		return dst
	}
	all := place == Anywhere
	if all && bytes.ContainsAny(text, " \t\r\n\"'=<>") {
		return dst // no name but a text
	}
	kind := ""
	if all || place == Path {
		kind = pathKind(text)
	}
	if kind == "" && (all || place == EnvName) {
		kind = envKind(text)
	}
	if kind == "" && (all || place == Host) {
		kind = hostKind(text)
	}
	if kind == "" {
		return dst
	}
	return append(dst, Finding{Kind: kind, Place: place})
}

// maxPath is PATH_MAX on Linux; nothing longer can be opened.
const maxPath = 4096

// stream begins what Windows takes behind a file's name for a part of the same file, as
// in .env::$DATA. No other system has names like it.
var stream = []byte("::$")

// pathKind says what secret a file of that name holds, empty if the name says nothing.
// Names are compared without regard to case: on some file systems .ENV is .env.
func pathKind(path []byte) string {
	var buf [maxPath]byte
	var segs [32][]byte // the last ones
	n := 0
	low := buf[:0]
	for _, c := range path {
		switch {
		case c >= 'A' && c <= 'Z':
			c |= 0x20
		case c == '\\':
			c = '/'
		}
		low = append(low, c)
	}
	for len(low) > 0 {
		seg := low
		if i := bytes.IndexByte(low, '/'); i >= 0 {
			seg, low = low[:i], low[i+1:]
		} else {
			low = nil
		}
		switch {
		case len(seg) == 0 || string(seg) == ".":
			continue
		case string(seg) == "..":
			n = max(0, n-1)
			continue
		case n == len(segs):
			copy(segs[:], segs[1:])
			n--
		}
		seg, _, _ = bytes.Cut(seg, stream)
		segs[n] = bytes.TrimRight(seg, " ") // which Windows drops
		n++
	}
	if n == 0 {
		return ""
	}
	base := segs[n-1]
	if kind := baseNames[string(base)]; kind != "" {
		return kind
	}
	if bytes.HasSuffix(base, []byte(".pub")) {
		return ""
	}
	for i := n - 1; i >= 0; i-- { // the nearest folder knows best
		for _, r := range inFolders[string(segs[i])] {
			if r.matches(segs[i+1 : n]) {
				return r.kind
			}
		}
	}
	return fileKind(base)
}

// A folderRule is what is in a folder: further names, each * or a name, with a * at
// either end; more stands for any number of them.
type folderRule struct {
	kind string
	rest []string
	more bool
}

func (r folderRule) matches(segs [][]byte) bool {
	if len(segs) < len(r.rest) || !r.more && len(segs) != len(r.rest) {
		return false
	}
	for i, p := range r.rest {
		if !glob(p, segs[i]) {
			return false
		}
	}
	if r.more && len(segs) == len(r.rest) && len(r.rest) == 0 {
		return false // the folder itself
	}
	return true
}

// glob compares name with a pattern that may have a * at its beginning, its end or both.
func glob(p string, name []byte) bool {
	if p == "*" {
		return true
	}
	head, tail := p[0] == '*', p[len(p)-1] == '*'
	switch {
	case head && tail:
		return bytes.Contains(name, []byte(p[1:len(p)-1]))
	case head:
		return bytes.HasSuffix(name, []byte(p[1:]))
	case tail:
		return bytes.HasPrefix(name, []byte(p[:len(p)-1]))
	}
	return string(name) == p
}

// fileKind judges a file's own name by its ending and its beginning.
func fileKind(base []byte) string {
	has := func(s string) bool { return bytes.HasSuffix(base, []byte(s)) }
	begins := func(s string) bool { return bytes.HasPrefix(base, []byte(s)) }
	switch {
	case begins(".env.") || has(".env") && len(base) > len(".env"):
		for _, s := range [...]string{"example", "sample", "template", "tmpl", "dist", "defaults", "schema", "md", "ts", "js"} {
			if has("." + s) {
				return ""
			}
		}
		return "env-file"
	case has(".pub.pem"), has(".pub.key"), begins("public."), begins("public_key"), begins("pubkey"):
		return ""
	case begins("id_rsa"), begins("id_dsa"), begins("id_ecdsa"), begins("id_ed25519"), begins("ssh_host_") && has("_key"):
		return "ssh-private-key"
	case has(".pem"):
		for _, s := range [...]string{"cert", "chain", "bundle", "ca.", "cacert", "root", "crl"} {
			if bytes.Contains(base, []byte(s)) && !bytes.Contains(base, []byte("key")) {
				return ""
			}
		}
		return "private-key-file"
	case has(".key"), has(".ppk"), has(".p8"):
		return "private-key-file"
	case has(".p12"), has(".pfx"), has(".jks"), has(".keystore"), has(".kdbx"), has(".keychain"), has(".keychain-db"):
		return "keystore"
	case begins("terraform.tfstate"), has(".tfstate"), has(".tfstate.backup"):
		return "terraform-state"
	case has(".tfvars"), has(".tfvars.json"):
		return "terraform-variables"
	case has(".kubeconfig"):
		return "kube-config"
	case begins("client_secret") && has(".json"), begins("service-account") && has(".json"), begins("service_account") && has(".json"):
		return "cloud-credentials"
	case has("_history") && begins("."):
		return "shell-history"
	case begins("secrets.") && (has(".yaml") || has(".yml") || has(".json") || has(".toml") || has(".env")):
		return "secret-file"
	}
	return ""
}

// baseNames are files whose name alone says what they hold, wherever they are.
var baseNames = map[string]string{ //nolint:gosec // names of files, and no credentials
	".env": "env-file", ".envrc": "env-file",
	".netrc": "netrc", "_netrc": "netrc",
	".npmrc": "registry-credentials", ".pypirc": "registry-credentials", ".yarnrc.yml": "registry-credentials", "nuget.config": "registry-credentials",
	".git-credentials": "git-credentials",
	".dockercfg":       "docker-config", ".dockerconfigjson": "docker-config",
	"application_default_credentials.json": "gcloud-credentials", ".boto": "cloud-credentials", ".s3cfg": "cloud-credentials",
	"credentials.json": "cloud-credentials", "rclone.conf": "cloud-credentials",
	"kubeconfig": "kube-config",
	".pgpass":    "database-credentials", "pgpass.conf": "database-credentials", ".my.cnf": "database-credentials", ".mylogin.cnf": "database-credentials",
	".vault-token": "vault-token", ".vault_pass": "vault-token", ".vault_pass.txt": "vault-token",
	".htpasswd": "password-file", "shadow": "password-file", "gshadow": "password-file", "master.passwd": "password-file",
	"wp-config.php": "database-credentials", "local.settings.json": "secret-file", "master.key": "private-key-file",
	"login data": "browser-store", "key4.db": "browser-store", "logins.json": "browser-store", "cookies.sqlite": "browser-store",
	"fish_history": "shell-history", "consolehost_history.txt": "shell-history",
	"credentials.tfrc.json": "terraform-credentials", ".terraformrc": "terraform-credentials",
	"secring.gpg": "gnupg",
}

// inFolders are files that count because of the folder they are in.
var inFolders = map[string][]folderRule{
	".aws":            {{"aws-credentials", []string{"credentials"}, false}, {"aws-credentials", []string{"config"}, false}, {"aws-credentials", []string{"sso", "cache"}, true}, {"aws-credentials", []string{"cli", "cache"}, true}},
	"gcloud":          {{"gcloud-credentials", []string{"*credentials*"}, true}, {"gcloud-credentials", []string{"access_tokens.db"}, false}},
	".azure":          {{"azure-credentials", nil, true}},
	".kube":           {{"kube-config", []string{"config*"}, true}, {"kube-config", []string{"cache"}, true}},
	".docker":         {{"docker-config", []string{"config.json"}, false}},
	".ssh":            {{"ssh-private-key", []string{"id_*"}, false}, {"ssh-private-key", []string{"*_rsa"}, false}, {"ssh-private-key", []string{"*_ed25519"}, false}, {"ssh-private-key", []string{"*.key"}, false}},
	".gnupg":          {{"gnupg", nil, true}},
	"gh":              {{"forge-credentials", []string{"hosts.yml"}, false}},
	"glab-cli":        {{"forge-credentials", []string{"config.yml"}, false}},
	".claude":         {{"agent-credentials", []string{".credentials.json"}, false}},
	".codex":          {{"agent-credentials", []string{"auth.json"}, false}},
	".gemini":         {{"agent-credentials", []string{"oauth_creds.json"}, false}},
	"github-copilot":  {{"agent-credentials", []string{"hosts.json"}, false}, {"agent-credentials", []string{"apps.json"}, false}},
	".cargo":          {{"registry-credentials", []string{"credentials*"}, false}},
	".gem":            {{"registry-credentials", []string{"credentials"}, false}},
	".composer":       {{"registry-credentials", []string{"auth.json"}, false}},
	".m2":             {{"registry-credentials", []string{"settings*.xml"}, false}, {"registry-credentials", []string{"settings-security.xml"}, false}, {"registry-credentials", []string{"settings.xml"}, false}},
	".gradle":         {{"registry-credentials", []string{"gradle.properties"}, false}},
	".password-store": {{"keychain", nil, true}},
	"keychains":       {{"keychain", nil, true}},
	"keyrings":        {{"keychain", nil, true}},
	"serviceaccount":  {{"k8s-service-account", []string{"token"}, false}},
	"secrets-store":   {{"secret-mount", nil, true}},
	"run":             {{"secret-mount", []string{"secrets"}, true}},
	"doctl":           {{"cloud-credentials", []string{"config.yaml"}, false}},
	".fly":            {{"cloud-credentials", []string{"config.yml"}, false}},
	".streamlit":      {{"secret-file", []string{"secrets.toml"}, false}},
	"chrome":          {{"browser-store", []string{"*", "cookies"}, false}, {"browser-store", []string{"*", "network", "cookies"}, false}},
	"google-chrome":   {{"browser-store", []string{"*", "cookies"}, false}, {"browser-store", []string{"*", "network", "cookies"}, false}},
	"chromium":        {{"browser-store", []string{"*", "cookies"}, false}},
	"proc":            {{"process-environment", []string{"*", "environ"}, false}, {"process-environment", []string{"*", "task", "*", "environ"}, false}, {"process-memory", []string{"*", "mem"}, false}},
	"kubernetes":      {{"kube-config", []string{"admin.conf"}, false}},
}

// notSecretEnv are variables whose names read like secrets.
var notSecretEnv = map[string]bool{
	"PWD": true, "OLDPWD": true, "GIT_ASKPASS": true, "SSH_ASKPASS": true, "SUDO_ASKPASS": true, "SSH_AUTH_SOCK": true, "XAUTHORITY": true,
	"KEY": true, "GPG_KEY": true,
}

// envKind says what an environment variable of that name holds.
func envKind(name []byte) string {
	if notSecretEnv[string(name)] || len(name) > 128 {
		return ""
	}
	for _, c := range name {
		if !isWordByte(c) {
			return ""
		}
	}
	for _, s := range [...]string{"DATABASE_URL", "REDIS_URL", "MONGO_URL", "MONGODB_URI", "MONGODB_URL", "AMQP_URL", "RABBITMQ_URL", "POSTGRES_URL", "MYSQL_URL", "_DSN", "CONNECTION_STRING", "CONNSTR"} {
		if bytes.HasSuffix(name, []byte(s)) {
			return "connection-string-env"
		}
	}
	if bytes.IndexByte(name, '_') < 0 && bytes.Equal(name, bytes.ToLower(name)) {
		return "" // a word, not a variable
	}
	if assign.SecretName(name) {
		return "secret-env"
	}
	return ""
}

// hostKind says whether a host gives out credentials: the metadata services of
// clouds, under any spelling of their address a resolver takes.
func hostKind(host []byte) string {
	h := host
	if i := bytes.LastIndexByte(h, ':'); i >= 0 && (bytes.IndexByte(h, ':') == i || h[0] == '[' && i > 0 && h[i-1] == ']') && digits(h[i+1:]) {
		h = h[:i]
	}
	if len(h) > 1 && h[0] == '[' && h[len(h)-1] == ']' {
		h = h[1 : len(h)-1]
	}
	h = bytes.TrimSuffix(h, []byte("."))
	if len(h) == 0 || len(h) > 64 {
		return ""
	}
	var buf [64]byte
	low := buf[:0]
	for _, c := range h {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low = append(low, c)
	}
	if metadataNames[string(low)] {
		return "metadata-host"
	}
	if a, ok := ipv4(low); ok {
		if metadataIPv4[a] {
			return "metadata-host"
		}
		return ""
	}
	if bytes.IndexByte(low, ':') < 0 {
		return ""
	}
	a, err := netip.ParseAddr(string(low))
	if err != nil {
		return ""
	}
	if a = a.WithZone("").Unmap(); a.Is4() && metadataIPv4[a.As4()] || metadataIPv6[a] {
		return "metadata-host"
	}
	return ""
}

var metadataNames = map[string]bool{
	"metadata.google.internal": true, "metadata.goog": true, "metadata": true, "instance-data": true, "instance-data.ec2.internal": true,
	"metadata.azure.internal": true, "metadata.tencentyun.com": true, "metadata.platformequinix.com": true, "metadata.packet.net": true,
}

var metadataIPv4 = map[[4]byte]bool{
	{169, 254, 169, 254}: true, // AWS, GCP, Azure, OCI, DigitalOcean, OpenStack
	{169, 254, 170, 2}:   true, // ECS task credentials
	{169, 254, 170, 23}:  true, // EKS pod identity
	{169, 254, 0, 23}:    true, // Tencent
	{100, 100, 100, 200}: true, // Alibaba
	{192, 0, 0, 192}:     true, // Oracle, before 2020
}

var metadataIPv6 = map[netip.Addr]bool{
	netip.MustParseAddr("fd00:ec2::254"):      true,
	netip.MustParseAddr("fd00:ec2::23"):       true,
	netip.MustParseAddr("fd20:ce::254"):       true, // GCP
	netip.MustParseAddr("fd00:c1::a9fe:a9fe"): true, // OCI
}

// ipv4 reads an address as inet_aton does: one to four parts, each decimal, octal
// or hexadecimal, the last one filling what is left. Many resolvers take these.
func ipv4(s []byte) (a [4]byte, ok bool) {
	var parts [4]uint64
	n := 0
	for len(s) > 0 {
		if n == 4 {
			return a, false
		}
		part := s
		if i := bytes.IndexByte(s, '.'); i >= 0 {
			part, s = s[:i], s[i+1:]
			if len(s) == 0 {
				return a, false
			}
		} else {
			s = nil
		}
		base := uint64(10)
		switch {
		case len(part) > 2 && part[0] == '0' && part[1] == 'x':
			base, part = 16, part[2:]
		case len(part) > 1 && part[0] == '0':
			base, part = 8, part[1:]
		}
		if len(part) == 0 || len(part) > 11 {
			return a, false
		}
		v := uint64(0)
		for _, c := range part {
			d := uint64(99)
			switch {
			case c >= '0' && c <= '9':
				d = uint64(c - '0')
			case c >= 'a' && c <= 'f':
				d = uint64(c-'a') + 10
			}
			if d >= base {
				return a, false
			}
			v = v*base + d
		}
		parts[n] = v
		n++
	}
	if n == 0 {
		return a, false
	}
	v := uint64(0)
	for i := range n - 1 {
		if parts[i] > 255 {
			return a, false
		}
		v |= parts[i] << (24 - 8*i)
	}
	if last := parts[n-1]; last < 1<<(8*(5-n)) {
		v |= last
	} else {
		return a, false
	}
	return [4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)}, true
}
