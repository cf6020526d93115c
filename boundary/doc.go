// Package boundary decides whether a tool call may happen.
//
// A [Checker] looks at one [Request] and returns a [Decision]:
//
//	c := boundary.All(boundary.Tools("read_*"), boundary.Named("budget", mine))
//	d, err := boundary.Check(ctx, c, boundary.Request{Tool: "delete_file"})
//
// # Verdicts
//
// The zero [Decision] denies, so a forgotten return value is safe. Verdicts are
// ordered from the strictest to the mildest: [Deny], [RequireApproval], [Allow].
// Beside them stands [NotEvaluated], the verdict of a checker that has no
// opinion. A call about which nobody has an opinion runs, and is recorded as
// not evaluated, never as allowed.
//
// # Cannot tell
//
// An error, a panic, a timeout or a nil checker means "cannot tell", and
// cannot-tell is refused. [Check] turns each into a decision with its reason.
// [FailOpen] and [Shadow] are the two ways out, visible in the code.
//
// # Composition
//
// [All] is the strictest and [Any] the mildest of several checkers. All of them
// run, so a decision holds every reason and not only the first. [Named],
// [Timeout], [Shadow] and [FailOpen] wrap one checker. They pass on what the
// wrapped checker can do beyond Check.
//
// # Writing a checker
//
// Implement one method, or write a function, then run the suite of package
// [github.com/ambit-go/ambit/boundary/boundarytest] on it. A checker that keeps
// something for each session is a [Binder]; one that wants to know what became
// of the calls it decided is an [Observer]; one that judges sessions as a whole
// is a [SessionChecker]. The tracer looks for each. Judge by Request.Effects,
// which say what the call would touch, rather than by the tool's name, which is
// a word.
//
// The checker most programs use reads a policy file: package
// [github.com/ambit-go/ambit/boundary/policy].
package boundary
