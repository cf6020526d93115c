package observability_test

// Sigma rules are checked against the rules of Sigma's own JSON schema (specification
// V2.0.0, json-schema/sigma-detection-rule-schema.json of SigmaHQ/sigma-specification),
// and evaluated over records by as much of Sigma as they use.

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/google/go-cmp/cmp"
)

type sigmaRule struct {
	Title          string            `yaml:"title"`
	ID             string            `yaml:"id"`
	Status         string            `yaml:"status"`
	Description    string            `yaml:"description"`
	Author         string            `yaml:"author"`
	Date           string            `yaml:"date"`
	References     []string          `yaml:"references"`
	Tags           []string          `yaml:"tags"`
	Logsource      map[string]string `yaml:"logsource"`
	Detection      map[string]any    `yaml:"detection"`
	Fields         []string          `yaml:"fields"`
	Falsepositives []string          `yaml:"falsepositives"`
	Level          string            `yaml:"level"`
}

// sigma reads the rules, by the names of their files.
func sigma(t *testing.T) map[string]sigmaRule {
	t.Helper()
	files, err := filepath.Glob("sigma/*.yml")
	if err != nil || len(files) < 6 {
		t.Fatalf("%d rules: %v", len(files), err)
	}
	rules := map[string]sigmaRule{}
	for _, f := range files {
		r, err := parseSigma(read(t, f))
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		rules[strings.TrimSuffix(filepath.Base(f), ".yml")] = r
	}
	return rules
}

func parseSigma(text string) (sigmaRule, error) {
	var r sigmaRule
	d := yaml.NewDecoder(strings.NewReader(text))
	d.KnownFields(true) // a key that Sigma does not know is a mistake
	return r, d.Decode(&r)
}

var (
	sigmaUUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	sigmaDate = regexp.MustCompile(`^\d{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$`)
	sigmaTag  = regexp.MustCompile(`^[a-z0-9_-]+\.[a-z0-9._-]+$`)
)

// problems returns what is wrong with a rule, with the attributes and events there are.
func (r *sigmaRule) problems(types map[string]string, events []string) (wrong []string) {
	bad := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	bad(r.Title != "" && len(r.Title) <= 256, "title")
	bad(sigmaUUID.MatchString(r.ID), "id %q is no UUID of version 4", r.ID)
	bad(slices.Contains([]string{"stable", "test", "experimental", "deprecated", "unsupported"}, r.Status), "status %q", r.Status)
	bad(slices.Contains([]string{"informational", "low", "medium", "high", "critical"}, r.Level), "level %q", r.Level)
	bad(sigmaDate.MatchString(r.Date), "date %q", r.Date)
	bad(r.Description != "" && len(r.Description) <= 65535, "description")
	bad(len(r.Logsource) > 0, "logsource")
	for k := range r.Logsource {
		bad(slices.Contains([]string{"category", "product", "service", "definition"}, k), "logsource %q", k)
	}
	for _, list := range [][]string{r.Tags, r.References, r.Fields, r.Falsepositives} {
		bad(len(list) > 0 && len(slices.Compact(slices.Sorted(slices.Values(list)))) == len(list), "a list is empty, or says something twice: %q", list)
	}
	for _, tag := range r.Tags {
		bad(sigmaTag.MatchString(tag), "tag %q", tag)
	}
	for _, f := range r.Falsepositives {
		bad(len(f) >= 2, "false positive %q", f)
	}
	for _, f := range r.Fields {
		bad(types[f] != "", "nothing writes the field %s", f)
	}
	condition, _ := r.Detection["condition"].(string)
	bad(condition != "", "no condition")
	used := regexp.MustCompile(`[a-z_]+`).FindAllString(condition, -1)
	for name, search := range r.Detection {
		if name == "condition" {
			continue
		}
		bad(slices.Contains(used, name), "the condition does not use %s", name)
		fields, ok := search.(map[string]any)
		bad(ok && len(fields) > 0, "%s is no map of fields", name)
		for field, want := range fields {
			key, modifier, _ := strings.Cut(field, "|")
			bad(slices.Contains([]string{"", "exists", "contains", "startswith"}, modifier), "modifier %q", modifier)
			bad(key == "EventName" || types[key] != "", "nothing writes the field %s", key)
			if key == "EventName" {
				for _, v := range values(want) {
					bad(slices.Contains(events, v), "there is no event %s", v)
				}
			}
		}
	}
	if _, err := r.matches(record{}); err != nil {
		wrong = append(wrong, err.Error())
	}
	return wrong
}

