// Package secret tells whether a text holds a secret, or names a place that does.
//
// [Default] is the detector to use. It looks at one text and says where in it a
// secret is and of what kind, never what it is:
//
//	found := secret.Default().Detect(nil, output, secret.Result)
//	for _, f := range found {
//		log.Printf("%s at byte %d", f.Kind, f.Offset)
//	}
//
// [Has] answers yes or no, and stops at the first finding. [Redact] and
// [RedactString] replace what was found by its kind, so that a text can be shown:
//
//	fmt.Println(secret.RedactString(nil, text, secret.Result)) // … token=[redacted:github-pat] …
//
// # What is found
//
// Tokens of some hundred vendors, by the form the vendor gave them. A checksum inside a token
// is not asked for: formats change, and a token that was cut is half a secret.
//
// Values assigned to names that stand for secrets (password, api_key, clientSecret),
// in the ways configuration files, programs, headers, commands and people write them.
// What the value looks like decides, not its entropy alone: references,
// placeholders, types, digests and calls are no secrets. Where rules do not decide, a
// linear model of sixty features does; its weights are made by a program in internal/train.
//
// Private keys, also in a string, in a log or with their header out of sight. Passwords in URLs,
// in basic authentication, on command lines, in statements of SQL, and what is
// piped into a command that stores it.
//
// # Places
//
// What counts depends on where the text came from, the [Place]. In a [Path] the name alone is
// a finding (~/.aws/credentials, .env, /proc/self/environ), as it is in an
// [EnvName] (GITHUB_TOKEN) and for a [Host] (169.254.169.254, in every spelling
// resolvers take). In a [Result] or a [Prompt] a name never is: people talk about
// files. Such a finding has length 0.
//
// # What it cannot know
//
// A password that is a word, in a sentence, is a word. A value that is handed in without
// its name is judged by its form alone: give Detect the whole of a call's arguments,
// {"password":"…"}, rather than each value. Identifiers and public keys are no findings, nor
// are hashes of passwords. Text that is compressed, encrypted or encoded once more is
// looked at as it is.
//
// # Cost
//
// One pass with one look-up a byte, and no allocation where nothing is found; the time is
// linear in the text's length, whatever the text. [Limit] bounds it: what was
// not looked at is a finding of its own.
//
// # Other detectors
//
// A [Detector] is one method. [Join] asks several and merges what they say; the
// module boundary/leaks has gitleaks as one of them.
package secret
