// Package identity says who acts, for whom, and with which credential, and notices
// when that changes.
//
// [Inspect] describes a credential, and [FromRequest] those of a request, without
// keeping any of the secret:
//
//	c, ok := identity.Inspect([]byte(os.Getenv("GITHUB_TOKEN")), identity.InspectOptions{Source: identity.FromEnv})
//	// c.Kind "github-pat", c.Handle "4v5…=": what GitHub's audit log calls hashed_token
//
// # Parties
//
// A [Principal] is a person, an agent, a workload, a service or a device, named by
// an id and by who vouches for it. A [Delegation] says for whom something is done
// and by whom; [ParseDelegation] reads it out of a token's act claim, and only its
// owner and current actor may drive a decision. Where nobody signed in, the owner
// of a session can be asked of the machine: [OwnerFromOS], [OwnerFromGit],
// [OwnerFromEnv].
//
// # Assurance
//
// Everything said carries how well it is founded, an [Assurance]: asserted by a
// program, parsed from a credential that nobody verified, verified, or attested by
// the platform. What this package reads is parsed. A [Verifier] proves it; the ones
// in identity/oidc and identity/spiffe do so for OpenID tokens and SPIFFE SVIDs.
//
// # Handles and fingerprints
//
// A [Credential] has no field that could hold the secret. Its Handle is what the
// downstream's own audit log prints, so that the two can be joined:
//
//	GitHub tokens                   base64 of SHA-256      audit log: hashed_token
//	Kubernetes service accounts     JTI=…                  audit event: authentication.kubernetes.io/credential-id
//	client certificates, X509-SVIDs X509SHA256=…           the same
//	AWS                             access key id          CloudTrail: userIdentity.accessKeyId
//	Google service account keys     //iam.googleapis.com/… Cloud Audit Logs: serviceAccountKeyName
//	Entra ID tokens                 uti                    sign-in logs: uniqueTokenIdentifier
//	SSH keys and certificates       SHA256:…               sshd's log
//	Vault, from its answers         accessor               audit log: auth.accessor, as an HMAC unless the device is set not to
//	other JWTs                      jti                    whatever logs that claim
//
// KeyID beside it is the second name that some logs have: the "kid" a JWT was signed
// with, the serial number of a certificate (X.509's in hex, as proxies log it, SSH's
// in decimal, as sshd does), the id of a Google service account's key. What a vendor
// calls an opaque key is in no token: a program that knows it (the id of a model
// vendor's key, say) writes it into Handle itself.
//
// Plain hashes are used only where the downstream publishes the same one and only
// of tokens that nobody can guess. For all others there is the [Fingerprint], keyed
// with a [Key] of the deployment, since passwords can be guessed. [Hash] makes a
// pseudonym of a person's id with the same key.
//
// # Changes
//
// A [Tracker] compares each [Use], a credential towards a target on somebody's
// behalf, with the session's baseline: what was declared, else the first use of
// each target service. What departs is a [Switch], of one of the kinds listed at
// [SwitchKind]. Rotation of a credential is told apart from a change. [UseFromEffect]
// makes uses of what shell commands take on ("sudo", "aws --profile").
//
// What the tracker cannot tell it says: a switch whose opposite cannot be ruled out
// is Unsure, and [Tracker.Gaps] counts what could not be compared at all.
//
// # Input
//
// All input is taken to be hostile. Nothing longer than 16 KiB is read, in linear
// time; chains, lists and names are bounded; names come out without control
// characters; claims that stand twice count as absent. Nothing panics, and no error
// holds any part of a token.
package identity
