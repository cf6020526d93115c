package identity

import "time"

// A Kind is what sort of party a [Principal] is. The zero Kind is not known.
type Kind uint8

const (
	UnknownKind Kind = iota
	Human            // a person
	Agent            // an AI agent acting with its own identity
	Workload         // a program or job with an identity of its platform (SPIFFE, Kubernetes service account)
	Service          // a service account, OAuth client or API key
	Device           // a machine
)

// An Assurance is how well a claim about an identity is founded. Assurances are
// ordered; the zero one is [NoAssurance].
type Assurance uint8

const (
	NoAssurance Assurance = iota // nothing is known
	Asserted                     // a program says so
	Parsed                       // read from a credential that nobody verified
	Verified                     // signature, issuer, audience and time were checked
	Attested                     // proven by the platform: an SVID, mutual TLS, a workload API
)

// A Principal is a party that acts or is acted for. It is comparable: its stable
// key is (Issuer, ID), never an e-mail address. The zero Principal is unknown.
type Principal struct {
	Kind      Kind
	ID        string // stable id at the issuer: "sub", a SPIFFE id, an account name
	Issuer    string // who vouches for ID; empty if nobody does
	Assurance Assurance
}

// IsZero reports whether nothing is known of p.
func (p Principal) IsZero() bool { return p == Principal{} }

// Same reports whether p and q are one party, however well each is founded.
func (p Principal) Same(q Principal) bool { return p.ID == q.ID && p.Issuer == q.Issuer }

// String returns the principal as "kind:id", for people; empty for the zero Principal.
func (p Principal) String() string {
	if p.IsZero() {
		return ""
	}
	return p.Kind.String() + ":" + p.ID
}

// A Delegation is for whom something is done, and by whom. Only Owner and
// Actors[0] may drive a decision (RFC 8693 §4.1): the rest tells how it came about.
type Delegation struct {
	Owner     Principal   // the accountable party, usually a person
	Actors    []Principal // the current actor first, then the one that delegated to it, and so on
	Truncated int         // how many further actors were cut off
	Malformed string      // why part of the chain could not be read; empty if it could
}

// Actor returns the party that acts now: the outermost actor, else the owner.
func (d Delegation) Actor() Principal {
	if len(d.Actors) > 0 {
		return d.Actors[0]
	}
	return d.Owner
}

// Depth returns how many actors stand between the owner and the call, those cut
// off included.
func (d Delegation) Depth() int { return len(d.Actors) + d.Truncated }

// A CredentialKind is what sort of credential something is, in low-cardinality
// words ("github-pat", "k8s-service-account", "aws-access-key-id", "jwt" …). Vendor
// tokens have the words the secret detector uses for them.
type CredentialKind string

// A Binding is what ties a credential to its holder.
type Binding uint8

const (
	NoBinding Binding = iota // not known
	Bearer                   // nothing: whoever has it can use it
	DPoP                     // a key, shown on each request (RFC 9449)
	MTLS                     // a client certificate (RFC 8705)
	SPIFFE                   // an SVID's key
)

// A Source is where the agent got a credential from.
type Source uint8

const (
	UnknownSource Source = iota
	FromEnv              // an environment variable
	FromFile             // a file
	InHeader             // a request's header
	FromMetadata         // a metadata service of the platform
	FromVault            // a secret store
	FromExchange         // a token exchange
	InCommand            // a command line's option or profile
)

// A Credential describes how an actor proves itself. It has no field that could
// hold the secret: Handle is what the downstream's own audit log prints and
// Fingerprint is keyed, so neither can be used or guessed back.
type Credential struct {
	Kind        CredentialKind
	Issuer      string // who issued it: "iss", a CA, a vendor; with Subject the key of whom it names
	Subject     string // whom it names; empty where the credential does not say
	Account     string // account, tenant or project it belongs to: an AWS account id, a "tid"
	Instance    string // the run of the subject it was issued for: a pod, a role session, a certificate's other name
	Handle      string // joins with the downstream's audit log: a jti, an AWS access key id, "SHA256:…"
	KeyID       string // which key or certificate it is where the log has a second name: a "kid", a certificate's serial number
	Fingerprint string // HMAC-SHA-256 under the deployment's key, 16 hex digits
	Audience    []string
	Scopes      []string
	IssuedAt    time.Time
	ExpiresAt   time.Time
	Binding     Binding
	Source      Source
	Assurance   Assurance // of what is said here about the credential
}

// A Target is the system a credential is used towards. Unknown parts are empty.
type Target struct {
	Service    string // "github", "aws", "kubernetes", "mcp:<server>" …
	Account    string // account, tenant, project, organisation or cluster
	Host       string
	Repository string // host/owner/name
}

// A Use is a credential used towards a target, on somebody's behalf.
type Use struct {
	Credential Credential
	Target     Target
	Delegation Delegation
}

// A Switch is a [Use] that departs from what the session did before.
type Switch struct {
	Kind     SwitchKind
	From, To string // what changed, by id or handle; never a secret; may be empty
	Target   Target
	Unsure   bool // the opposite cannot be ruled out: an opaque credential, a chain that could not be read
	Repeated bool // the same departure was reported before in this session
}

// A SwitchKind is how a use departs from the session's baseline.
type SwitchKind uint8

const (
	NoSwitch            SwitchKind = iota
	SubjectChanged                 // another party is acted for
	ActorChanged                   // another party acts
	CredentialChanged              // same subject, another kind of credential or another key
	CredentialRotated              // same subject, issuer and kind: normal, no crossing
	TenantChanged                  // another account, tenant or project
	ScopeRaised                    // scopes that were not there before
	AssuranceLowered               // less well founded than before
	DelegationDropped              // the chain is shorter, or the owner is gone
	DelegationSpliced              // a pair of neighbours never seen in a token issued to this session
	HumanCredentialUsed            // an agent holds a person's credential
	LongLivedUsed                  // a credential without expiry, or with a far one, where short-lived ones were used
	SharedCredential               // the same credential in the hands of two agents
	Expired                        // used after its end
	AudienceMismatch               // issued for somebody else (token passthrough)
)
