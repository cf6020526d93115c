package leaks_test

import (
	"fmt"
	"log"

	"github.com/ambit-go/ambit/boundary/leaks"
	"github.com/ambit-go/ambit/boundary/secret"
)

func ExampleNew() {
	gitleaks, err := leaks.New(leaks.WithConfig(`
[[rules]]
id = "acme-token"
regex = '''acme-[0-9a-f]{8}'''
keywords = ["acme-"]
`))
	if err != nil {
		log.Fatal(err)
	}
	d := secret.Join(secret.Default(), gitleaks)
	fmt.Println(secret.RedactString(d, "acme-00c0ffee and password='tr4ub4dor-3'", secret.Result))
	// Output:
	// [redacted:acme-token] and password='[redacted:password]'
}
