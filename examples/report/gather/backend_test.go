package gather_test

// Query APIs as they are documented, in a server of the test's own. That of Jaeger is
// also used for real, in the end-to-end test; Tempo cannot be installed where these
// tests run, so this is all that holds for it.

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/ambit-go/ambit/examples/report/gather"
	"github.com/ambit-go/ambit/semconv"
)

var noon = time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC)

// A stored trace has one span of a session.
type stored struct {
	id, service, session string
	start                time.Time
}

// otlp is the trace on the wire; named says ids in base64 and enumerations by name,
// as Tempo does.
func (s stored) otlp(named bool) map[string]any {
	id := func(h string) any {
		if !named {
			return h
		}
		raw, err := hex.DecodeString(h)
		if err != nil {
			panic(err)
		}
		return base64.StdEncoding.EncodeToString(raw)
	}
	var kind any = 1
	if named {
		kind = "SPAN_KIND_INTERNAL"
	}
	text := func(k, v string) any {
		return map[string]any{"key": k, "value": map[string]any{"stringValue": v}}
	}
	span := func(n int, name, parent string, attrs ...any) any {
		at := s.start.Add(time.Duration(n) * time.Millisecond).UnixNano()
		m := map[string]any{
			"traceId": id(s.id), "spanId": id(fmt.Sprintf("%016x", n)), "name": name, "kind": kind, "startTimeUnixNano": strconv.FormatInt(at, 10),
			"endTimeUnixNano": strconv.FormatInt(at+1000, 10), "attributes": attrs,
		}
		if parent != "" {
			m["parentSpanId"] = id(parent)
		}
		return m
	}
	return map[string]any{"resourceSpans": []any{map[string]any{
		"resource": map[string]any{"attributes": []any{text("service.name", s.service)}},
		"scopeSpans": []any{map[string]any{"spans": []any{
			span(1, "execute_tool", "", text(string(semconv.AmbitSessionIDKey), s.session)),
			span(2, "GET", "0000000000000001"),
			span(3, "another session's", "", text(string(semconv.AmbitSessionIDKey), "other")),
		}}},
	}}}
}

// many makes n traces of a session over services, some of them in one moment.
func many(n int) (all []stored) {
	for i := range n {
		all = append(all, stored{
			id: fmt.Sprintf("%032x", i+1), service: fmt.Sprintf("svc-%d", i%3), session: "s-1", start: noon.Add(time.Duration(i/4) * 7 * time.Second),
		})
	}
	return append(all, stored{id: strings.Repeat("f", 32), service: "svc-0", session: "s-2", start: noon})
}

// find returns the newest of what matches, at most limit, as Jaeger and Tempo do.
func find(all []stored, limit int, match func(stored) bool) (found []stored) {
	for _, s := range all {
		if match(s) {
			found = append(found, s)
		}
	}
	slices.SortStableFunc(found, func(a, b stored) int { return cmp.Compare(b.start.UnixNano(), a.start.UnixNano()) })
	return found[:min(len(found), limit)]
}

func answer(t *testing.T, w http.ResponseWriter, v any) {
	t.Helper()
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(v); err != nil {
		t.Error(err)
	}
}

func number(t *testing.T, r *http.Request, key string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(r.URL.Query().Get(key), 10, 64)
	if err != nil {
		t.Errorf("%s: %s: %v", r.URL, key, err)
	}
	return n
}

