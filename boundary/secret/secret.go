package secret

// A Place is where a text came from. What counts as a finding depends on it: in
// a path the name alone can be enough, in a result it never is.
type Place uint8

const (
	Anywhere Place = iota // not known: every rule applies
	Argument              // arguments of a tool call
	Result                // what a tool returned
	Prompt                // what a person wrote
	Path                  // a file's path
	EnvName               // the name of an environment variable
	Host                  // a host's name or address
)

var placeNames = [...]string{"anywhere", "argument", "result", "prompt", "path", "env", "host"}

// String returns the place's name on the wire.
func (p Place) String() string {
	if int(p) < len(placeNames) {
		return placeNames[p]
	}
	return "anywhere"
}

// A Finding says that a text holds a secret, or names a place that does. It has
// no field that could hold the secret.
type Finding struct {
	Kind   string // what it is: "github-pat", "aws-access-key-id", "private-key", "env-file" …; low cardinality
	Place  Place
	At     string // JSON pointer into the arguments, or a name the caller gave; may be empty
	Offset int    // where it begins in the text that was looked at, in bytes
	Length int    // how long it is, in bytes; 0 when the name of a place is the finding
}

// A Detector looks for secrets in a text. Detect appends its findings to dst, in
// the order of their offsets, and returns it; it may be called concurrently,
// must not modify or retain text, and must take time linear in its length.
type Detector interface {
	Detect(dst []Finding, text []byte, place Place) []Finding
}

// DetectorFunc is a function as a [Detector].
type DetectorFunc func(dst []Finding, text []byte, place Place) []Finding

// Detect calls f.
func (f DetectorFunc) Detect(dst []Finding, text []byte, place Place) []Finding {
	return f(dst, text, place)
}
