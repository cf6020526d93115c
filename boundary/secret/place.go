package secret

import (
	"bytes"
	"net/netip"
	"slices"

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
	var buf [512]byte   // longer ones are rare
	var segs [32][]byte // the last ones
	n := 0
	low := append(buf[:0], path...)
	for i, c := range low {
		switch {
		case c >= 'A' && c <= 'Z':
			low[i] = c | 0x20
		case c == '\\':
			low[i] = '/'
		}
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
			n--
			for i := range n { // and no copy, for which all of this would have to be on the heap
				segs[i] = segs[i+1]
			}
		}
		seg, _, _ = bytes.Cut(seg, stream)
		segs[n] = bytes.TrimRight(seg, " ") // which Windows drops
		n++
	}
	if n == 0 {
		return ""
	}
	base := segs[n-1]
	if kind := lookup(baseNames, base); kind != "" {
		return kind
	}
	if bytes.HasSuffix(base, []byte(".pub")) {
		return ""
	}
	for i := n - 1; i >= 0; i-- { // the nearest folder knows best
		for _, r := range lookup(inFolders, segs[i]) {
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

// A row is what is known of one name. Rows are sorted by it: unlike a map, they are part of
// the program, and a process that looks at one path has nothing to build first.
type row[T any] struct {
	name string
	what T
}

// lookup returns what rows have of name, nothing if they do not have it.
func lookup[T any](rows []row[T], name []byte) (what T) {
	from, to := 0, len(rows)
	for from < to {
		if m := (from + to) / 2; rows[m].name < string(name) {
			from = m + 1
		} else {
			to = m
		}
	}
	if from < len(rows) && rows[from].name == string(name) {
		return rows[from].what
	}
	return what
}

// baseNames are files whose name alone says what they hold, wherever they are.
var baseNames = []row[string]{
	{".boto", "cloud-credentials"},
	{".dockercfg", "docker-config"},
	{".dockerconfigjson", "docker-config"},
	{".env", "env-file"},
	{".envrc", "env-file"},
	{".git-credentials", "git-credentials"},
	{".htpasswd", "password-file"},
	{".my.cnf", "database-credentials"},
	{".mylogin.cnf", "database-credentials"},
	{".netrc", "netrc"},
	{".npmrc", "registry-credentials"},
	{".pgpass", "database-credentials"},
	{".pypirc", "registry-credentials"},
	{".s3cfg", "cloud-credentials"},
	{".terraformrc", "terraform-credentials"},
	{".vault-token", "vault-token"},
	{".vault_pass", "vault-token"},
	{".vault_pass.txt", "vault-token"},
	{".yarnrc.yml", "registry-credentials"},
	{"_netrc", "netrc"},
	{"application_default_credentials.json", "gcloud-credentials"},
	{"consolehost_history.txt", "shell-history"},
	{"cookies.sqlite", "browser-store"},
	{"credentials.json", "cloud-credentials"},
	{"credentials.tfrc.json", "terraform-credentials"},
	{"fish_history", "shell-history"},
	{"gshadow", "password-file"},
	{"key4.db", "browser-store"},
	{"kubeconfig", "kube-config"},
	{"local.settings.json", "secret-file"},
	{"login data", "browser-store"},
	{"logins.json", "browser-store"},
	{"master.key", "private-key-file"},
	{"master.passwd", "password-file"},
	{"nuget.config", "registry-credentials"},
	{"pgpass.conf", "database-credentials"},
	{"rclone.conf", "cloud-credentials"},
	{"secring.gpg", "gnupg"},
	{"shadow", "password-file"},
	{"wp-config.php", "database-credentials"},
}

// inFolders are files that count because of the folder they are in.
var inFolders = []row[[]folderRule]{
	{".aws", []folderRule{{"aws-credentials", []string{"credentials"}, false}, {"aws-credentials", []string{"config"}, false}, {"aws-credentials", []string{"sso", "cache"}, true}, {"aws-credentials", []string{"cli", "cache"}, true}}},
	{".azure", []folderRule{{"azure-credentials", nil, true}}},
	{".cargo", []folderRule{{"registry-credentials", []string{"credentials*"}, false}}},
	{".claude", []folderRule{{"agent-credentials", []string{".credentials.json"}, false}}},
	{".codex", []folderRule{{"agent-credentials", []string{"auth.json"}, false}}},
	{".composer", []folderRule{{"registry-credentials", []string{"auth.json"}, false}}},
	{".docker", []folderRule{{"docker-config", []string{"config.json"}, false}}},
	{".fly", []folderRule{{"cloud-credentials", []string{"config.yml"}, false}}},
	{".gem", []folderRule{{"registry-credentials", []string{"credentials"}, false}}},
	{".gemini", []folderRule{{"agent-credentials", []string{"oauth_creds.json"}, false}}},
	{".gnupg", []folderRule{{"gnupg", nil, true}}},
	{".gradle", []folderRule{{"registry-credentials", []string{"gradle.properties"}, false}}},
	{".kube", []folderRule{{"kube-config", []string{"config*"}, true}, {"kube-config", []string{"cache"}, true}}},
	{".m2", []folderRule{{"registry-credentials", []string{"settings*.xml"}, false}, {"registry-credentials", []string{"settings-security.xml"}, false}, {"registry-credentials", []string{"settings.xml"}, false}}},
	{".password-store", []folderRule{{"keychain", nil, true}}},
	{".ssh", []folderRule{{"ssh-private-key", []string{"id_*"}, false}, {"ssh-private-key", []string{"*_rsa"}, false}, {"ssh-private-key", []string{"*_ed25519"}, false}, {"ssh-private-key", []string{"*.key"}, false}}},
	{".streamlit", []folderRule{{"secret-file", []string{"secrets.toml"}, false}}},
	{"chrome", []folderRule{{"browser-store", []string{"*", "cookies"}, false}, {"browser-store", []string{"*", "network", "cookies"}, false}}},
	{"chromium", []folderRule{{"browser-store", []string{"*", "cookies"}, false}}},
	{"doctl", []folderRule{{"cloud-credentials", []string{"config.yaml"}, false}}},
	{"gcloud", []folderRule{{"gcloud-credentials", []string{"*credentials*"}, true}, {"gcloud-credentials", []string{"access_tokens.db"}, false}}},
	{"gh", []folderRule{{"forge-credentials", []string{"hosts.yml"}, false}}},
	{"github-copilot", []folderRule{{"agent-credentials", []string{"hosts.json"}, false}, {"agent-credentials", []string{"apps.json"}, false}}},
	{"glab-cli", []folderRule{{"forge-credentials", []string{"config.yml"}, false}}},
	{"google-chrome", []folderRule{{"browser-store", []string{"*", "cookies"}, false}, {"browser-store", []string{"*", "network", "cookies"}, false}}},
	{"keychains", []folderRule{{"keychain", nil, true}}},
	{"keyrings", []folderRule{{"keychain", nil, true}}},
	{"kubernetes", []folderRule{{"kube-config", []string{"admin.conf"}, false}}},
	{"proc", []folderRule{{"process-environment", []string{"*", "environ"}, false}, {"process-environment", []string{"*", "task", "*", "environ"}, false}, {"process-memory", []string{"*", "mem"}, false}}},
	{"run", []folderRule{{"secret-mount", []string{"secrets"}, true}}},
	{"secrets-store", []folderRule{{"secret-mount", nil, true}}},
	{"serviceaccount", []folderRule{{"k8s-service-account", []string{"token"}, false}}},
}

// notSecretEnv reports whether a variable only reads like a secret by its name.
func notSecretEnv(name []byte) bool {
	switch string(name) {
	case "PWD", "OLDPWD", "GIT_ASKPASS", "SSH_ASKPASS", "SUDO_ASKPASS", "SSH_AUTH_SOCK", "XAUTHORITY", "KEY", "GPG_KEY":
		return true
	}
	return false
}

// envKind says what an environment variable of that name holds.
func envKind(name []byte) string {
	if notSecretEnv(name) || len(name) > 128 {
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
	if isMetadataName(low) {
		return "metadata-host"
	}
	if a, ok := ipv4(low); ok {
		if slices.Contains(metadataIPv4[:], a) {
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
	if a = a.WithZone("").Unmap(); a.Is4() && slices.Contains(metadataIPv4[:], a.As4()) || a.Is6() && slices.Contains(metadataIPv6[:], a.As16()) {
		return "metadata-host"
	}
	return ""
}

// isMetadataName reports whether a host's name, in lower case, is that of a metadata service.
func isMetadataName(name []byte) bool {
	switch string(name) {
	case "metadata.google.internal", "metadata.goog", "metadata", "instance-data", "instance-data.ec2.internal",
		"metadata.azure.internal", "metadata.tencentyun.com", "metadata.platformequinix.com", "metadata.packet.net":
		return true
	}
	return false
}

var metadataIPv4 = [...][4]byte{
	{169, 254, 169, 254}, // AWS, GCP, Azure, OCI, DigitalOcean, OpenStack
	{169, 254, 170, 2},   // ECS task credentials
	{169, 254, 170, 23},  // EKS pod identity
	{169, 254, 0, 23},    // Tencent
	{100, 100, 100, 200}, // Alibaba
	{192, 0, 0, 192},     // Oracle, before 2020
}

var metadataIPv6 = [...][16]byte{
	{0xfd, 0x00, 0x0e, 0xc2, 14: 0x02, 15: 0x54},                     // AWS: fd00:ec2::254
	{0xfd, 0x00, 0x0e, 0xc2, 15: 0x23},                               // EKS: fd00:ec2::23
	{0xfd, 0x20, 0x00, 0xce, 14: 0x02, 15: 0x54},                     // GCP: fd20:ce::254
	{0xfd, 0x00, 0x00, 0xc1, 12: 0xa9, 13: 0xfe, 14: 0xa9, 15: 0xfe}, // OCI: fd00:c1::a9fe:a9fe
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