func fakeJaeger(t *testing.T, all []stored) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/services", func(w http.ResponseWriter, _ *http.Request) {
		answer(t, w, map[string]any{"data": []string{"svc-2", "svc-0", "svc-1", "idle"}})
	})
	mux.HandleFunc("GET /api/traces", func(w http.ResponseWriter, r *http.Request) {
		var tags map[string]string
		if err := json.Unmarshal([]byte(r.URL.Query().Get("tags")), &tags); err != nil {
			t.Error(err)
		}
		from, to := time.UnixMicro(number(t, r, "start")), time.UnixMicro(number(t, r, "end"))
		data := []any{}
		for _, s := range find(all, int(number(t, r, "limit")), func(s stored) bool {
			return s.service == r.URL.Query().Get("service") && s.session == tags["ambit.session.id"] && !s.start.Before(from) && !s.start.After(to)
		}) {
			data = append(data, map[string]any{"traceID": s.id})
		}
		answer(t, w, map[string]any{"data": data})
	})
	mux.HandleFunc("GET /api/v3/traces/{id}", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range all {
			if s.id == r.PathValue("id") {
				answer(t, w, map[string]any{"result": s.otlp(false)})
				return
			}
		}
		w.WriteHeader(http.StatusNotFound)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// fakeTempo keeps what the documentation says: seconds in the window, no more than
// 168 hours of it, leading zeros left off the ids, base64 in the traces.
func fakeTempo(t *testing.T, all []stored, second bool) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/search", func(w http.ResponseWriter, r *http.Request) {
		from, to := time.Unix(number(t, r, "start"), 0), time.Unix(number(t, r, "end"), 0)
		if to.Sub(from) > 168*time.Hour {
			http.Error(w, "range specified by start and end exceeds 168h0m0s", http.StatusBadRequest)
			return
		}
		traces := []any{}
		for _, s := range find(all, int(number(t, r, "limit")), func(s stored) bool {
			return r.URL.Query().Get("q") == `{ span.ambit.session.id = "`+s.session+`" }` && !s.start.Before(from) && s.start.Before(to)
		}) {
			traces = append(traces, map[string]any{"traceID": strings.TrimLeft(s.id, "0"), "rootServiceName": s.service})
		}
		answer(t, w, map[string]any{"traces": traces, "metrics": map[string]any{}})
	})
	trace := func(wrap func(map[string]any) any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			for _, s := range all {
				if s.id == r.PathValue("id") {
					answer(t, w, wrap(s.otlp(true)))
					return
				}
			}
			w.WriteHeader(http.StatusNotFound)
		}
	}
	if second {
		mux.HandleFunc("GET /api/v2/traces/{id}", trace(func(tr map[string]any) any {
			return map[string]any{"trace": tr, "status": "PARTIAL", "message": "trace exceeds max size"}
		}))
	} else {
		mux.HandleFunc("GET /api/traces/{id}", trace(func(tr map[string]any) any { return map[string]any{"batches": tr["resourceSpans"]} }))
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func names(g gather.Gathered) map[string]int {
	n := map[string]int{}
	for _, s := range g.Spans {
		n[s.Service+" "+s.Name]++
	}
	return n
}

// TestAllServicesAndPages holds that a session is whole although no answer is: 40
// traces over three services where an answer holds four.
func TestAllServicesAndPages(t *testing.T) {
	all := many(40)
	window := gather.Window{From: noon.Add(-20 * 24 * time.Hour), To: noon.Add(24 * time.Hour)}
	want := map[string]int{"svc-0 execute_tool": 14, "svc-1 execute_tool": 13, "svc-2 execute_tool": 13, "svc-0 GET": 14, "svc-1 GET": 13, "svc-2 GET": 13}
	for name, b := range map[string]gather.Backend{
		"jaeger":               &gather.Jaeger{URL: fakeJaeger(t, all).URL, Limit: 4},
		"tempo":                &gather.Tempo{URL: fakeTempo(t, all, true).URL, Limit: 5},
		"tempo without second": &gather.Tempo{URL: fakeTempo(t, all, false).URL + "/", Limit: 5},
	} {
		t.Run(name, func(t *testing.T) {
			g, err := gather.Session(t.Context(), b, "s-1", window)
			if err != nil {
				t.Fatal(err)
			}
			if diff := gocmp.Diff(want, names(g)); diff != "" {
				t.Errorf("spans (-want +got):\n%s", diff)
			}
			if g.Source.Traces != 40 || g.Source.Searches < 10 {
				t.Errorf("source %+v, want 40 traces from several pages", g.Source)
			}
			if partial := name == "tempo"; partial != (len(g.Problems) == 40) {
				t.Errorf("problems %q: what the backend says is missing is passed on, and nothing else", g.Problems)
			}
			for _, s := range g.Spans {
				if len(s.TraceID) != 32 || len(s.ID) != 16 || s.Kind != "INTERNAL" {
					t.Fatalf("span %+v", s)
				}
			}
		})
	}
}

// TestFullToTheLast holds that what no page can hold is said.
func TestFullToTheLast(t *testing.T) {
	all := many(40)
	for i := range all {
		all[i].start = noon.Add(100 * time.Millisecond)
	}
	g, err := gather.Session(t.Context(), &gather.Tempo{URL: fakeTempo(t, all, false).URL, Limit: 5}, "s-1", gather.Window{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if len(g.Problems) != 1 || !strings.Contains(g.Problems[0], "more traces began") {
		t.Errorf("problems %q", g.Problems)
	}
}

func TestNotFound(t *testing.T) {
	for name, b := range map[string]gather.Backend{
		"jaeger": &gather.Jaeger{URL: fakeJaeger(t, nil).URL}, "tempo": &gather.Tempo{URL: fakeTempo(t, nil, true).URL},
	} {
		if _, err := gather.Session(t.Context(), b, `" } || { true }`, gather.Window{From: noon, To: noon.Add(time.Hour)}); !errors.Is(err, gather.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestIDCannotLeaveItsQuotes(t *testing.T) {
	var asked string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Query().Get("q")
		answer(t, w, map[string]any{})
	}))
	defer server.Close()
	_, _, err := (&gather.Tempo{URL: server.URL}).Find(t.Context(), "", "a\" } || { true } \\\n", gather.Window{From: noon, To: noon.Add(time.Second)})
	if want := `{ span.ambit.session.id = "a\" } || { true } \\\n" }`; asked != want || err != nil {
		t.Errorf("asked %s, want %s; %v", asked, want, err)
	}
}

func TestErrorsAreTold(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no tenant", http.StatusUnauthorized) }))
	defer server.Close()
	_, err := gather.Session(t.Context(), &gather.Tempo{URL: server.URL}, "s-1", gather.Window{From: noon, To: noon.Add(time.Second)})
	if err == nil || !strings.Contains(err.Error(), "401") || !strings.Contains(err.Error(), "no tenant") {
		t.Errorf("error %v", err)
	}
}

// TestPasswordsStayOutOfReports holds that a report, which is passed on, does not carry
// the password of the address it was asked from.
func TestPasswordsStayOutOfReports(t *testing.T) {
	address := strings.Replace(fakeJaeger(t, many(3)).URL, "http://", "http://ada:hunter2@", 1)
	g, err := gather.Session(t.Context(), &gather.Jaeger{URL: address}, "s-1", gather.Window{From: noon.Add(-time.Hour), To: noon.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(g.Source.Where, "hunter2") || !strings.Contains(g.Source.Where, "ada") {
		t.Errorf("from %s", g.Source.Where)
	}
	refuses := httptest.NewServer(http.NotFoundHandler())
	refuses.Close()
	for _, base := range []string{strings.Replace(refuses.URL, "http://", "http://ada:hunter2@", 1), "http://ada:hunter2@[::1"} {
		for _, b := range []gather.Backend{&gather.Jaeger{URL: base}, &gather.Tempo{URL: base}} {
			if _, err := gather.Session(t.Context(), b, "s-1", gather.Window{From: noon, To: noon.Add(time.Second)}); err == nil || strings.Contains(err.Error(), "hunter2") {
				t.Errorf("error %v", err)
			}
		}
	}
}

// TestHeadersStayWithTheirHost holds that a token goes nowhere else.
func TestHeadersStayWithTheirHost(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("asked elsewhere") }))
	defer elsewhere.Close()
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("X-Scope-OrgID")
		http.Redirect(w, r, elsewhere.URL, http.StatusFound)
	}))
	defer server.Close()
	h, err := gather.Headers("X-Scope-OrgID: team-a\n\nAuthorization: Bearer t\n")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := gather.Session(t.Context(), &gather.Jaeger{URL: server.URL, Client: gather.Client{Header: h}}, "s", gather.Window{}); err == nil || got != "team-a" {
		t.Errorf("error %v, header %q", err, got)
	}
	if _, err := gather.Headers("secret-without-colon"); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("error %v: it must not repeat what may be a token", err)
	}
}
