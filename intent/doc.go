// Package intent says what a sequence of actions adds up to.
//
// A [Classifier] looks at a window of [Action] values, prompts, calls and results, and
// returns a [Result]:
//
//	r, err := intent.Default().Classify(ctx, []intent.Action{
//		{Role: intent.Prompt, Text: "the totals are rounded wrongly, fix it please"},
//		{Tool: "Edit", Text: arguments, Effects: effects},
//	})
//
// The [Label] is an ordinary purpose ([Debug], [Docs], [VCS] …), one of an attack's
// ([Exfiltration], [Persistence] …), or [Unknown]. Whoever has a tracer needs none of
// this: agentspan.WithClassifier drives one per session and writes the labels.
//
// # Alarms
//
// [Result.Anomalous] is the alarm, and [Result.Evidence] says which actions raised it. An
// attack that is only suspected is named in the label without an alarm.
// [Label.References] says what OWASP and MITRE ATLAS call it. Intent informs a boundary and
// never allows what a policy denies.
//
// # Drift
//
// [Result.Drift] is how far the actions reach beyond the task: other people's code, secrets,
// the machine's own files, clouds, strangers, other identities. The task is what
// [NewStream] was given, or else what the owner's last prompt asks for. Reading around,
// editing, testing, building and committing depart from nothing. [Result.Departed] is the
// first action that did; from 0.5 on a session counts as departed.
//
// # Injection
//
// [Result.Injected] is set once a call hands something to a target that a sentence of a result
// was the first to name, while no prompt wished for anything to be sent, paid, given or removed; or
// does what a result worded as an order says and no prompt does. Such a call departs from the task. Text of
// results raises suspicion and never lowers it.
//
// # The default classifier
//
// [Default] runs in the process and offline, in about a microsecond and without
// allocating. It looks at effects before words: what is read, sent, run, removed, in
// which order, and how programs treat what they are given. MODEL.md beside this file is its card:
// data, method, figures, limits.
//
// # Writing a classifier
//
// Implement one method, and run the intenttest suite on it. One that works step by step also
// implements [Streamer]; others are shown the last 16 actions ([WindowStream]). A function
// that is slow or costs money, a language model for one, goes through [FromFunc], which makes nobody wait.
// [First], [Ensemble] and [Timeout] combine.
package intent
