package identity

// input_test.go feeds what a peer or a model could: too long, too deep, twice,
// of the wrong type, cut off. FuzzXxx do so without end.

import (
	"encoding/json"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestBadInput(t *testing.T) {
	for _, tt := range []struct {
		name     string
		material string
		want     Credential // zero: not recognised
	}{
		{"empty", "", Credential{}},
		{"longer than 16 KiB", "Bearer " + strings.Repeat("a", 16<<10), Credential{}},
		{"huge exp is no end", jwt(`{"sub":"a","exp":1e300,"iat":99999999999999999999999999999999999}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", Binding: Bearer}},
		{"negative, textual and fractional dates", jwt(`{"sub":"a","exp":-5,"iat":"1700000000","nbf":1.5}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", Binding: Bearer}},
		{"fractional exp", jwt(`{"sub":"a","exp":1700000000.9}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", ExpiresAt: time.Unix(1700000000, 0).UTC(), Binding: Bearer}},
		{"duplicate exp is none", jwt(`{"sub":"a","exp":1700000000,"exp":1900000000}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", Binding: Bearer}},
		{"duplicate aud is none", jwt(`{"sub":"a","aud":"x","aud":["y"]}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", Binding: Bearer}},
		{"duplicate sub is none", jwt(`{"iss":"i","sub":"a","sub":"b"}`), Credential{Kind: "jwt", KeyID: "k1", Issuer: "i", Binding: Bearer}},
		{"claims of the wrong type", jwt(`{"iss":{},"sub":[1],"aud":7,"scope":false,"jti":null,"cnf":"x","kubernetes.io":"x","act":3}`), Credential{Kind: "jwt", KeyID: "k1", Binding: Bearer}},
		{"deep JSON in a claim nobody reads", jwt(`{"sub":"a","x":` + strings.Repeat("[", 4000) + strings.Repeat("]", 4000) + `}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a", Binding: Bearer}},
		{"deep JSON that does not close", jwt(`{"sub":"a","x":` + strings.Repeat("[", 4000) + `}`), Credential{}},
		{"payload is no object", jwt(`["sub"]`), Credential{}},
		{"something behind the payload's object", jwt(`{"sub":"a"}{"sub":"b"}`), Credential{}},
		{"header without alg", jwtHeader(`{"typ":"JWT"}`, `{}`), Credential{}},
		{"alg none is read like any other: nothing is verified here", jwtHeader(`{"alg":"none"}`, `{"sub":"a"}`), Credential{Kind: "jwt", Subject: "a", Binding: Bearer}},
		{"padding in base64url", strings.Replace(jwt(`{"sub":"a"}`), ".", "=.", 1), Credential{}},
		{"a space inside", strings.Replace(jwt(`{"sub":"a"}`), ".", ". ", 1), Credential{}},
		{"four parts", jwt(`{"sub":"a"}`) + ".x", Credential{}},
		{"names are cut, and stay apart", jwt(`{"sub":"` + strings.Repeat("é", 200) + `"}`), Credential{Kind: "jwt", KeyID: "k1", Subject: strings.Repeat("é", 123) + "~df20b2aa", Binding: Bearer}},
		{"line breaks and order marks in names", jwt(`{"sub":"a\r\nSet-Cookie: x\u0000\u202e\u200b"}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a\uFFFD\uFFFDSet-Cookie: x\uFFFD\uFFFD\uFFFD", Binding: Bearer}},
		{"lone surrogates", jwt(`{"sub":"a\ud800"}`), Credential{Kind: "jwt", KeyID: "k1", Subject: "a\uFFFD", Binding: Bearer}},
		{"bytes that are no UTF-8", jwt("{\"sub\":\"a\xff\"}"), Credential{Kind: "jwt", KeyID: "k1", Subject: "a\uFFFD", Binding: Bearer}},
		{"PEM without end", "-----BEGIN CERTIFICATE-----\nMIIB", Credential{}},
		{"PEM of junk", pemBlock("CERTIFICATE", []byte("junk")), Credential{}},
		{"PEM public key is no credential", pemBlock("PUBLIC KEY", []byte("junk")), Credential{}},
		{"key of OpenSSH that is cut off", pemBlock("OPENSSH PRIVATE KEY", []byte(sshMagic+"\x00\x00\x00\xff")), Credential{Kind: "ssh-private-key"}},
		{"SSH key whose lengths lie", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5/////w==", Credential{}},
		{"SSH key of another name than it says", strings.Replace(githubEd25519, "ssh-ed25519", "ssh-rsa", 1), Credential{}},
		{"SSH key with something behind", githubEd25519[:len(githubEd25519)-1] + "gAAAA=", Credential{}},
		{"DER that is cut off", "\x30\x82\x01\x0a\x02\x01", Credential{}},
		{"access key id of the wrong length", awsKeyID + "A", Credential{}},
		{"ARN without account", "arn:aws:s3:::bucket", Credential{}},
		{"ARN of something that is nobody", "arn:aws:ec2:eu-west-1:123456789012:instance/i-1", Credential{}},
		{"address without user", "https://github.com/a/b?x=y@z", Credential{}},
		{"plain words", "hello there, general", Credential{}},
		{"sentences that begin like a scheme", "key takeaways of today", Credential{}},
		{"and others", "Bearer of bad news", Credential{}},
		{"token of no known make behind a word that begins sentences", "token hello-there-general-kenobi", Credential{}},
		{"bearer of unknown make", "Bearer hello-there-general-kenobi", Credential{Kind: "bearer", Binding: Bearer}},
		{"token of several vendors' form", "sk-" + letters(40, 1), Credential{Kind: "sk-key", Binding: Bearer}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.want.Kind != "" {
				tt.want.Assurance = Parsed
			}
			got, ok := Inspect([]byte(tt.material), InspectOptions{})
			if ok != (tt.want.Kind != "") {
				t.Errorf("recognised: %v", ok)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInspectOptions(t *testing.T) {
	c, _ := Inspect([]byte(githubPAT), InspectOptions{Key: testKey(t), NoHandles: true, Source: FromVault})
	want := Credential{Kind: "github-pat", Issuer: "github", Fingerprint: mustPrint(githubPAT), Binding: Bearer, Source: FromVault, Assurance: Parsed}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInspectIsLinear(t *testing.T) {
	// Each is as long as can be; a second is thousands of times what one takes.
	for name, material := range map[string]string{
		"chain":        jwt(`{"sub":"a"` + strings.Repeat(`,"act":{"sub":"b"`, 600) + strings.Repeat("}", 601)),
		"colons":       "https://" + strings.Repeat(":", 16000) + "@",
		"at signs":     "https://" + strings.Repeat("a@", 8000),
		"PEM begins":   strings.Repeat("-----BEGIN X-----\n", 880),
		"commas":       "AWS4-HMAC-SHA256 " + strings.Repeat("Credential,", 1400),
		"brackets":     `{"a":` + strings.Repeat("[", 16000),
		"escapes":      `{"` + strings.Repeat(`\u0061`, 2700) + `":1}`,
		"dots":         "ey" + strings.Repeat(".ey", 5000),
		"cookie pairs": strings.Repeat("session=a;", 1600),
	} {
		start := time.Now()
		everything(t, material)
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("%s: %v", name, took)
		}
	}
}

// shown fails if a text in v is longer than it may be or could break what shows it.
func shown(t *testing.T, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.String:
		s := v.String()
		if len(s) > maxName+16 || !utf8.ValidString(s) {
			t.Errorf("%d bytes: %.40q", len(s), s)
		}
		for _, r := range s {
			if r != utf8.RuneError && visible(r) == utf8.RuneError {
				t.Errorf("%U in %.40q", r, s)
			}
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for _, field := range v.Fields() {
			shown(t, field)
		}
	case reflect.Slice:
		if v.Len() > maxList {
			t.Errorf("%d elements", v.Len())
		}
		for i := range v.Len() {
			shown(t, v.Index(i))
		}
	}
}

func FuzzInspect(f *testing.F) {
	for i := range forms {
		f.Add([]byte(forms[i].make(letters(40, uint64(i)))))
	}
	for _, s := range []string{
		sshCert, githubRSA, awsKeyID, "arn:aws:sts::123456789012:assumed-role/R/S", "AROADBQP57FF2AEXAMPLE:s",
		jwt(`{"iss":"https://sts.windows.net/x/","oid":"1","uti":"2","xms_mirid":"3","exp":1}`), jwt(`{"kubernetes.io":{"namespace":"a","serviceaccount":{"name":"b"},"pod":{"name":"c"}},"jti":"d"}`),
		pemBlock("CERTIFICATE", []byte("x")), "\x30\x82\x00\x00",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, material []byte) {
		c, ok := Inspect(material, InspectOptions{})
		if ok == (c.Kind == "") {
			t.Errorf("recognised %v as %q", ok, c.Kind)
		}
		shown(t, reflect.ValueOf(c))
		again, _ := Inspect(material, InspectOptions{})
		if diff := cmp.Diff(c, again); diff != "" {
			t.Errorf("not the same twice:\n%s", diff)
		}
		for _, c := range FromHeader(map[string][]string{"authorization": {string(material)}, "COOKIE": {string(material)}}, InspectOptions{}) {
			shown(t, reflect.ValueOf(c))
		}
		for _, address := range []string{"https://api.github.com/app/installations/7/x", string(material)} {
			if u, err := url.Parse(address); err == nil {
				for _, c := range FromRequest(u, map[string][]string{"Authorization": {string(material)}}, InspectOptions{}) {
					shown(t, reflect.ValueOf(c))
				}
			}
		}
	})
}

func FuzzWalk(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,-0.5e+7,"x\u00e9\n",true,false,null,{"b":{}}]} `, `{"a":1,}`, `{"a":01}`, `{"a":+1}`, `{"a" :1 , "b":[ ]}`, `{"a":"` + "\x01" + `"}`, `[{}]`, `{"a":1}x`, `{"a":[}]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > maxMaterial {
			return
		}
		var object map[string]json.RawMessage
		want := json.Unmarshal(b, &object) == nil && object != nil // not null
		last := map[string]string{}
		got := walk(b, placeClaims, func(at place, depth int, name []byte, v value) place {
			if s, ok := v.text(); ok && depth == 1 {
				last[strings.ToValidUTF8(string(name), "\uFFFD")] = s
			} else if depth == 1 {
				delete(last, strings.ToValidUTF8(string(name), "\uFFFD"))
			}
			return at
		})
		if got != want {
			t.Fatalf("%q: walk says %v, encoding/json %v", b, got, want)
		}
		for name, s := range last {
			var text string
			if !utf8.Valid(b) || !want {
				break
			}
			if err := json.Unmarshal(object[name], &text); err != nil || text != s {
				t.Errorf("%q: %q is %q, encoding/json says %q (%v)", b, name, s, text, err)
			}
		}
	})
}

func FuzzDelegation(f *testing.F) {
	for _, s := range []string{
		`{"iss":"i","sub":"ada","act":{"sub":"a","act":{"sub":"b","iss":"x","sub_profile":"ai_agent"}}}`, `{"sub":1,"act":[]}`, `{"act":{"act":7}}`,
		`{"sub":"a","client_id":"b","amr":[]}`, `{"iss":"https://sts.windows.net/","oid":"o","idtyp":"app"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		d, ok := ParseDelegation([]byte(jwt(string(payload))))
		shown(t, reflect.ValueOf(d))
		var m map[string]any
		if !ok || d.Malformed != "" || json.Unmarshal(payload, &m) != nil || !utf8.Valid(payload) {
			return
		}
		// Whatever is read without fault from a token is read the same from a map, unless a
		// claim that needs no flag stands there twice.
		if got := DelegationFromClaims(m, Parsed); fmt.Sprint(got) != fmt.Sprint(d) && !strings.Contains(string(payload), `"act":null`) {
			t.Errorf("%s\ntoken:  %v\nclaims: %v", payload, d, got)
		}
	})
}

func FuzzGitConfig(f *testing.F) {
	f.Add([]byte("[user]\n\temail = \"a;b\"@c # x\n[user \"y\"]\nname=z\\\nw\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		name, email := parseGitUser(b)
		shown(t, reflect.ValueOf([]string{clean(name), clean(email)}))
	})
}

func FuzzUseFromEffect(f *testing.F) {
	for _, s := range []string{"user:root", "role:arn:aws:iam::123456789012:role/x", "git-author:a@b.c", "ssh-key:/x", "x:y:z", "env:GITHUB_TOKEN"} {
		f.Add("identity", s)
		f.Add("secret", s)
	}
	f.Fuzz(func(t *testing.T, kind, target string) {
		u, ok := UseFromEffect(kind, target)
		if !ok && u.Credential.Kind != "" {
			t.Errorf("%+v", u)
		}
		shown(t, reflect.ValueOf(u))
		shown(t, reflect.ValueOf(TargetFromHost(target)))
		var tr Tracker
		tr.Observe(storyTime, u)
		for _, s := range tr.Observe(storyTime, u) {
			if !s.Repeated {
				t.Errorf("%+v", s)
			}
		}
	})
}

// FuzzTracker holds the tracker to its bounds and to its word: what it accepted
// does not depart.
func FuzzTracker(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz"))
	f.Fuzz(func(t *testing.T, b []byte) {
		tr := NewTracker(TrackerOptions{Holders: NewHolders()})
		pick := func(list ...string) string {
			if len(b) == 0 {
				return ""
			}
			s := list[int(b[0])%len(list)]
			b = b[1:]
			return s
		}
		for range 64 {
			if len(b) == 0 {
				break
			}
			u := chainUse(pick("", "s", "t", "aws"), pick("", "ada", "bob"), pick("", "a", "b"), pick("c", "d"))
			u.Credential.Kind = CredentialKind(pick("", "jwt", "github-pat", "os-user", "aws-access-key-id"))
			u.Credential.Handle, u.Credential.Fingerprint = pick("", "1", "2"), pick("", "3", "4")
			u.Credential.Audience = strings.Fields(pick("", "x", "x y", "https://a.example"))
			u.Credential.Scopes = strings.Fields(pick("", "r", "r w"))
			u.Target.Host = pick("", "a.example", "b.example")
			u.Delegation.Malformed = pick("", "act_not_object")
			shown(t, reflect.ValueOf(tr.Observe(storyTime, u)))
			tr.Accept(u)
			for _, s := range tr.Observe(storyTime, u) {
				switch s.Kind {
				case CredentialRotated, Expired, SharedCredential, HumanCredentialUsed:
				default:
					t.Errorf("accepted, yet %+v", s)
				}
			}
			if len(tr.base) > maxBaselines || len(tr.pairs.sums) > maxPairs || len(tr.reported.sums) > maxReported || len(tr.held) > maxHeld {
				t.Fatal("out of bounds")
			}
		}
	})
}
