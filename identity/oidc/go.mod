module github.com/ambit-go/ambit/identity/oidc

go 1.26.0

require (
	github.com/ambit-go/ambit v0.0.0
	github.com/go-jose/go-jose/v4 v4.1.8
)

replace github.com/ambit-go/ambit => ../..
