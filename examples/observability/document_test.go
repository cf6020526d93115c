package observability_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// A question is one section of docs/queries.md.
type question struct {
	title                   string
	traceql, jaeger, promql []string
}

// questions reads docs/queries.md.
func questions(t *testing.T) []question {
	t.Helper()
	var all []question
	for _, section := range strings.Split(read(t, "../../docs/queries.md"), "\n## ")[1:] {
		title, body, _ := strings.Cut(section, "\n")
		q := question{title: title}
		for _, m := range fence.FindAllStringSubmatch(body, -1) {
			text := strings.TrimSpace(m[2])
			switch m[1] {
			case "traceql":
				q.traceql = append(q.traceql, text)
			case "jaeger":
				q.jaeger = append(q.jaeger, text)
			case "promql":
				q.promql = append(q.promql, text)
			default:
				t.Errorf("%s: a block of an unknown language %q", title, m[1])
			}
		}
		all = append(all, q)
	}
	if len(all) == 0 {
		t.Fatal("docs/queries.md has no questions")
	}
	return all
}

var fence = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)\n```")

// search reads a Jaeger search of the document: a service, and tags as they are
// typed into the search page.
func search(t *testing.T, text string) (service string, tags map[string]string) {
	t.Helper()
	m := regexp.MustCompile(`^Service: +(\S+)\nTags: +(.+)$`).FindStringSubmatch(text)
	if m == nil {
		t.Fatalf("no search of a service by tags: %q", text)
	}
	tags = map[string]string{}
	for pair := range strings.FieldsSeq(m[2]) {
		k, v, ok := strings.Cut(pair, "=")
		if !ok {
			t.Fatalf("no tag: %q in %q", pair, text)
		}
		tags[k] = v
	}
	return m[1], tags
}

// found returns the agents whose traces a search finds, sorted.
func (s *stack) found(t *testing.T, text string) string {
	t.Helper()
	service, tags := search(t, text)
	agents := map[string]bool{}
	for _, id := range s.jaeger.Find(t, service, tags) {
		for _, span := range s.jaeger.Trace(t, id) {
			if name, ok := span.Attributes["gen_ai.agent.name"].(string); ok {
				agents[name] = true
			}
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(agents)), " ")
}

// table returns what a query answers as sorted lines of the values of its labels, in
// the order of their names, and its value.
func table(samples []backendtest.Sample) string {
	var lines []string
	for _, s := range samples {
		var values []string
		for _, k := range slices.Sorted(maps.Keys(s.Labels)) {
			values = append(values, s.Labels[k])
		}
		lines = append(lines, fmt.Sprintf("%s %g", strings.Join(values, " "), s.Value))
	}
	slices.Sort(lines)
	return strings.Join(lines, "; ")
}
