package effect

// A Kind is what sort of thing an effect is about. The zero Kind is
// [AnyKind]: the call touches something, and nobody can say what.
type Kind uint8

const (
	AnyKind  Kind = iota // unknown: may be of any kind; Target is empty
	Path                 // a file or folder: absolute, slash-separated, symbolic links of existing parts resolved
	Host                 // a network peer: "host" or "host:port", lower case, IDNA ASCII; "mcp:<server>" for an MCP server that is not local
	URL                  // a full address: scheme://host/path, without userinfo, query and fragment
	Repo                 // a git repository: host/owner/name, and ":ref" behind it where a ref is changed
	Command              // a program that runs: its name and, where it has one, its subcommand ("git push"); Access Read if the other effects of the call tell all it does, Exec if it may do more; Raw is the simple command as written
	Code                 // code that runs and that the command line does not show: "workspace", "inline", "remote", "plugin"
	Secret               // a place that holds a secret: "file:<path>", "env:<NAME>", "metadata:<host>", "store:<service>/<name>", "keychain"
	Identity             // an identity taken on: "user:root", "ssh-user:deploy", "aws-profile:prod", "kube-context:prod", "role:<arn>", "git-author:<email>", "ssh-key:<path>", "db-user:<name>", "gcp-account:<email>", "env:<NAME>" …
	Resource             // a cloud or cluster object, in the form of [ResourceID.String]
	Data                 // a data set: "sql:<table>", "sql:<database>.<table>", "redis:<key>", or a tool's own "<server>:<collection>", "<server>:<collection>/<item>"
)

// An Access is what a call would do to a thing. Accesses are ordered from the
// mildest to the strongest, so the strongest of several is their maximum.
type Access uint8

const (
	NoAccess Access = iota // not known
	Read                   // look at it
	Connect                // reach it over a network
	Write                  // create or change it
	Delete                 // remove it
	Exec                   // run it, or change what something else will run
	Grant                  // change who may do what to it, or take on its rights
)

// A Certainty is how much of Target is known. The zero Certainty is [Unknown].
type Certainty uint8

const (
	Unknown Certainty = iota // Target is a guess, or empty
	Prefix                   // Target is how the real one begins; the rest is decided at run time
	Exact                    // Target is the whole of it
)

// A Direction is which way data flows between the agent and the target.
type Direction uint8

const (
	NoDirection Direction = iota // none, or not known
	In                           // from the target to the agent: a download, a page read
	Out                          // from the agent to the target: an upload, a message sent
)

// An Effect is one thing that one call would touch. Effects are values: copying
// one is safe, and two are equal when all fields are.
type Effect struct {
	Kind      Kind
	Access    Access
	Target    string    // canonical; see the constants of [Kind]
	Raw       string    // the text Target came from; never shown, may be empty
	Certainty Certainty // how much of Target is known
	Direction Direction // for Connect, Read and Write effects on hosts, URLs and data
	At        string    // JSON pointer into the arguments ("/command", "/files/0/path"); empty for the call itself
}

// Untrusted reports whether what e touches may answer with what others wrote, which
// the agent then has before it: an address that is asked, by whatever method, a host
// that is not only sent to, and whatever is unknown. What is copied to a host or
// published there has no answer worth the name.
func (e *Effect) Untrusted() bool {
	switch e.Kind {
	case AnyKind, URL:
		return true
	case Host:
		return e.Direction != Out
	default:
		return false
	}
}

// A Call is what an analyzer looks at. An analyzer must not modify or keep
// Arguments.
type Call struct {
	Tool      string // the tool's name as the model uses it
	Server    string // the MCP server it belongs to; empty for a local tool
	Local     bool   // Server runs on this machine and speaks over a pipe
	Arguments []byte // JSON object of the call; may be empty, may not be JSON at all
	Dir       string // working folder of the call, absolute
	Root      string // top folder of the repository that the task is about, absolute; empty if none
	Home      string // home folder for tools that expand "~"; empty if not known

	ReadOnly, Destructive, OpenWorld Hint // what the tool says of itself; see [Hint]
}

// A Hint is a statement a tool makes about itself (an MCP tool annotation). It
// may raise suspicion and never lowers it.
type Hint uint8

const (
	NoHint Hint = iota // not said
	No                 // the tool says no
	Yes                // the tool says yes
)

// An Analyzer finds the effects of a call. Analyze appends them to dst and
// returns it; it may be called concurrently, must not modify or retain
// c.Arguments, must be bounded in time and result however large the input, and
// reports what it cannot tell as an effect of unknown certainty.
type Analyzer interface {
	Analyze(dst []Effect, c Call) []Effect
}

// AnalyzerFunc is a function as an [Analyzer].
type AnalyzerFunc func(dst []Effect, c Call) []Effect

// Analyze calls f.
func (f AnalyzerFunc) Analyze(dst []Effect, c Call) []Effect { return f(dst, c) }

// Strongest returns the strongest access among effects; [NoAccess] if there are none.
func Strongest(effects []Effect) Access {
	var a Access
	for i := range effects {
		a = max(a, effects[i].Access)
	}
	return a
}

// Certain returns the lowest certainty among effects; [Exact] if there are none.
func Certain(effects []Effect) Certainty {
	c := Exact
	for i := range effects {
		c = min(c, effects[i].Certainty)
	}
	return c
}
