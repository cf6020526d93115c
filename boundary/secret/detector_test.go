package secret

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/credshape"
)

// token makes up a token of the kind. Nothing in this package's tests is a secret, and
// none stands in the source: scanners would find it.
func token(kind string) string {
	return string(credshape.ByKind(kind).Example(rand.New(rand.NewPCG(3, uint64(len(kind))))))
}

// noise is a text as a generator makes it, in no vendor's form.
func noise(n int) string {
	r := rand.New(rand.NewPCG(5, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"[r.IntN(56)]
	}
	return string(b)
}

// keyLine is a line of a private key.
func keyLine() string { return "q+/" + noise(61) }

type hit struct{ Kind, Value string }

func hits(text string, place Place) []hit {
	var all []hit
	for _, f := range Default().Detect(nil, []byte(text), place) {
		all = append(all, hit{f.Kind, text[f.Offset : f.Offset+f.Length]})
	}
	return all
}

func TestDetect(t *testing.T) {
	pat, jwt, word, key := token("github-pat"), token("jwt"), noise(24), keyLine()
	uuid := "7c9a2f60-41d8-4b7e-9d35-b2c08e6fa713"
	tests := []struct {
		name, text string
		want       []hit
	}{
		// Tokens of vendors, by their own form.
		{"token alone", pat, []hit{{"github-pat", pat}}},
		{"token in a sentence", "use " + pat + " for now", []hit{{"github-pat", pat}}},
		{"token behind an escape of JSON", `{"out":"first\n` + pat + `\nlast"}`, []hit{{"github-pat", pat}}},
		{"token in a URL's parameter", "https://x.test/?a=%3D" + pat + "&b=1", []hit{{"github-pat", pat}}},
		{"token as a user in a URL", "https://" + pat + "@github.com/acme/app.git", []hit{{"github-pat", pat}}},
		{"two tokens in order", pat + " " + jwt, []hit{{"github-pat", pat}, {"jwt", jwt}}},
		{"token without a prefix, in a long run", "t=" + token("discord-bot-token"), []hit{{"discord-bot-token", token("discord-bot-token")}}},
		{"signature in the middle of a key", token("azure-storage-account-key"), []hit{{"azure-storage-account-key", token("azure-storage-account-key")}}},
		{"wrong checksum is still a token", pat[:39] + "x", []hit{{"github-pat", pat[:39] + "x"}}},

		// Assignments.
		{"environment file", "API_KEY=" + word + "\nDEBUG=true\n", []hit{{"generic-api-key", word}}},
		{"export", "export DB_PASSWORD='" + word + "'", []hit{{"password", word}}},
		{"JSON", `{"client_secret":"` + word + `","x":1}`, []hit{{"generic-secret", word}}},
		{"JSON in JSON", `{"body":"{\"access_token\":\"` + word + `\",\"n\":1}"}`, []hit{{"generic-token", word}}},
		{"YAML", "db:\n  password: " + word + "\n", []hit{{"password", word}}},
		{"YAML with line numbers", "   12→api_key: " + word + "\n   13→region: eu", []hit{{"generic-api-key", word}}},
		{"Go", `token := "` + word + `"`, []hit{{"generic-token", word}}},
		{"Go with a type", `var apiKey string = "` + word + `"`, []hit{{"generic-api-key", word}}},
		{"TypeScript with a type", `const password: string = "` + word + `";`, []hit{{"password", word}}},
		{"Ruby hash", `:secret_key => "` + word + `"`, []hit{{"generic-api-key", word}}},
		{"PHP concatenation", `$authToken .= "` + word + `";`, []hit{{"generic-token", word}}},
		{"setter", `System.setProperty("DB_PASSWORD", "` + word + `")`, []hit{{"password", word}}},
		{"XML element", "<token>\n    " + word + "\n</token>", []hit{{"generic-token", word}}},
		{"XML attribute", `<add key="ApiPassword" value="` + word + `" />`, []hit{{"password", word}}},
		{"option", "mytool --token " + word + " run", []hit{{"generic-token", word}}},
		{"option with =", "mytool --api-key=" + word, []hit{{"generic-api-key", word}}},
		{"configure set", "aws configure set aws_secret_access_key " + noise(40), []hit{{"aws-secret-access-key", noise(40)}}},
		{"header", `curl -H "X-Api-Key: ` + word + `" https://x.test`, []hit{{"generic-api-key", word}}},
		{"bearer", "Authorization: Bearer " + word, []hit{{"bearer-token", word}}},
		{"weak password in code", `password: 'blue-horse-41'`, []hit{{"password", "blue-horse-41"}}},
		{"password in prose", "root@10.0.0.7 (pw: Tr4ub4dor)", []hit{{"password", "Tr4ub4dor"}}},
		{"parameter of a URL", "https://x.test/cb?state=1&access_token=" + word + "&n=2", []hit{{"generic-token", word}}},
		{"name and value in fields of their own", `{"name":"DB_PASSWORD","value":"` + word + `"}`, []hit{{"password", word}}},
		{"name and value in YAML", "- name: DB_PASSWORD\n  value: " + word + "\n", []hit{{"password", word}}},
		{"property list", "<key>apiKey</key>\n<string>" + word + "</string>", []hit{{"generic-api-key", word}}},
		{"cell of a table", "| DB password | " + word + " |", []hit{{"password", word}}},
		{"netrc", "machine x.test login ada password " + word, []hit{{"password", word}}},
		{"vendor's word beside a value without a form", "herokuKey = " + uuid, []hit{{"heroku-api-key", uuid}}},

		// Where credentials stand by custom.
		{"basic", `h.Set("Authorization", "Basic YWRhOm` + noise(20) + `==")`, []hit{{"basic-auth", "YWRhOm" + noise(20) + "=="}}},
		{"password in a URL", "postgres://app:" + word + "@db.internal:5432/app", []hit{{"url-credentials", word}}},
		{"password with slashes in a URL", "postgres://app:a/" + word + "/b@db.internal/app", []hit{{"url-credentials", "a/" + word + "/b"}}},
		{"curl user", "curl -s -u ada:" + word + " https://x.test", []hit{{"basic-auth", word}}},
		{"curl user over lines", "curl https://x.test \\\n  -u ada:" + word, []hit{{"basic-auth", word}}},
		{"registry login", "docker login -u ci -p " + word + " registry.test", []hit{{"command-secret", word}}},
		{"secret store", "gh secret set DEPLOY --body " + word, []hit{{"command-secret", word}}},
		{"piped into a store", "printf '%s' '" + word + "' | pass insert -e ci/x", []hit{{"command-secret", word}}},
		{"SQL", "CREATE USER ada IDENTIFIED BY '" + word + "';", []hit{{"password", word}}},
		{"SQL of PostgreSQL", "ALTER ROLE ada WITH LOGIN PASSWORD '" + word + "';", []hit{{"password", word}}},

		// Private keys.
		{
			"private key", "x -----BEGIN EC PRIVATE KEY-----\n" + key + "\n-----END EC PRIVATE KEY----- y",
			[]hit{{"private-key", "-----BEGIN EC PRIVATE KEY-----\n" + key + "\n-----END EC PRIVATE KEY-----"}},
		},
		{
			"private key in a JSON string", `{"k":"-----BEGIN PRIVATE KEY-----\n` + key + `\n-----END PRIVATE KEY-----\n"}`,
			[]hit{{"private-key", `-----BEGIN PRIVATE KEY-----\n` + key + `\n-----END PRIVATE KEY-----`}},
		},
		{
			"private key that was cut", "-----BEGIN RSA PRIVATE KEY-----\n" + key + "\n" + key[:20],
			[]hit{{"private-key", "-----BEGIN RSA PRIVATE KEY-----\n" + key + "\n" + key[:20]}},
		},
		{"header at the end of a text", "$ head -1 k.pem\n-----BEGIN RSA PRIVATE KEY-----\n", []hit{{"private-key", "-----BEGIN RSA PRIVATE KEY-----"}}},
		{"lines of a key out of sight of its header", "  7→" + "\n  8 " + key + "\n", []hit{{"private-key-line", key}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, hits(tt.text, Result)); diff != "" {
				t.Errorf("in %q (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestDetectIsQuiet(t *testing.T) {
	hex40, uuid := "4f1c9a7be02d3586c7f0e1a2b3948576d0c9b8a7", "7c9a2f60-41d8-4b7e-9d35-b2c08e6fa713"
	tests := []struct{ name, text string }{
		{"empty", ""},
		{"commit", "commit " + hex40 + "\nAuthor: Ada <ada@example.com>"},
		{"uuid", `{"requestId":"` + uuid + `"}`},
		{"digest of an image", "docker pull x.test/app@sha256:" + hex40 + hex40[:24]},
		{"integrity of a lock file", `"integrity": "sha512-` + noise(86) + `=="`},
		{"key of a cache", "cache key: " + hex40 + " (hit)"},
		{"key of an issue tracker", `{"key":"APP-1234","fields":{}}`},
		{"count of tokens", "tokens_used=123456789 max_tokens: 4096"},
		{"one-time code", "token: '566155'"},
		{"name of a field", `const passwordFieldId = "user-password-field"`},
		{"name of a secret", "secretName: acme-tls"},
		{"file of a secret", "JWT_SECRET_FILE=/run/secrets/jwt"},
		{"reference in a shell", "export TOKEN=$GITHUB_TOKEN PASSWORD=${DB_PASSWORD}"},
		{"reference in a workflow", "token: ${{ secrets.NPM_TOKEN }}"},
		{"reference in a template", "password: {{ .Values.password }}"},
		{"reference in code", "password = os.environ['DB_PASSWORD']"},
		{"reference to a store", "api_key: op://vault/item/field"},
		{"substitution of a command", `curl -H "Authorization: Bearer $(cat token.txt)" https://x.test`},
		{"placeholder in brackets", `{"token":"<your-api-key>"}`},
		{"placeholder in words", `apiKey: "YOUR_TOKEN_HERE"`},
		{"placeholder in letters", "ghp_" + strings.Repeat("x", 36)},
		{"placeholder in stars", "password: ****************"},
		{"placeholder in order", "secret_key: 1234567890abcdefghijkl"},
		{"type in TypeScript", "login(user: string, password: string): Promise<Token>"},
		{"type in Go", "type Config struct { Password string; Token *oauth2.Token }"},
		{"variable in Go", "cfg.Password = password\ntoken, err := newToken(secret)"},
		{"call", "token = await auth.createToken({ user })"},
		{"index", "tokens = tokens[1:]"},
		{"number", "IMAGE_REL_ARM64_TOKEN = 0x000C"},
		{"hash of a password", `password: "$2b$12$` + noise(53) + `"`},
		{"public key", `{"publicKey":"` + noise(44) + `"}`},
		{"certificate", "-----BEGIN CERTIFICATE-----\n" + keyLine() + "\n" + keyLine() + "\n-----END CERTIFICATE-----"},
		{"header in a program", `if strings.HasPrefix(s, "-----BEGIN RSA PRIVATE KEY-----") { return true }`},
		{"URL with a port", "http://localhost:8080/@scope/pkg"},
		{"URL with an example", "https://user:password@host.example/"},
		{"curl with an example", "curl -u username:token https://x.test"},
		{"outcome of a test", "--- PASS: TestLogin (0.02s)"},
		{"working directory", "docker run -v $PWD:/src -w /src golang"},
		{"sentence behind a colon", "First pass: assign the addresses"},
		{"pipe of a shell", "printenv TOKEN | sort"},
		{"expression that matches tokens", `token: "^[0-9a-zA-Z_]{16}$"`},
		{"sentence about a password", "The password is absent. The token is: not needed"},
		{"example of the AWS documentation", "aws_access_key_id = AKIAIOSFODNN7" + "EXAMPLE"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := hits(tt.text, Result); got != nil {
				t.Errorf("in %q: %v", tt.text, got)
			}
			if Has(tt.text, Result) {
				t.Error("Has says yes")
			}
		})
	}
}

// A name alone is a finding in a path, and never in what a tool returned.
func TestNamesCountOnlyInTheirPlace(t *testing.T) {
	tests := []struct {
		place Place
		want  []hit
	}{
		{Path, []hit{{"aws-credentials", ""}}},
		{Anywhere, []hit{{"aws-credentials", ""}}},
		{Result, nil},
		{Argument, nil},
		{Prompt, nil},
		{EnvName, nil},
		{Host, nil},
	}
	for _, tt := range tests {
		t.Run(tt.place.String(), func(t *testing.T) {
			if diff := cmp.Diff(tt.want, hits("/home/ada/.aws/credentials", tt.place)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := Has("/home/ada/.aws/credentials", tt.place); got != (tt.want != nil) {
				t.Errorf("Has = %v", got)
			}
		})
	}
}

func TestTokenInAPathIsFoundToo(t *testing.T) {
	pat := token("github-pat")
	want := []hit{{"env-file", ""}, {"github-pat", pat}}
	if diff := cmp.Diff(want, hits("/tmp/"+pat+"/.env", Path)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFindingsAreAppended(t *testing.T) {
	before := []Finding{{Kind: "other", Offset: 900}}
	got := Default().Detect(before, []byte("password='"+noise(20)+"'"), Result)
	want := []Finding{{Kind: "other", Offset: 900}, {Kind: "password", Place: Result, Offset: 10, Length: 20}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Four lanes run over a text that is not short. What stands across their borders is
// found as it is in a short one, in a text full of words as well.
func TestSecretAtEveryPlaceOfALongText(t *testing.T) {
	pat := token("github-pat")
	for name, text := range map[string]string{
		"shorter than a block":  strings.Repeat("it is but text\n", 100),
		"three blocks":          strings.Repeat("it is but text\n", 3*lanes*longest/15+9),
		"full of words":         strings.Repeat("the key token ", 120),
		"full of words at last": strings.Repeat("it is but text\n", 240) + strings.Repeat("the key token ", 40),
	} {
		t.Run(name, func(t *testing.T) {
			lane := min(longest, len(text)/lanes)
			for at := range len(text) - len(pat) - 1 {
				if at%97 > 0 && at%lane > maxWord+2 && at%lane < lane-len(pat) {
					continue // every place near a border, some elsewhere
				}
				b := []byte(text)
				copy(b[at:], " "+pat+" ")
				got := Default().Detect(nil, b, Result)
				want := []Finding{{Kind: "github-pat", Place: Result, Offset: at + 1, Length: len(pat)}}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("token at %d (-want +got):\n%s", at+1, diff)
				}
			}
		})
	}
}

func TestNoShapeIsMissedInALongText(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 13))
	for range 3 {
		var text []byte
		type span struct {
			kind     string
			from, to int
		}
		var want []span
		for s := range credshape.All() {
			if s.Class != credshape.Secret || len(s.Near) > 0 {
				continue
			}
			text = append(text, strings.Repeat("- words between\n", r.IntN(20))...)
			from := len(text)
			text = append(text, s.Example(r)...)
			want = append(want, span{s.Kind, from, len(text)})
			text = append(text, '\n')
		}
		found := Default().Detect(nil, text, Result)
		for _, w := range want {
			if !covered(found, w.from, w.to) {
				t.Errorf("%s at %d is missed: %s", w.kind, w.from, text[w.from:w.to])
			}
		}
	}
}

func TestWordsFitALane(t *testing.T) {
	words, _ := detectorWords()
	for _, w := range words {
		if len(w) >= maxWord {
			t.Errorf("%q is longer than a lane begins early", w)
		}
	}
}

func TestMissAllocatesNothing(t *testing.T) {
	for name, text := range benchTexts(t, 16<<10, false) {
		t.Run(name, func(t *testing.T) {
			s := string(text)
			if n := testing.AllocsPerRun(10, func() {
				if len(Default().Detect(nil, text, Result)) > 0 || Has(s, Result) || RedactString(nil, s, Result) != s {
					t.Fatal("a finding")
				}
			}); n > 0 {
				t.Errorf("%v allocations", n)
			}
		})
	}
}

func TestDetectConcurrentSafe(t *testing.T) {
	text := []byte("a " + token("github-pat") + " b")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if n := len(Default().Detect(nil, text, Result)); n != 1 {
					t.Errorf("%d findings", n)
				}
			}
		})
	}
	wg.Wait()
}

// Texts that make a careless detector take quadratic time: minutes for each of
// them, where this one takes a fraction of a second.
func TestHostileTextsTakeLinearTime(t *testing.T) {
	for _, unit := range []string{
		"eyJ", "-eyJ", "eyJhbGciOiJIUzI1NiJ9.", "ghp_", "glpat-", "xoxd-", "ya29.", "sk-proj-", "key=", "key=(", "key->", "key: ", "password", "password:",
		`"password":"`, `token = \"`, "://", "a://b:", "a://b:c", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nQUJD\n", "curl ",
		"curl -u ", "docker login -p ", "echo | ", "echo x | pass insert ", "basic ", "bearer ", "identified by ", "<token>", "A", "0", ".", "Bearer eyJ.",
		"is ", "key is key is ", "$(", "{{", "secret (", "\\", "'", "token\xff", "key=a:", "key='", "Ab1_/", "MII\n",
	} {
		t.Run(fmt.Sprintf("%.16q", unit), func(t *testing.T) {
			text := []byte(strings.Repeat(unit, 1<<17/len(unit)))
			begin := time.Now()
			Default().Detect(nil, text, Result)
			if took := time.Since(begin); took > 10*time.Second {
				t.Errorf("128 KiB took %v", took)
			}
		})
	}
}
