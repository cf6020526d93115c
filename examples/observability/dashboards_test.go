package observability_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/internal/backendtest"
)

// A dashboard is what Grafana reads of its JSON and this page relies on.
type dashboard struct {
	UID           string `json:"uid"`
	Title         string `json:"title"`
	Description   string `json:"description"`
	SchemaVersion int    `json:"schemaVersion"`
	Links         []struct {
		URL string `json:"url"`
	} `json:"links"`
	Templating struct {
		List []struct {
			Name       string     `json:"name"`
			Datasource datasource `json:"datasource"`
			Definition string     `json:"definition"`
		} `json:"list"`
	} `json:"templating"`
	Panels []panel `json:"panels"`
}

type datasource struct {
	Type string `json:"type"`
	UID  string `json:"uid"`
}

type panel struct {
	ID          int                      `json:"id"`
	Type        string                   `json:"type"`
	Title       string                   `json:"title"`
	Description string                   `json:"description"`
	Datasource  datasource               `json:"datasource"`
	GridPos     struct{ X, Y, W, H int } `json:"gridPos"`
	Targets     []struct {
		RefID      string     `json:"refId"`
		Datasource datasource `json:"datasource"`
		Expr       string     `json:"expr"`
		Instant    bool       `json:"instant"`
		Range      bool       `json:"range"`
		Legend     string     `json:"legendFormat"`
		QueryType  string     `json:"queryType"`
		Service    string     `json:"service"`
		Tags       string     `json:"tags"`
		Limit      int        `json:"limit"`
	} `json:"targets"`
}

func dashboards(t *testing.T) map[string]dashboard {
	t.Helper()
	files, err := filepath.Glob("grafana/dashboards/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no dashboards: %v", err)
	}
	all := map[string]dashboard{}
	for _, f := range files {
		var d dashboard
		if err := json.Unmarshal([]byte(read(t, f)), &d); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		all[f] = d
	}
	return all
}

