package policy_test

import (
	"bytes"

	"github.com/ambit-go/ambit/boundary/secret"
)

// findsMarker takes the word S3CRET for a secret.
var findsMarker = secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
	if i := bytes.Index(text, []byte("S3CRET")); i >= 0 {
		dst = append(dst, secret.Finding{Kind: "marker", Place: place, Offset: i, Length: 6})
	}
	return dst
})