// values is one value, or a list of which one will do.
func values(v any) (out []string) {
	if list, ok := v.([]any); ok {
		for _, e := range list {
			out = append(out, fmt.Sprint(e))
		}
		return out
	}
	return []string{fmt.Sprint(v)}
}

// matches evaluates the rule's condition: searches by name, and, or, not, parentheses.
func (r *sigmaRule) matches(rec record) (ok bool, err error) {
	condition, _ := r.Detection["condition"].(string)
	tokens := regexp.MustCompile(`\(|\)|[a-z_]+|\S`).FindAllString(condition, -1)
	peek := func() string {
		if len(tokens) == 0 {
			return ""
		}
		return tokens[0]
	}
	next := func() string { tok := peek(); tokens = tokens[min(1, len(tokens)):]; return tok }
	var or func() bool
	primary := func() bool {
		switch tok := next(); tok {
		case "(":
			v := or()
			if next() != ")" {
				err = fmt.Errorf("the condition lacks a ): %s", condition)
			}
			return v
		default:
			fields, known := r.Detection[tok].(map[string]any)
			if !known {
				err = fmt.Errorf("the condition names %q, which is no search: %s", tok, condition)
			}
			return rec.has(fields)
		}
	}
	not := func() bool {
		inverse := false
		for peek() == "not" {
			next()
			inverse = !inverse
		}
		return primary() != inverse
	}
	and := func() bool {
		v := not()
		for peek() == "and" {
			next()
			w := not()
			v = v && w
		}
		return v
	}
	or = func() bool {
		v := and()
		for peek() == "or" {
			next()
			w := and()
			v = v || w
		}
		return v
	}
	ok = or()
	if len(tokens) > 0 && err == nil {
		err = fmt.Errorf("the condition goes on with %q: %s", tokens[0], condition)
	}
	return ok && err == nil, err
}

// has reports whether each of the fields is what it should be. Sigma compares text
// without regard to case.
func (rec *record) has(fields map[string]any) bool {
	for field, want := range fields {
		key, modifier, _ := strings.Cut(field, "|")
		got, there := rec.attributes[key]
		if key == "EventName" {
			got, there = rec.name, true
		}
		if modifier == "exists" {
			if there != (fmt.Sprint(want) == "true") {
				return false
			}
			continue
		}
		if !there || !slices.ContainsFunc(values(want), func(v string) bool {
			got, v := strings.ToLower(got), strings.ToLower(v)
			switch modifier {
			case "contains":
				return strings.Contains(got, v)
			case "startswith":
				return strings.HasPrefix(got, v)
			default:
				return got == v
			}
		}) {
			return false
		}
	}
	return true
}

func eventNames(t *testing.T) (names []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?m)^\\| `(ambit\\.[a-z.]+|gen_ai\\.client[a-z_.]+)` \\| [A-Z]").FindAllStringSubmatch(read(t, "../../semconv/keys.md"), -1) {
		names = append(names, m[1])
	}
	return names
}