func TestDashboardsAreWellFormed(t *testing.T) {
	sources := map[datasource]bool{}
	for _, m := range regexp.MustCompile(`uid: (\w+), type: (\w+)`).FindAllStringSubmatch(read(t, "grafana/provisioning/datasources/ambit.yaml"), -1) {
		sources[datasource{Type: m[2], UID: m[1]}] = true
	}
	all, uids := dashboards(t), map[string]bool{}
	for f, d := range all {
		if uids[d.UID] || d.UID == "" || d.Title == "" || d.Description == "" || d.SchemaVersion < 36 || len(d.Panels) == 0 {
			t.Errorf("%s: a dashboard needs a uid of its own, a title, a description, a schema version of Grafana 9 or later, and panels", f)
		}
		uids[d.UID] = true
	}
	for f, d := range all {
		for _, l := range d.Links {
			if !uids[strings.TrimPrefix(l.URL, "/d/")] {
				t.Errorf("%s: a link to %s, where nothing is", f, l.URL)
			}
		}
		for _, v := range d.Templating.List {
			if !sources[v.Datasource] || v.Definition == "" {
				t.Errorf("%s: variable %s has no source that is provisioned, or no definition", f, v.Name)
			}
		}
		ids, taken := map[int]string{}, map[[2]int]string{}
		for _, p := range d.Panels {
			what := fmt.Sprintf("%s: panel %q", f, p.Title)
			if ids[p.ID] != "" || p.ID == 0 || p.Title == "" || p.Description == "" || len(p.Targets) == 0 || !sources[p.Datasource] {
				t.Errorf("%s needs an id of its own, a title, a description, a query, and a source that is provisioned", what)
			}
			ids[p.ID] = p.Title
			switch p.Type {
			case "stat", "bargauge", "timeseries", "table":
			default:
				t.Errorf("%s is a %s", what, p.Type)
			}
			if g := p.GridPos; g.W < 1 || g.H < 1 || g.X < 0 || g.X+g.W > 24 {
				t.Errorf("%s leaves the grid of 24 columns: %+v", what, g)
			}
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" && other != p.Title {
						t.Fatalf("%s lies on %q", what, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
			refs := map[string]bool{}
			for _, q := range p.Targets {
				if refs[q.RefID] || q.RefID == "" || q.Datasource != p.Datasource {
					t.Errorf("%s: a query needs a refId of its own and the panel's source", what)
				}
				refs[q.RefID] = true
				if q.Datasource.Type == "prometheus" && (q.Expr == "" || q.Instant == q.Range || (p.Type == "timeseries") != q.Range) {
					t.Errorf("%s: an expression is needed, over a range in a time series and at an instant elsewhere", what)
				}
				if q.Datasource.Type == "jaeger" && (q.QueryType != "search" || q.Service == "" || q.Limit == 0) {
					t.Errorf("%s: a search needs a service and a limit", what)
				}
			}
		}
	}
}

// shown is what panels show after quickstart and agents have run, where that does
// not hang on what the classifier thinks.
var shown = map[string]string{
	"Sessions":                          " 18",
	"Without an owner":                  " 1",
	"Privileged":                        " 1",
	"Policies in more than one version": " 1",
	"Sessions by owner":                 " 1; ada@example.com 13; grace@example.com 4",
	"Unused grants":                     "publish shop 0",
	"Uses of grants":                    "docs shop 2; fix payments-rounding 1; fix shop 2; publish shop 0; read payments-rounding 1; read shop 4; test payments-rounding 1; test shop 1",
	"Refusals by rule":                  "governance_tamper 1; identity_switch 2; secret no-secrets 2; unknown_effect 1; unmatched 3",
	"Identity switches":                 "human_credential_used borrower 1; shared_credential twin-b 1; subject_changed climber 1; subject_changed impostor 1; subject_changed triage 1",
	"Secrets":                           "aws-access-key-id exfiltrator 1; aws-access-key-id triage 1",
	"If observed rules were enforced":   "deny trial 1",
	"Records lost":                      " 0",
	"Approvals":                         " 1",
}

func (s *stack) fillsDashboards(t *testing.T) {
	seen := map[string]bool{}
	for f, d := range dashboards(t) {
		for _, p := range d.Panels {
			seen[p.Title] = true
			t.Run(strings.TrimSuffix(filepath.Base(f), ".json")+"/"+p.Title, func(t *testing.T) {
				for _, q := range p.Targets {
					if q.Datasource.Type == "jaeger" {
						if got := s.found(t, "Service: "+q.Service+"\nTags: "+q.Tags); got == "" {
							t.Errorf("finds nothing: %s %s", q.Service, q.Tags)
						}
						continue
					}
					expr := strings.NewReplacer("$__range", "1h", "$__rate_interval", "1m", "$service", ".*").Replace(q.Expr)
					if strings.Contains(expr, "$") {
						t.Fatalf("a variable that is not known in %s", expr)
					}
					got := ""
					s.prometheus.WaitQuery(t, expr, func(samples []backendtest.Sample) bool {
						got = table(samples)
						want, known := shown[p.Title]
						return len(samples) > 0 && (!known || got == want)
					})
					for _, m := range regexp.MustCompile(`{{(\w+)}}`).FindAllStringSubmatch(q.Legend, -1) {
						if !strings.Contains(q.Expr, m[1]) {
							t.Errorf("the legend names %s, which no series has", m[1])
						}
					}
				}
			})
		}
	}
	for title := range shown {
		if !seen[title] {
			t.Errorf("no panel is called %q", title)
		}
	}
}

func TestDashboardsShowWhatWasAskedFor(t *testing.T) {
	titles := ""
	for _, d := range dashboards(t) {
		for _, p := range d.Panels {
			titles += p.Title + "\n"
		}
	}
	for _, want := range []string{"Sessions by owner", "Refusals by rule", "Identity switches", "Intents", "Blast radius", "Unused grants"} {
		if !strings.Contains(titles, want+"\n") {
			t.Errorf("no panel %q", want)
		}
	}
}

// Where the settings of one program name a thing of another, they agree.
func TestSettingsAgree(t *testing.T) {
	compose := read(t, "compose.yaml")
	for _, m := range regexp.MustCompile(`\./([\w./-]+)[:/]`).FindAllStringSubmatch(compose, -1) {
		if _, err := os.Stat(m[1]); err != nil {
			t.Errorf("compose.yaml mounts %s: %v", m[1], err)
		}
	}
	for file, ports := range map[string][]string{
		"collector.yaml":            {"4317", "4318", "8889", "14317"},
		"jaeger.yaml":               {"16686", "14317"},
		"jaeger-elasticsearch.yaml": {"16686", "14317"},
		"prometheus.yaml":           {"8889"},
		"tempo.yaml":                {"3200", "24317"},
		"grafana/provisioning/datasources/ambit.yaml": {"9090", "16686", "3200"},
		"compose.yaml": {"4317", "4318", "16686", "9090", "3000", "3200", "24317", "14317"},
		"up":           {"4317", "4318", "16686", "9090", "14317"},
	} {
		text := read(t, file)
		for _, p := range ports {
			if !regexp.MustCompile(`\b` + p + `\b`).MatchString(text) {
				t.Errorf("%s does not name port %s", file, p)
			}
		}
	}
	env := map[string]bool{}
	for _, file := range []string{"collector.yaml", "jaeger.yaml"} {
		for _, m := range regexp.MustCompile(`\${env:(\w+)`).FindAllStringSubmatch(read(t, file), -1) {
			env[m[1]] = true
		}
	}
	for _, file := range []string{"compose.yaml", "up"} {
		for _, m := range regexp.MustCompile(`\b((?:OTELCOL|JAEGER|TRACES)_[A-Z_]+)[:=]`).FindAllStringSubmatch(read(t, file), -1) {
			if !env[m[1]] {
				t.Errorf("%s sets %s, which nothing reads", file, m[1])
			}
		}
	}
}

// What Tempo can hold in columns of their own (vParquet4): ten strings of a span.
func TestTempoHasColumnsForWhatAmbitWrites(t *testing.T) {
	types := registry(t)
	columns := regexp.MustCompile(`{scope: (\w+), type: (\w+), name: ([\w.]+)}`).FindAllStringSubmatch(read(t, "tempo.yaml"), -1)
	if len(columns) == 0 || len(columns) > 10 {
		t.Errorf("%d columns, want one to ten", len(columns))
	}
	for _, c := range columns {
		if c[1] != "span" || c[2] != "string" || types[c[3]] != "string" && types[c[3]] != "enum" {
			t.Errorf("column %s: %s %s, and the attribute is a %s", c[3], c[1], c[2], types[c[3]])
		}
	}
	tags := regexp.MustCompile(`include: "([^"]+)"`).FindStringSubmatch(read(t, "jaeger-elasticsearch.yaml"))
	if tags == nil {
		t.Fatal("jaeger-elasticsearch.yaml names no tags")
	}
	var unknown []string
	for k := range strings.SplitSeq(tags[1], ",") {
		if types[k] == "" {
			unknown = append(unknown, k)
		}
	}
	if diff := cmp.Diff([]string(nil), unknown); diff != "" {
		t.Errorf("tags that nothing writes (-want +got):\n%s", diff)
	}
}

// TestJaegerTakesItsConfiguration: the one that needs Elasticsearch is not started, so
// Jaeger says itself whether it would.
func TestJaegerTakesItsConfiguration(t *testing.T) {
	for _, file := range []string{"jaeger.yaml", "jaeger-elasticsearch.yaml"} {
		if out, err := backendtest.ValidateJaeger(t, file); err != nil {
			t.Errorf("%s: %v\n%s", file, err, out)
		}
	}
	if _, err := backendtest.ValidateJaeger(t, "alerts.yaml"); err == nil {
		t.Error("Jaeger takes any file")
	}
}
