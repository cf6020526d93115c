package assign

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func noise(n int) string {
	r := rand.New(rand.NewPCG(5, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[r.IntN(56)]
	}
	return string(b)
}

func TestClassOfName(t *testing.T) {
	tests := []struct {
		name string
		ids  string
		want class
	}{
		{"password", "password DB_PASSWORD dbPassword mysql-root-password password2 PGPASSWORD userpwd password_confirmation passphrase PassWord", password},
		{"secret", "secret clientSecret JWT_SECRET secretValue secretB64", secret},
		{"token", "token access_token authToken _authToken NPM_TOKEN", token},
		{"key that opens", "api_key apiKey APIKey X-Api-Key secretAccessKey aws_secret_access_key signing-key SECRET_KEY_BASE", key},
		{"key of any kind", "key userKey key_1", weakKey},
		{"auth", "auth Authorization proxy-authorization", auth},
		{"credential", "credentials", credential},
		{"salt", "salt nonce", salt},
		{"about a secret", "passwordField password_length tokenType tokens_used secretName keyId auth.provider JWT_SECRET_FILE", none},
		{"key that opens nothing", "publicKey cache_key primaryKey", none},
		{"other words", "authenticator author tokenizer bypass compass monkey keyboard ___ 1234 x", none},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for id := range strings.FieldsSeq(tt.ids) {
				if got := parseName([]byte(id)); got.class != tt.want {
					t.Errorf("class of %q is %d, want %d", id, got.class, tt.want)
				}
				if tt.want != none && !mayBeSecret([]byte(id)) {
					t.Errorf("the quick look gives %q up", id)
				}
			}
		})
	}
	if got := parseName(nil); got.class != none {
		t.Errorf("no name at all is of class %d", got.class)
	}
}

