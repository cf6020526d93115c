// Package spiffe verifies SPIFFE identity documents: JWT-SVIDs in requests and
// X509-SVIDs of mutual TLS, by the bundles of trust domains that go-spiffe gets
// from the Workload API or a file.
//
//	verifier, err := spiffe.New(spiffe.Options{JWT: source, X509: source}) // a workloadapi source is both
//	proof, err := verifier.Verify(ctx, token, identity.Want{Audience: []string{"spiffe://example.org/mcp/jira"}})
//	proof, err = verifier.VerifyPeer(request.TLS)
//
// What it proves has the assurance [identity.Attested], since a SPIFFE server gives
// a document to none but the workload whose platform it has asked. Which trust
// domains are trusted is for the bundle source to say.
//
// A JWT-SVID can be used by whoever has it ([identity.Bearer]); an X509-SVID is
// proved by the handshake it was shown in.
package spiffe
