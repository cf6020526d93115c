module github.com/ambit-go/ambit/identity/spiffe

go 1.26.0

require (
	github.com/ambit-go/ambit v0.0.0
	github.com/go-jose/go-jose/v4 v4.1.8
	github.com/spiffe/go-spiffe/v2 v2.9.0
)

replace github.com/ambit-go/ambit => ../..
