package policy_test

import (
	"bytes"
	"context"
	"errors"

	"github.com/ambit-go/ambit/boundary"
	"github.com/ambit-go/ambit/boundary/policy"
	"github.com/ambit-go/ambit/boundary/secret"
)

// findsMarker takes the word S3CRET for a secret.
var findsMarker = secret.DetectorFunc(func(dst []secret.Finding, text []byte, place secret.Place) []secret.Finding {
	if i := bytes.Index(text, []byte("S3CRET")); i >= 0 {
		dst = append(dst, secret.Finding{Kind: "marker", Place: place, Offset: i, Length: 6})
	}
	return dst
})

// condition is true, false, or fails.
func condition(text string, truth map[string]bool) policy.Condition {
	return func(context.Context, boundary.Request) (bool, error) {
		v, ok := truth[text]
		if !ok {
			return true, errors.New("cannot tell")
		}
		return v, nil
	}
}
