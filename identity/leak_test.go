package identity

// leak_test.go proves that nothing this package gives out can hold a secret: by
// the types, and by looking for pieces of planted secrets in everything that
// comes out.

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

// exported lists every exported type. TestNoTypeHoldsASecret fails when one is
// missing here.
var exported = map[string]reflect.Type{
	"Assurance": reflect.TypeFor[Assurance](), "Binding": reflect.TypeFor[Binding](), "Credential": reflect.TypeFor[Credential](),
	"CredentialKind": reflect.TypeFor[CredentialKind](), "Delegation": reflect.TypeFor[Delegation](), "Gaps": reflect.TypeFor[Gaps](),
	"Holders": reflect.TypeFor[Holders](), "InspectOptions": reflect.TypeFor[InspectOptions](), "Key": reflect.TypeFor[Key](), "Kind": reflect.TypeFor[Kind](),
	"Principal": reflect.TypeFor[Principal](), "Proof": reflect.TypeFor[Proof](), "Reason": reflect.TypeFor[Reason](), "Source": reflect.TypeFor[Source](),
	"Switch": reflect.TypeFor[Switch](), "SwitchKind": reflect.TypeFor[SwitchKind](), "Target": reflect.TypeFor[Target](), "Tracker": reflect.TypeFor[Tracker](),
	"TrackerOptions": reflect.TypeFor[TrackerOptions](), "Use": reflect.TypeFor[Use](), "Verifier": reflect.TypeFor[Verifier](),
	"VerifierFunc": reflect.TypeFor[VerifierFunc](), "VerifyError": reflect.TypeFor[VerifyError](), "Want": reflect.TypeFor[Want](),
}

// texts lists every field that is text, and why it is no secret. A new one must
// be argued for here.
var texts = map[string]string{
	"Credential.Kind": "a word of ours", "Credential.Issuer": "who issued it", "Credential.Subject": "a name", "Credential.Account": "a number or name",
	"Credential.Instance": "a name", "Credential.Handle": "what the downstream logs", "Credential.KeyID": "what the downstream logs", "Credential.Fingerprint": "keyed hash",
	"Credential.Audience": "names", "Credential.Scopes": "names",
	"Principal.ID": "a name", "Principal.Issuer": "a name", "Delegation.Malformed": "a word of ours",
	"Target.Service": "a word of ours", "Target.Account": "a name", "Target.Host": "a name", "Target.Repository": "a name",
	"Switch.From": "a name or handle", "Switch.To": "a name or handle", "Want.Audience": "names", "VerifyError.Reason": "a word of ours",
	"baseline.kind": "a word of ours", "baseline.credential": "kind and handle", "baseline.audienceLabel": "a name", "mark.label": "a name",
}

// allowed are the fields that may be what others may not: the deployment's own
// key, inside a function, and three grades side by side.
var allowed = map[string]bool{"Key.mac": true, "baseline.assurance": true}

// holders returns the fields of a type, and of those it is made of, that could
// hold a secret.
func secretHolders(typ reflect.Type) []string {
	var found []string
	seen := map[reflect.Type]bool{}
	var visit func(path string, typ reflect.Type)
	visit = func(path string, typ reflect.Type) {
		if allowed[path] {
			return
		}
		switch typ.Kind() {
		case reflect.String:
			if texts[path] == "" {
				found = append(found, path)
			}
		case reflect.Slice, reflect.Array:
			if typ.Elem().Kind() == reflect.Uint8 {
				found = append(found, path)
				return
			}
			visit(path, typ.Elem())
		case reflect.Pointer:
			visit(path, typ.Elem())
		case reflect.Map:
			visit(path, typ.Key())
			visit(path, typ.Elem())
		case reflect.Interface:
			if typ != reflect.TypeFor[error]() || path != "VerifyError.Err" {
				found = append(found, path)
			}
		case reflect.Chan, reflect.Func, reflect.UnsafePointer:
			found = append(found, path)
		case reflect.Struct:
			if seen[typ] || slices.Contains([]string{"time", "sync", "hash/maphash"}, typ.PkgPath()) {
				return
			}
			seen[typ] = true
			for f := range typ.Fields() {
				visit(typ.Name()+"."+f.Name, f.Type)
			}
		}
	}
	switch {
	case typ.Kind() == reflect.Interface || typ.Kind() == reflect.Func: // a method and its arguments, no state
	case typ.Kind() == reflect.String: // CredentialKind, Reason: words of ours
	default:
		visit(typ.Name(), typ)
	}
	return found
}