func TestSigmaRulesFollowTheSpecification(t *testing.T) {
	types, events := registry(t), eventNames(t)
	ids := map[string]string{}
	for name, r := range sigma(t) {
		for _, p := range r.problems(types, events) {
			t.Errorf("%s: %s", name, p)
		}
		if other := ids[r.ID]; other != "" {
			t.Errorf("%s and %s have one id", name, other)
		}
		ids[r.ID] = name
	}
	// The check notices what it is there for.
	good := read(t, "sigma/ambit_egress_after_secret.yml")
	for from, to := range map[string]string{
		"title: ": "titel: ", "\nid: ": "\nid: x", "status: experimental": "status: new", "level: high": "level: bad", "date: 2026-11-30": "date: 2026-13-30",
		"attack.exfiltration": "exfiltration", "condition: selection and outside": "condition: selection and outsider", "selection and outside": "selection",
		"EventName: ambit.boundary.crossed": "EventName: ambit.boundary.crossing", "ambit.target.host|exists": "ambit.target.hosts|exists",
		"|exists": "|is", "product: ambit": "vendor: ambit", "selection and": "selection and (",
	} {
		text := strings.Replace(good, from, to, 1)
		if text == good {
			t.Errorf("nothing to change: %s", from)
			continue
		}
		r, err := parseSigma(text)
		if err == nil && len(r.problems(types, events)) == 0 {
			t.Errorf("nothing is wrong with %q in the place of %q", to, from)
		}
	}
}

func TestSigmaConditions(t *testing.T) {
	rec := record{name: "e", attributes: map[string]string{"a": "1", "b": "Deny", "c": "true"}}
	for condition, want := range map[string]bool{
		"yes": true, "no": false, "not no": true, "not not yes": true, "yes and no": false, "yes or no": true, "no or yes and no": false,
		"(no or yes) and yes": true, "not (yes and no)": true, "yes and not no": true, "list": true, "there": true, "absent": false, "part": true, "bool": true,
	} {
		r := sigmaRule{Detection: map[string]any{
			"condition": condition,
			"yes":       map[string]any{"EventName": "E", "a": 1}, "no": map[string]any{"a": 2}, "list": map[string]any{"b": []any{"allow", "deny"}},
			"there": map[string]any{"a|exists": true, "z|exists": false}, "absent": map[string]any{"z": ""}, "part": map[string]any{"b|contains": "en", "a|startswith": "1"},
			"bool": map[string]any{"c": true},
		}}
		if got, err := r.matches(rec); got != want || err != nil {
			t.Errorf("%s: %v, %v, want %v", condition, got, err, want)
		}
	}
}

// caught is which agents each rule catches after quickstart and agents have run. The
// agents that do their work are caught by none.
var caught = map[string]string{
	"ambit_credential_shared":     "twin-b",
	"ambit_decision_bypassed":     "by-hand",
	"ambit_egress_after_secret":   "by-hand",
	"ambit_egress_refused":        "insistent leaker triage",
	"ambit_governance_tamper":     "meddler",
	"ambit_human_credential_used": "borrower",
	"ambit_identity_switched":     "borrower climber impostor triage twin-b",
	"ambit_secret_accessed":       "curious exfiltrator triage",
	"ambit_session_unowned":       "orphan",
}

func (s *stack) firesSigma(t *testing.T) {
	// What no example does: a call that ran though refused, and one that reached out with a secret in hand.
	s.post(t, "logs", otlpLogs("ambit.signal.raised", "ambit.boundary.crossed"))
	recs := waitRecords(t, s, s.events, 2)
	got := map[string]string{}
	for name, r := range sigma(t) {
		agents := map[string]bool{}
		for _, rec := range recs {
			ok, err := r.matches(rec)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if ok {
				agents[rec.attributes["gen_ai.agent.name"]] = true
			}
		}
		got[name] = strings.Join(slices.Sorted(maps.Keys(agents)), " ")
		for _, clean := range []string{"worker", "reviewer", "stale"} {
			if agents[clean] {
				t.Errorf("%s catches %s, which does its work", name, clean)
			}
		}
	}
	// What the classifier thinks of the others is its own affair.
	if hostile := got["ambit_intent_hostile"]; !strings.Contains(hostile, "exfiltrator") {
		t.Errorf("ambit_intent_hostile catches %q, want exfiltrator among them", hostile)
	}
	delete(got, "ambit_intent_hostile")
	if diff := cmp.Diff(caught, got); diff != "" {
		t.Errorf("who is caught (-want +got):\n%s", diff)
	}
}
