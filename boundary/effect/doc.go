// Package effect says what one tool call would touch.
//
// An [Effect] names one thing (a file, a host, a repository, a secret …), what
// the call would do to it, and how sure that is:
//
//	effect.Effect{Kind: effect.Path, Access: effect.Read, Target: "/repo/go.mod", Certainty: effect.Exact}
//
// Effects are facts, found once per call by an [Analyzer] and then read by
// everything that judges the call: the boundary, the intent classifier and the
// identity tracker. The analyzer most programs use is in package
// [github.com/ambit-go/ambit/boundary/effect/analyze].
//
// # Not knowing
//
// The zero [Certainty] is [Unknown]. What an analyzer cannot tell it reports as
// an effect of unknown certainty, never as the absence of an effect: a shell
// command whose first word is computed at run time touches something.
//
// # Targets
//
// Target is canonical, so that two spellings of one thing are equal; Raw is the
// text it came from and may hold what the owner never wanted recorded. Only
// Target may be shown, and the tracer cleans even that before it does. The
// canonical form of each kind is written at its constant.
package effect