func TestNoTypeHoldsASecret(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.TypeSpec); ok && s.Name.IsExported() {
				names[s.Name.Name] = true
			}
			return true
		})
	}
	if len(names) < 10 {
		t.Fatalf("found only %d exported types", len(names))
	}
	for name := range names {
		typ, ok := exported[name]
		if !ok {
			t.Errorf("type %s is not in the list", name)
			continue
		}
		for _, field := range secretHolders(typ) {
			t.Errorf("%s: field %s could hold a secret", name, field)
		}
	}
	for name := range exported {
		if !names[name] {
			t.Errorf("the list has %s, which does not exist", name)
		}
	}
}

func TestNoTypeHoldsASecretWouldFire(t *testing.T) {
	type inner struct{ Token string }
	for _, typ := range []reflect.Type{
		reflect.TypeFor[struct{ Password string }](), reflect.TypeFor[struct{ Raw []byte }](), reflect.TypeFor[struct{ raw [32]byte }](),
		reflect.TypeFor[struct{ Any any }](), reflect.TypeFor[struct{ H map[string][]string }](), reflect.TypeFor[struct{ F func() string }](),
		reflect.TypeFor[struct{ P *inner }](), reflect.TypeFor[struct{ L []inner }](), reflect.TypeFor[struct{ C chan string }](),
	} {
		if len(secretHolders(typ)) == 0 {
			t.Errorf("%v passes", typ)
		}
	}
}

