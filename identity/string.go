package identity

func name[T ~uint8](names []string, v T) string {
	if int(v) < len(names) {
		return names[v]
	}
	return "unknown"
}

var kindNames = []string{"unknown", "human", "agent", "workload", "service", "device"}

// String returns the kind's name on the wire.
func (k Kind) String() string { return name(kindNames, k) }

var assuranceNames = []string{"none", "asserted", "parsed", "verified", "attested"}

// String returns the assurance's name on the wire.
func (a Assurance) String() string { return name(assuranceNames, a) }

var bindingNames = []string{"unknown", "bearer", "dpop", "mtls", "spiffe"}

// String returns the binding's name on the wire.
func (b Binding) String() string { return name(bindingNames, b) }

var sourceNames = []string{"unknown", "env", "file", "header", "metadata", "vault", "exchange", "command"}

// String returns the source's name on the wire.
func (s Source) String() string { return name(sourceNames, s) }

var switchNames = []string{
	"none", "subject_changed", "actor_changed", "credential_changed", "credential_rotated", "tenant_changed",
	"scope_raised", "assurance_lowered", "delegation_dropped", "delegation_spliced", "human_credential_used",
	"long_lived_used", "shared_credential", "expired", "audience_mismatch",
}

// String returns the switch's name on the wire.
func (k SwitchKind) String() string { return name(switchNames, k) }
