package oidc_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/ambit-go/ambit/identity"
	"github.com/ambit-go/ambit/identity/oidc"
)

func Example() {
	verifier, err := oidc.New(oidc.Options{Issuer: "https://idp.example.com"})
	if err != nil {
		fmt.Println(err)
		return
	}
	unsigned := []byte("eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZGEifQ.")
	_, err = verifier.Verify(context.Background(), unsigned, identity.Want{Audience: []string{"https://mcp.example.com"}})
	if v, ok := errors.AsType[*identity.VerifyError](err); ok {
		fmt.Println(v.Reason)
	}
	// Output: algorithm
}