func TestKeyNeverPrints(t *testing.T) {
	secret := letters(32, 5)
	k, err := NewKey([]byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	o := InspectOptions{Key: k}
	type wrapped struct {
		key Key
		opt InspectOptions
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{k, &k, o, &o, wrapped{k, o}, []Key{k}, map[string]Key{"k": k}} {
			out := fmt.Sprintf(verb, v)
			if leaks(out, secret) || leaks(out, fmt.Sprintf("%x", secret)) || leaks(out, fmt.Sprint([]byte(secret))) {
				t.Errorf("%s of %T: %s", verb, v, out)
			}
		}
	}
}

// leaks reports whether out has 6 bytes or more of secret in a row.
func leaks(out, secret string) bool {
	for i := 0; i+6 <= len(secret); i++ {
		if strings.Contains(out, secret[i:i+6]) {
			return true
		}
	}
	return false
}

// forms makes material with a secret in it, in every form that is read. The
// secret has letters and digits only.
var forms = []struct {
	name string
	make func(secret string) string
}{
	{"opaque bearer", func(s string) string { return "Bearer " + s }},
	{"JWT signature", func(s string) string {
		tok := jwt(`{"iss":"i","sub":"ada","jti":"1","act":{"sub":"b"}}`)
		return tok[:strings.LastIndexByte(tok, '.')+1] + s
	}},
	{"GitHub", func(s string) string { return "ghp_" + s }},
	{"fine-grained GitHub", func(s string) string { return "github_pat_" + s }},
	{"GitLab", func(s string) string { return "glpat-" + s }},
	{"Slack", func(s string) string { return "xoxb-" + s }},
	{"Anthropic", func(s string) string { return "sk-ant-api03-" + s }},
	{"Vault", func(s string) string { return "hvs." + s }},
	{"Google access token", func(s string) string { return "ya29." + s }},
	{"Basic", func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte("ada:"+s)) }},
	{"Basic with a token for a user", func(s string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(s+":x-oauth-basic")) }},
	{"address", func(s string) string { return "https://ada:" + s + "@github.com/a/b" }},
	{"address with a token alone", func(s string) string { return "https://" + s + "@github.com/a/b" }},
	{"address with a token in its query", func(s string) string { return "https://api.example.com/x?access_token=" + s }},
	{"Signature Version 4", func(s string) string { return "AWS4-HMAC-SHA256 Credential=" + awsKeyID + "/x, Signature=" + s }},
	{"AWS file", func(s string) string {
		return `{"AccessKeyId":"` + awsKeyID + `","SecretAccessKey":"` + s + `","SessionToken":"` + s + `"}`
	}},
	{"Google file", func(s string) string {
		return `{"type":"service_account","client_email":"a@p.iam.gserviceaccount.com","private_key_id":"k","private_key":"` + s + `"}`
	}},
	{"Google user file", func(s string) string {
		return `{"type":"authorized_user","refresh_token":"` + s + `","client_secret":"` + s + `"}`
	}},
	{"Azure file", func(s string) string { return `{"clientId":"c","clientSecret":"` + s + `","tenantId":"t"}` }},
	{"token response", func(s string) string {
		return `{"access_token":"` + s + `","refresh_token":"` + s + `","id_token":"` + s + `","scope":"a"}`
	}},
	{"GitHub installation", func(s string) string {
		return "ghs_1234567_" + strings.TrimSuffix(jwt(`{"a":"b"}`), "c2lnbmF0dXJl") + s
	}},
	{"GitHub installation, answered", func(s string) string {
		return `{"token":"ghs_` + s + `","expires_at":"2026-07-11T22:14:10Z","permissions":{"issues":"write"}}`
	}},
	{"Vault login", func(s string) string {
		return `{"auth":{"client_token":"hvs.` + s + `","accessor":"0e9e354a","policies":["web"],"entity_id":"7d2e"}}`
	}},
	{"address with a key in its query", func(s string) string { return "https://www.googleapis.com/x?key=AIza" + s + "&X-Goog-Credential=" + s }},
	{"private key", func(s string) string { return pemBlock("PRIVATE KEY", []byte(s)) }},
	{"private key of OpenSSH", func(s string) string { return pemBlock("OPENSSH PRIVATE KEY", []byte(sshMagic+s)) }},
	{"digest", func(s string) string { return `Digest username="ada", response="` + s + `"` }},
	{"shared key", func(s string) string { return "SharedKey account:" + s }},
	{"shared access signature", func(s string) string { return "SharedAccessSignature sr=x&sig=" + s }},
	{"cookie", func(s string) string { return "session=" + s }},
	{"comment of a public key", func(s string) string { return githubEd25519 + " " + s }},
}

// everything returns all that the package says about a material, printed in
// every way.
func everything(t testing.TB, material string) string {
	var out bytes.Buffer
	show := func(v any) { fmt.Fprintf(&out, "%v\n%+v\n%#v\n%s\n", v, v, v, v) }
	o := InspectOptions{Key: testKey(t)}
	creds := FromHeader(map[string][]string{"Authorization": {material}, "X-Api-Key": {material}, "Cookie": {material}, "Private-Token": {material}}, o)
	if u, err := url.Parse(material); err == nil {
		creds = append(creds, FromRequest(u, nil, o)...)
	}
	for _, address := range []string{"https://api.github.com/app/installations/7/access_tokens", "https://api.github.com/installation/token"} {
		u, _ := url.Parse(address)
		creds = append(creds, FromRequest(u, map[string][]string{"Authorization": {material}}, o)...)
	}
	if c, ok := Inspect([]byte(material), o); ok {
		creds = append(creds, c)
	}
	d, _ := ParseDelegation([]byte(material))
	show(d)
	tr := NewTracker(TrackerOptions{Holders: NewHolders()})
	for i, c := range creds {
		c.ExpiresAt = time.Unix(1, 0)
		u := Use{Credential: c, Delegation: d, Target: Target{Service: "s"}}
		show(u)
		for _, s := range tr.Observe(time.Unix(1e9, 0), u) {
			show(s)
			show(s.Kind)
		}
		u.Delegation.Actors = []Principal{{ID: fmt.Sprint("agent", i)}}
		show(tr.Observe(time.Unix(1e9, 0), u))
	}
	show(tr)
	show(tr.Gaps())
	return out.String()
}

