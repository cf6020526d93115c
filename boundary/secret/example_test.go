package secret_test

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/ambit-go/ambit/boundary/secret"
)

// A made-up token, put together here so that no scanner takes this file for a leak.
var pat = "ghp_" + strings.Repeat("aB3dE6gH9k", 4)[:36]

func ExampleDefault() {
	text := []byte("export GITHUB_TOKEN=" + pat + "\nmake release")
	for _, f := range secret.Default().Detect(nil, text, secret.Result) {
		fmt.Printf("%s in a %v, bytes %d to %d\n", f.Kind, f.Place, f.Offset, f.Offset+f.Length)
	}
	// Output:
	// github-pat in a result, bytes 20 to 60
}

func ExampleHas() {
	fmt.Println(secret.Has("/home/ada/.aws/credentials", secret.Path))
	fmt.Println(secret.Has("see /home/ada/.aws/credentials", secret.Prompt)) // a name in a sentence
	fmt.Println(secret.Has("0xa9fea9fe", secret.Host))                       // 169.254.169.254
	// Output:
	// true
	// false
	// true
}

func ExampleRedactString() {
	fmt.Println(secret.RedactString(nil, "curl -u ada:"+pat+" https://api.test", secret.Argument))
	// Output:
	// curl -u ada:[redacted:github-pat] https://api.test
}

func ExampleRedact() {
	text := []byte("db: postgres://app:tr4ub4dor-and-3@db.internal/app")
	found := secret.Default().Detect(nil, text, secret.Result)
	fmt.Printf("%s\n", secret.Redact(nil, text, found))
	// Output:
	// db: postgres://app:[redacted:url-credentials]@db.internal/app
}

func ExampleLimit() {
	d := secret.Limit(secret.Default(), 16)
	fmt.Println(secret.RedactString(d, "a long text of which nobody knows the end", secret.Result))
	// Output:
	// a long text of [redacted:unscanned]
}

// An organisation's own tokens are one method away.
func ExampleJoin() {
	own := secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
		if i := bytes.Index(text, []byte("acme-")); i >= 0 && len(text) >= i+13 {
			dst = append(dst, secret.Finding{Kind: "acme-token", Place: place, Offset: i, Length: 13})
		}
		return dst
	})
	d := secret.Join(own, secret.Default())
	fmt.Println(secret.RedactString(d, "acme-00c0ffee and "+pat, secret.Result))
	// Output:
	// [redacted:acme-token] and [redacted:github-pat]
}
