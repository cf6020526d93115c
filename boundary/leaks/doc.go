// Package leaks has gitleaks as a [secret.Detector], for results that may take time.
//
//	own, err := leaks.New()
//	if err != nil {
//		log.Fatal(err)
//	}
//	d := secret.Join(secret.Default(), own)
//
// # When to use it
//
// Gitleaks knows more vendors' tokens by name, and teams have rules for it ([WithConfig]). It is
// two to three hundred times slower than [secret.Default] on 16 KiB: about a
// millisecond for a kilobyte. So it has a size limit and a time limit, and what it did
// not come to is a finding of kind [secret.Unscanned]; a redactor takes it out. Put it in
// front of what leaves the house, not in front of each call.
//
// # What is different from the gitleaks program
//
// A comment gitleaks:allow in the text allows nothing: whoever writes the text a tool
// returns would have the last word. The configuration is read into an instance of viper
// of its own; only one that extends the default rules makes gitleaks use the global one.
package leaks
