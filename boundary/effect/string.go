package effect

// name returns names[i], or "unknown" for a value that has no name.
func name(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return "unknown"
}

var kindNames = []string{"any", "path", "host", "url", "repo", "command", "code", "secret", "identity", "resource", "data"}

// String returns the kind's name on the wire.
func (k Kind) String() string { return name(kindNames, uint8(k)) }

var accessNames = []string{"unknown", "read", "connect", "write", "delete", "exec", "grant"}

// String returns the access's name on the wire.
func (a Access) String() string { return name(accessNames, uint8(a)) }

var certaintyNames = []string{"unknown", "prefix", "exact"}

// String returns the certainty's name on the wire.
func (c Certainty) String() string { return name(certaintyNames, uint8(c)) }

var directionNames = []string{"", "in", "out"}

// String returns "in", "out", or nothing.
func (d Direction) String() string { return name(directionNames, uint8(d)) }
