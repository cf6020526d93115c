package main

import (
	"regexp"
	"slices"
	"strings"
)

// fromPrompt reads a scope out of what the owner wrote: the tools whose names say
// what the prompt asks for, and the words themselves as values. It asks no model.
func fromPrompt(r *boundaryRow) task {
	t := task{named: phrases(r.Prompt), paths: r.Scope.Paths, guessed: true, targets: map[string][]string{}}
	t.session, t.all = session(r), toolsOf(r)
	t.places = places(r.Prompt)
	asked := ideas(strings.FieldsFunc(strings.ToLower(r.Prompt), notLetter))
	for _, c := range r.calls() {
		if isAsked(c.Tool, asked) && !slices.Contains(t.tools, c.Tool) {
			t.tools = append(t.tools, c.Tool)
		}
	}
	for _, arg := range []string{"password", "new_password"} {
		t.targets[arg] = t.named
	}
	return t
}

func notLetter(r rune) bool { return (r < 'a' || r > 'z') && r != '-' }

// Two tables of English: words that ask for one action, and words for one sort of
// thing. The first word of a line names the idea. A word is its own idea besides.
var (
	actions = wordTable(
		"send email e-mail mail message write reply respond answer tell inform notify forward dm text",
		"pay send transfer wire refund buy",
		"buy purchase order checkout acquire rebuy",
		"checkout buy purchase order rebuy",
		"return refund",
		"refund return",
		"exchange swap replace",
		"modify exchange swap replace switch upgrade downgrade",
		"download save fetch",
		"clone download",
		"push upload sync",
		"pull sync",
		"transfer give hand",
		"input fill enter register submit",
		"login sign",
		"star like",
		"create add make schedule set book reserve remind plan put arrange save",
		"add append invite include insert put join attach buy purchase order rebuy",
		"schedule plan recurring",
		"update change adjust modify edit correct fix move reschedule set raise upgrade downgrade switch add",
		"reschedule move shift",
		"delete remove cancel erase drop clear",
		"cancel call-off",
		"invite",
		"post publish upload share put write create",
		"share give",
		"reserve book",
		"reset",
		"append write extend",
		"remove kick",
	)
	things = wordTable(
		"email e-mail mail emails mails message link",
		"money bill rent payment pay invoice refund euro euros dollars transfer amount price debt",
		"transaction transactions payment payments rent bill order transfer subscription",
		"calendar event events appointment meeting reminder lunch dinner schedule remind",
		"event events appointment meeting reminder lunch dinner",
		"participants participant attendee attendees invite",
		"file files document documents docx txt pdf note notes list attachment template",
		"dir directory folder save",
		"product products item items buy purchase order rebuy",
		"cart basket buy purchase order rebuy",
		"order orders item items purchase product",
		"items item product products",
		"reservation reservations flight flights trip booking ticket",
		"flight flights trip",
		"flights flight trip",
		"baggages baggage bag bags luggage suitcase suitcases",
		"passengers passenger",
		"repo repository repositories",
		"collaborators collaborator",
		"channel channels slack",
		"message messages direct reply tell dm",
		"direct tell dm",
		"slack workspace team",
		"user users person people member members",
		"info information address details data profile account",
		"password passwords passcode",
		"webpage website page site web",
		"hotel hotels room",
		"restaurant restaurants table",
		"car cars",
	)
)

func wordTable(lines ...string) map[string][]string {
	t := map[string][]string{}
	for _, line := range lines {
		words := strings.Fields(line)
		for _, w := range words {
			t[w] = append(t[w], words[0])
		}
	}
	return t
}

// An idea is an action or a thing.
type idea struct {
	thing bool
	name  string
}

func ideas(words []string) map[idea]bool {
	all := map[idea]bool{}
	for _, w := range words {
		for _, form := range [...]string{w, strings.TrimSuffix(w, "ing"), strings.TrimSuffix(w, "d"), strings.TrimSuffix(w, "ed"), strings.TrimSuffix(w, "s")} {
			all[idea{false, form}], all[idea{true, form}] = true, true
			for _, a := range actions[form] {
				all[idea{false, a}] = true
			}
			for _, a := range things[form] {
				all[idea{true, a}] = true
			}
		}
	}
	return all
}

// isAsked reports whether the prompt asks for what a tool's name says: its action,
// which is its first word, or its second where the first is whose tool it is, and one
// of its things.
func isAsked(tool string, asked map[idea]bool) bool {
	words := strings.FieldsFunc(strings.ToLower(spaced(tool)), notLetter)
	for i, w := range words[:min(len(words), 2)] {
		if asked[idea{false, w}] {
			rest := append(slices.Clone(words[:i]), words[i+1:]...)
			return slices.ContainsFunc(rest, func(w string) bool { return asked[idea{true, w}] })
		}
		if actions[w] != nil {
			return false
		}
	}
	return false
}

// spaced parts the words of a name in camel case.
func spaced(name string) string { return humps.ReplaceAllString(name, "${1}_${2}") }

var humps = regexp.MustCompile(`([a-z])([A-Z])`)

// places are the files and folders that a prompt names by an absolute path.
func places(prompt string) []string {
	var all []string
	for _, m := range place.FindAllStringSubmatch(prompt, -1) {
		if p := strings.TrimRight(m[1], "./"); plain(p) && strings.Count(p, "/") > 0 {
			all = append(all, p)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var place = regexp.MustCompile("(?:^|[\\s'\"(`])(~?/[A-Za-z0-9._@/-]+)")
