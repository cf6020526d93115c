package observability_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// metricNames are the metrics that agents send, by semconv/keys.md.
func metricNames(t *testing.T) (names []string) {
	t.Helper()
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z_.]+)` \\| (?:counter|histogram|updowncounter),").FindAllStringSubmatch(read(t, "../../semconv/keys.md"), -1) {
		names = append(names, m[1])
	}
	return names
}

// A name that settings and pages use is one that something writes: after a renaming
// here they would go on, and find nothing.
func TestSettingsAndPagesNameWhatIsWritten(t *testing.T) {
	types := registry(t)
	known := append(eventNames(t), metricNames(t)...)
	// What the Collector makes itself.
	known = append(known, "ambit.span", "ambit.span.sessions", "ambit.span.session.blast_radius", "ambit.signals")
	for _, file := range []string{
		"collector.yaml", "alerts.yaml", "jaeger-elasticsearch.yaml", "README.md", "../../docs/queries.md", "../../docs/ocsf.md", "../../docs/evidence.md",
	} {
		n := 0
		for _, m := range regexp.MustCompile(`\b(ambit(?:\.[a-z_]+)+)(\.\*)?`).FindAllStringSubmatch(read(t, file), -1) {
			name := m[1]
			if slices.Contains([]string{".md", ".yaml", ".go"}, name[strings.LastIndexByte(name, '.'):]) {
				continue
			}
			n++
			if m[2] != "" { // ambit.target.*
				for k := range types {
					if strings.HasPrefix(k, name+".") {
						types[name] = "several"
					}
				}
			}
			if types[name] == "" && !slices.Contains(known, name) {
				t.Errorf("%s names %s, which nothing writes", file, name)
			}
		}
		if n == 0 {
			t.Errorf("%s names nothing of ours", file)
		}
	}
	// In PromQL a name is a label, its dots underlined.
	labels := map[string]bool{
		"le": true, "job": true, "service_name": true, "alertname": true, "alertstate": true, "severity": true, "reaches": true,
	}
	for k := range types {
		labels[strings.ReplaceAll(k, ".", "_")] = true
	}
	texts := map[string]string{"alerts.yaml": read(t, "alerts.yaml")}
	for _, q := range questions(t) {
		texts[q.title] = strings.Join(q.promql, "\n")
	}
	for f, d := range dashboards(t) {
		for _, p := range d.Panels {
			for _, q := range p.Targets {
				texts[f+" "+p.Title] += q.Expr + "\n"
			}
		}
	}
	for where, text := range texts {
		for _, m := range regexp.MustCompile(`(?:\bby|\bon) \(([^)]*)\)|(\w+)(?:=~|!=|=)"`).FindAllStringSubmatch(text, -1) {
			for label := range strings.SplitSeq(m[1]+m[2], ",") {
				if label = strings.TrimSpace(label); label != "" && !labels[label] {
					t.Errorf("%s names the label %s, which nothing has", where, label)
				}
			}
		}
	}
}