func TestNoSecretInOutput(t *testing.T) {
	for _, form := range forms {
		t.Run(form.name, func(t *testing.T) {
			for n, seed := 20, uint64(1); n <= 300; n, seed = n+7, seed+1 {
				secret := letters(n, seed)
				if out := everything(t, form.make(secret)); leaks(out, secret) {
					t.Fatalf("%d characters: part of the secret comes out:\n%s", n, out)
				}
				t.Setenv("AMBIT_TEST_OWNER", strings.ReplaceAll(form.make(secret), "\x00", ""))
				if p := OwnerFromEnv("AMBIT_TEST_OWNER"); leaks(fmt.Sprintf("%v %#v", p, p), secret) {
					t.Fatalf("%d characters: a credential passes for an owner: %v", n, p)
				}
			}
		})
	}
}

func TestNoSecretInOutputWouldFire(t *testing.T) {
	secret := letters(40, 1)
	if !leaks(fmt.Sprintf("%v", Credential{Subject: secret[10:16]}), secret) {
		t.Error("6 bytes of the secret are not noticed")
	}
}

// tokenStaysToken reports whether a Basic authorization that holds a token in
// the user's place still has the word beside it that says so. With another
// password, which is what the fuzzer makes by appending to the base64, that name
// is a user's, as the client id of an OAuth client is.
func tokenStaysToken(material string) bool {
	_, value, found := strings.Cut(material, "Basic ")
	pair, err := base64.StdEncoding.DecodeString(value)
	if !found || err != nil {
		return true
	}
	user, password, _ := strings.Cut(string(pair), ":")
	return user == "ada" || password == "x-oauth-basic"
}

func FuzzNoSecretInOutput(f *testing.F) {
	for i := range forms {
		f.Add(uint8(i), []byte(letters(40, uint64(i))), "", "")
	}
	f.Add(uint8(0), []byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), "x://", "@h")
	f.Add(uint8(10), []byte("wwwwwwwwwwwwwwww"), "", "AAAA") // a longer password, so the token is a user's name
	f.Fuzz(func(t *testing.T, form uint8, seed []byte, before, behind string) {
		if len(seed) < 16 || len(seed) > 400 {
			return
		}
		// A secret of the fuzzer's making, and another one of the same length: what comes
		// out for both is not the secret's.
		secret, other := make([]byte, len(seed)), make([]byte, len(seed))
		for i, c := range seed {
			secret[i] = alphanumeric[int(c)%len(alphanumeric)]
			other[i] = alphanumeric[(int(c)*7+i*13+5)%len(alphanumeric)]
		}
		make := forms[int(form)%len(forms)].make
		if !tokenStaysToken(before + make(string(secret)) + behind) {
			return
		}
		out := everything(t, before+make(string(secret))+behind)
		control := everything(t, before+make(string(other))+behind)
		for i := 0; i+6 <= len(secret); i++ {
			part := string(secret[i : i+6])
			if strings.Contains(out, part) && !strings.Contains(control, part) && !strings.Contains(before+behind, part) {
				for line := range strings.Lines(out) {
					if strings.Contains(line, part) {
						t.Errorf("%s: %q of the secret %q comes out: %.300s", forms[int(form)%len(forms)].name, part, secret, line)
					}
				}
				return
			}
		}
	})
}
