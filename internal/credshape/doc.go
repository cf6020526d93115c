// Package credshape knows what credentials look like: one table for the package
// that finds them in text (boundary/secret) and the one that says whose they are
// (identity).
//
// A [Shape] is a kind of token: which vendor's, the pattern its tokens match and,
// where the vendor publishes one, the checksum inside it. [Match] recognises a
// whole token; [All] gives the table itself:
//
//	if s, ok := credshape.Match(token); ok {
//		fmt.Println(s.Kind, s.Vendor, s.Check(token) == credshape.Valid)
//	}
//
// A pattern is a regular expression in a small subset that compiles to runs of
// byte sets: matching allocates nothing and takes time linear in the token.
//
// Nothing here opens a token: claims, accounts and subjects are identity's work.
// JSON Web Tokens are in the table, PEM blocks are not: they are no single token.
package credshape