func TestValueBehindName(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"equals", "token=abcdef", "abcdef"},
		{"blanks", "token \t =   abcdef ghi", "abcdef"},
		{"declaration", `token := "abc def"`, "abc def"},
		{"double equals", `token == 'abcdef'`, "abcdef"},
		{"colon", "token: abcdef\nx: y", "abcdef"},
		{"quoted name", `"token": "abcdef"`, "abcdef"},
		{"name in an index", `x["token"] = "abcdef"`, "abcdef"},
		{"escaped quotes", `{\"token\": \"abcdef\", \"x\": 1}`, "abcdef"},
		{"escaped quote in the value", `token = "abc\"def"`, `abc\"def`},
		{"value in backquotes", "token := `abcdef`", "abcdef"},
		{"three quotes", `token = """abcdef"""`, "abcdef"},
		{"entities", "token=&quot;abcdef&quot;", "abcdef"},
		{"arrow", "token => 'abcdef'", "abcdef"},
		{"thin arrow", "token -> abcdef", "abcdef"},
		{"element", "<token>\n  abcdef\n</token>", "abcdef"},
		{"attribute", `<add key="token" value="abcdef"/>`, "abcdef"},
		{"argument", `set("token", "abcdef")`, "abcdef"},
		{"call", `token("abcdef")`, "abcdef"},
		{"option", "--token abcdef", "abcdef"},
		{"optional field", `token?: string = "abcdef"`, "abcdef"},
		{"Go type", `var token string = "abcdef"`, "abcdef"},
		{"Rust type", `let token: &str = "abcdef";`, "abcdef"},
		{"byte slice", `token := []byte("abcdef")`, "abcdef"},
		{"prefix of a string", `token = b"abcdef"`, "abcdef"},
		{"emphasis", "**token**: abcdef", "abcdef"},
		{"prose", "the token for CI: abcdef.", "abcdef"},
		{"is", "my token is abcdef.", "abcdef"},
		{"parameter", "?token=abcdef&x=y", "abcdef"},
		{"bracket closes", "(token:abcdef)", "abcdef"},
		{"comma ends", "token=abcdef,x=y", "abcdef"},
		{"new line escaped", `token=abcdef\nx=y`, "abcdef"},
		{"cut in a quote", `token = "abcdef`, "abcdef"},
		{"padding", "token=abcdef==", "abcdef=="},

		{"nothing behind", "token", ""},
		{"no operator", "token abcdef", ""},
		{"only an operator", "token =", ""},
		{"scope", "token::abcdef", ""},
		{"match", "token =~ /abc/", ""},
		{"quote without end", "token = \"abc\ndef", ""},
		{"bare argument", `set("token", abcdef)`, ""},
		{"call with a variable", "token(abcdef)", ""},
		{"directory", "$token:/src", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := strings.Index(tt.text, "token")
			from, to, ok := findName([]byte(tt.text), at, at+len("token"))
			if !ok {
				t.Fatal("no name")
			}
			s, ok := findValue([]byte(tt.text), from, to)
			got := ""
			if ok {
				got = tt.text[s.from:s.to]
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("in %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestNameAroundKeyword(t *testing.T) {
	tests := []struct{ name, text, word, want string }{
		{"alone", "token", "token", "token"},
		{"longer", "my_api-token.value=", "token", "my_api-token.value"},
		{"behind an escape", `\nmy_token=`, "token", "my_token"},
		{"sentence ends", "the token. Then", "token", "token"},
		{"dash behind", "token-", "token", "token"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := strings.Index(tt.text, tt.word)
			from, to, ok := findName([]byte(tt.text), at, at+len(tt.word))
			if got := tt.text[from:to]; !ok || got != tt.want {
				t.Errorf("name is %q, %v; want %q", got, ok, tt.want)
			}
		})
	}
	if _, _, ok := findName([]byte(strings.Repeat("a", 200)+"token"), 200, 205); ok {
		t.Error("data counts as a name")
	}
}

func TestRandom(t *testing.T) {
	for _, v := range []string{noise(16), noise(40), "8f3c1d0a9b7e42c6", "q7t2m9x4k1v8z3p6"} {
		if !Random([]byte(v)) {
			t.Errorf("%q is no noise", v)
		}
	}
	for _, v := range []string{"", "short1", "authentication", "user-password-field", "getAccessTokenFromHeader", "the quick brown fox jumps", "aaaaaaaaaaaaaaaa"} {
		if Random([]byte(v)) {
			t.Errorf("%q is noise", v)
		}
	}
}

func TestWordsOfPlaceholders(t *testing.T) {
	for _, v := range []string{"your-key-123", "YOUR_TOKEN", "put-it-here", "xxxxxxxx", "****", "abcdefgh", "12345678", "sk-...9f3a", "example-value-only", "todo"} {
		if !placeholder([]byte(v), measure([]byte(v))) {
			t.Errorf("%q is taken seriously", v)
		}
	}
	for _, v := range []string{"awesome-horse-7", "Tr0mb0ne!", noise(20), "nonesuch42", "sphere99"} {
		if placeholder([]byte(v), measure([]byte(v))) {
			t.Errorf("%q is taken for a placeholder", v)
		}
	}
}

func TestAtAllocatesNothing(t *testing.T) {
	for _, text := range []string{`"password": "` + noise(20) + `"`, "token = newToken(x)", "api_key=${KEY}", "the key is needed", `key: "APP-12"`} {
		b := []byte(text)
		at := max(bytes.Index(b, []byte("pass")), bytes.Index(b, []byte("key")), bytes.Index(b, []byte("token")))
		if n := testing.AllocsPerRun(20, func() { At(b, at, at+3, false) }); n > 0 {
			t.Errorf("%q: %v allocations", text, n)
		}
	}
}

func TestFeaturesHaveNames(t *testing.T) {
	for i, n := range Names() {
		if n == "" {
			t.Errorf("feature %d has no name", i)
		}
	}
}

func FuzzAt(f *testing.F) {
	names, vendors := Keywords()
	for _, s := range []string{`"token": "x"`, "token=", "--token x", "<token>", `token = \"`, "token: Bearer ", "token é = \xff", "token=&quot;", "token ((((("} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		low := bytes.ToLower(text)
		if len(low) != len(text) {
			return // lower case of another length: not the same places
		}
		for i, w := range append(append([]string(nil), names...), vendors...) {
			for at := 0; ; at++ {
				n := bytes.Index(low[at:], []byte(w))
				if n < 0 {
					break
				}
				at += n
				if h, ok := At(text, at, at+len(w), i >= len(names)); ok && (h.Start < 0 || h.Start >= h.End || h.End > len(text) || h.Kind == "") {
					t.Fatalf("%+v in %d bytes", h, len(text))
				}
			}
		}
	})
}
